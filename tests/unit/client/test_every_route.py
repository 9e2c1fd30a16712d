"""Every route of the gateway has a method of the SDK, and every method a command; or it lacks one for a reason."""

import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import httpx
import msgspec
import pytest

from labelstream import Client, LabelstreamError, RetryPolicy, cli
from labelstream.tokens import Tokens

CONTRACT = Path(__file__).parents[3] / "docs/openapi/gateway.json"
COMMANDS = Path(cli.__file__).parent
METHODS = {"get", "post", "put", "patch", "delete"}

LEFT_TO_OTHERS = {
    "GET /.well-known/jwks.json": "Services verify tokens with these keys.",
    "GET /api/v1/auth/providers": "The buttons of the console's sign-in page.",
    "GET /api/v1/auth/oidc/{provider}/login": "Leads a browser to the provider.",
    "GET /api/v1/auth/oidc/{provider}/callback": "The provider leads the browser back.",
    "GET /api/v1/invitations/{token}": "The page behind the link of an invitation.",
    "POST /api/v1/invitations/{token}:accept": "The page behind the link of an invitation.",
    "POST /api/v1/auth/password-reset/{token}": "The page behind the link of a password reset.",
    "POST /api/v1/auth/email-change/{token}": "The page behind the link to a new e-mail address.",
    "GET /api/v1/me/preferences": "How the console looks, and its keys.",
    "PATCH /api/v1/me/preferences": "How the console looks, and its keys.",
}

LEFT_TO_PROGRAMS = {
    "changes.follow": "`watch` follows the changes of a job, from Kafka.",
    "changes.page": "Pages are for programs; `changes` lists.",
    "datasets.touched_by_merging_duplicates": "`datasets merge` names what it deletes.",
    "exports.rows": "Typed rows are for programs; `export` writes the bytes.",
    "items.page": "Pages are for programs; `items` lists.",
    "items.stats_of": "`jobs show` and `items` count.",
    "labels.get": "`labels list` shows all of it.",
}


class Recorder:
    """Notes the route of each request, and refuses it: a method of the SDK sends its first request, and raises."""

    def __init__(self) -> None:
        paths = json.loads(CONTRACT.read_bytes())["paths"]
        self.routes = {
            f"{method.upper()} {path}": re.compile(
                re.sub(r"\\\{\w+\\\}", "[^/:]+", re.escape(f"{method.upper()} {path}"))
            )
            for path, operations in paths.items()
            for method in operations.keys() & METHODS
        }
        self.sent: set[str] = set()
        self.unknown: set[str] = set()
        self.requests = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        line = f"{request.method} {request.url.raw_path.decode().partition('?')[0]}"
        route = next((name for name, pattern in self.routes.items() if pattern.fullmatch(line)), None)
        if route is None:
            self.unknown.add(line)
        else:
            self.sent.add(route)
        return httpx.Response(400, json={})

    def client(self, **sign_in: Any) -> Client:  # whatever a client takes
        return Client("http://gateway", transport=httpx.MockTransport(self), retries=RetryPolicy(attempts=1), **sign_in)

    def record(self, call: Callable[..., object]) -> bool:
        """Calls with what is required, and with each further argument in turn; whether anything was sent."""
        before = self.requests
        required, optional = arguments_of(call)
        for further in ({}, *({name: value} for name, value in optional.items())):
            try:
                result = call(**required, **further)
                if isinstance(result, Iterator):
                    next(result, None)
            except (LabelstreamError, ValueError):
                pass  # refused by the recorder, or by the method itself: it takes arguments that exclude each other
        return self.requests > before


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def rooms(client: Client) -> Mapping[str, object]:
    return {name: room for name, room in vars(client).items() if not name.startswith("_") and name != "url"}


def methods(room: object) -> Mapping[str, Callable[..., object]]:
    return {name: each for name, each in inspect.getmembers(room, inspect.ismethod) if not name.startswith("_")}


def arguments_of(call: Callable[..., object]) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """Something for each parameter, as its type wants it: those that are required, and the others."""
    hints = get_type_hints(call)
    parameters = inspect.signature(call).parameters.values()
    values = {each.name: some(hints[each.name]) for each in parameters}
    required = {each.name: values[each.name] for each in parameters if each.default is each.empty}
    return required, {name: value for name, value in values.items() if name not in required}


def some(hint: Any) -> object:
    """A value of a type."""
    plain: Mapping[object, object] = {str: "x", bool: True, int: 1, float: 0.5}
    if hint in plain:
        return plain[hint]
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        hints = get_type_hints(hint)
        return hint(**{each.name: some(hints[each.name]) for each in msgspec.structs.fields(hint) if each.required})
    inner = get_args(hint)
    makers: Mapping[object, Callable[[], object]] = {
        Literal: lambda: inner[0],
        Union: lambda: some(inner[0]),
        UnionType: lambda: some(inner[0]),
        tuple: lambda: tuple(map(some, inner)),
        list: lambda: [some(inner[0])],
        Sequence: lambda: [some(inner[0])],
        Mapping: lambda: {some(inner[0]): some(inner[1])},
        Callable: lambda: lambda *_: None,
    }
    return makers[get_origin(hint)]()


class Ended:
    """A store whose access token has ended: it must be renewed, and can be signed out."""

    def locked(self) -> AbstractContextManager[object]:
        return nullcontext()

    def read(self) -> Tokens:
        return Tokens(access_token="a", expires_at=0, refresh_token="r")

    def write(self, tokens: Tokens) -> None:
        raise AssertionError(tokens)


def record_everything(recorder: Recorder, *, without: Sequence[str] = ()) -> list[str]:
    """Calls every method of every room, and signs in and out; the methods that sent nothing."""
    silent = []
    with recorder.client(token="t") as client:
        for room_name, room in rooms(client).items():
            if room_name not in without:
                calls = methods(room)
                silent += [f"{room_name}.{name}" for name, call in calls.items() if not recorder.record(call)]
    for signs_in in ({}, {"api_key": "lsk.id.secret"}, {"store": Ended()}):
        with recorder.client(**signs_in) as client:
            for call in (client.sign_in, client.sign_out, client.accounts.me):
                recorder.record(call)
    return silent


def test_every_route_is_sent_or_left_to_others_for_a_reason(recorder: Recorder) -> None:
    assert record_everything(recorder) == [], "methods that send nothing"
    assert recorder.unknown == set(), "requests that the gateway has no route for"
    assert recorder.routes.keys() - recorder.sent == LEFT_TO_OTHERS.keys()


def test_a_room_that_is_missing_would_be_noticed(recorder: Recorder) -> None:
    record_everything(recorder, without=["teams"])
    unsent = recorder.routes.keys() - recorder.sent - LEFT_TO_OTHERS.keys()
    assert unsent == {route for route in recorder.routes if route.partition(" ")[2].startswith("/api/v1/teams")}
    assert len(unsent) == 9


def test_every_method_has_a_command_or_is_left_to_programs_for_a_reason() -> None:
    with Client("http://gateway") as client:
        offered = {f"{name}.{method}" for name, room in rooms(client).items() for method in methods(room)}
    sources = (file.read_text() for file in COMMANDS.glob("*.py"))
    used = {f"{room}.{method}" for text in sources for room, method in re.findall(r"\bclient\.(\w+)\.(\w+)\b", text)}
    assert offered - used == LEFT_TO_PROGRAMS.keys()
