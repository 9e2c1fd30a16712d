"""A large body that is a list is read element by element, with the result and the refusals of one read at once."""

import asyncio
import math
import time
from collections.abc import Callable
from typing import Annotated, Any

import orjson
import pytest
from pydantic import Field, RootModel, TypeAdapter

from labelstream_common import tasks
from labelstream_common.courtesy import Courtesy
from labelstream_common.errors import DomainError, FieldError
from labelstream_common.http import Body
from labelstream_common.http.body import parse_body, parser_of
from labelstream_common.tasks import SLICE_SECONDS, in_slices


class One(Body):
    name: Annotated[str, Field(min_length=1, max_length=2_000)]
    number: int = 0


class Many(RootModel[Annotated[list[One], Field(min_length=1, max_length=500)]]):
    """Up to 500 of them."""


LONG = "é" * 500
GOOD: list[Any] = [{"name": LONG, "number": number} for number in range(200)]
HOSTILE: dict[str, bytes] = {
    "none": b"[" + b" " * 70_000 + b"]",
    "too many": orjson.dumps(GOOD * 3),
    "a wrong field": orjson.dumps([*GOOD, {"name": "", "number": "1"}, {"name": LONG, "more/so": 1}, 3, None]),
    "every one wrong": orjson.dumps([{"nome": LONG}] * 200),
    "no list": orjson.dumps({"all": GOOD}),
    "no JSON": orjson.dumps(GOOD)[:-1] + b",]",
    "more behind it": orjson.dumps(GOOD) + b" 1",
    "cut off": orjson.dumps(GOOD)[:-100],
    "no text": orjson.dumps(GOOD).replace("é".encode(), b"\xff\xfe", 1),
    "deep": b"[" * 70_000,
    "deep in one": orjson.dumps(GOOD)[:-1] + b',{"name":' + b"[" * 300 + b"]" * 300 + b"}]",
    "NUL": orjson.dumps([*GOOD, {"name": "a\0b"}]),
}


def refusal(parse: Callable[[], Any]) -> tuple[str, list[FieldError], str]:
    with pytest.raises(DomainError) as refused:
        parse()
    return refused.value.code, list(refused.value.errors), refused.value.detail


def test_a_good_list_is_the_same_either_way() -> None:
    body = orjson.dumps(GOOD)
    read = asyncio.run(parser_of(Many)(body))
    assert isinstance(read, Many)
    assert read == parse_body(TypeAdapter(Many), body)
    assert len(read.root) == 200


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_bad_list_is_refused_the_same_either_way(kind: str) -> None:
    body = HOSTILE[kind]
    assert len(body) > 65_536, "smaller ones are read at once"
    at_once = refusal(lambda: parse_body(TypeAdapter(Many), body))
    assert refusal(lambda: asyncio.run(parser_of(Many)(body))) == at_once
    assert len(at_once[1]) <= 100


async def test_others_are_served_while_much_is_made() -> None:
    turns = 0

    async def somebody_else() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(somebody_else())
    made = await in_slices(lambda number: sum(range(number)), range(10_000))
    other.cancel()
    assert made == [sum(range(number)) for number in range(10_000)]
    assert turns > 5


async def test_a_request_of_many_steps_waits_for_few_slices() -> None:
    slices = 0

    def piece(_: int) -> None:
        nonlocal slices
        slices += 1
        _spend(SLICE_SECONDS)

    async def request() -> int:
        await asyncio.sleep(0.02)
        before = slices
        for _ in range(20):
            _spend(0.001)
            await asyncio.sleep(0)
        return slices - before

    long_work = asyncio.gather(*(in_slices(piece, range(30)) for _ in range(3)))
    assert await request() <= 10
    await long_work
    assert slices == 90


async def test_while_somebody_labels_long_work_rests_after_each_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    present = Courtesy()
    monkeypatch.setattr(tasks, "courtesy", present)
    monkeypatch.setattr(tasks, "_OTHERS_SECONDS", math.inf)
    rests = [0]

    async def resting(seconds: float) -> None:
        rests[0] += seconds > 0

    monkeypatch.setattr(asyncio, "sleep", resting)
    await in_slices(lambda _: _spend(SLICE_SECONDS), range(20))
    assert rests == [0]
    present.labeled()
    await in_slices(lambda _: _spend(SLICE_SECONDS), range(20))
    assert rests == [20]


def _spend(seconds: float) -> None:
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        pass
