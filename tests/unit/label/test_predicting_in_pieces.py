"""An operation of many predictions reads them entry by entry, and every image once, whatever an entry holds."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest

from label_service.application.lanes import Lanes
from label_service.application.predicting import PredictMany
from label_service.domain.commands import Outcome, Predict
from labelstream_common.operations import Fence, Operation, Operations

IMAGES = 173


class _Operations:
    def __init__(self, entries: Sequence[bytes]) -> None:
        self._all = entries
        self.cursor: Mapping[str, Any] | None = None
        self.reads = 0

    async def entries(self, operation: Operation, begin: int, count: int) -> Sequence[bytes]:
        self.reads += 1
        return self._all[begin : begin + count]

    async def advance(self, *_: Any, cursor: Mapping[str, Any], done: int) -> None:
        self.cursor = cursor

    async def finish(self, *_: Any, done: int) -> None:
        self.cursor = None


class _Lanes:
    """Commits pieces of seven images."""

    def __init__(self) -> None:
        self.images: list[str] = []

    def piece(self, job_id: str) -> int:
        return 7

    async def submit_piece(self, job_id: str, command: Predict, *, alongside: Callable[..., Any]) -> bool:
        self.images += [one.sample_id for one in command.predictions]
        await alongside(None, cast("Outcome", SimpleNamespace()))
        return True


@pytest.mark.parametrize("images_of_entry", [None, 10, 50])
async def test_every_image_comes_once_and_in_order(
    monkeypatch: pytest.MonkeyPatch, images_of_entry: int | None
) -> None:
    monkeypatch.setattr("label_service.application.predicting.added_up", lambda before, outcome: {"changed": 0})
    rows = [[f"image-{number:03}", [["cat", 0.5]], "net"] for number in range(IMAGES)]
    each = images_of_entry or 50  # of an operation that an earlier release queued
    packed = [zlib.compress(orjson.dumps(rows[start : start + each])) for start in range(0, IMAGES, each)]
    params = {
        "job_id": "j",
        "change_id": "c",
        "model": "net",
        "at": datetime(2026, 1, 1, tzinfo=UTC),
        "hard_above": None,
    }
    if images_of_entry:
        params["images_of_entry"] = images_of_entry
    operations, lanes = _Operations(packed), _Lanes()
    handler = PredictMany(cast("Lanes", lanes), cast("Operations", operations))
    for _ in range(IMAGES):
        operation = SimpleNamespace(id="o", params=params, cursor=operations.cursor, total=IMAGES)
        if await handler.step(cast("Operation", operation), Fence("o", 1)):
            break
    assert lanes.images == [row[0] for row in rows]
    assert operations.reads <= len(packed)
