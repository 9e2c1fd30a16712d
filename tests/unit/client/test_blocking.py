"""The blocking client is the asynchronous one, word for word."""

import importlib.util
import inspect
from pathlib import Path
from types import ModuleType

from labelstream import AsyncClient, Client

GENERATOR = Path(__file__).parents[3] / "libs/client/generate_blocking.py"


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_blocking", GENERATOR)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_generated_modules_are_up_to_date() -> None:
    assert generator().differing() == []


def test_every_room_has_the_same_methods() -> None:
    async_rooms = {name: type(room) for name, room in vars(AsyncClient()).items() if not name.startswith("_")}
    with Client() as client:
        rooms = {name: type(room) for name, room in vars(client).items() if not name.startswith("_")}
    assert async_rooms.keys() == rooms.keys()
    for name, room in async_rooms.items():
        assert public(room) == public(rooms[name])


def public(room: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(room, inspect.isfunction) if not name.startswith("_")}
