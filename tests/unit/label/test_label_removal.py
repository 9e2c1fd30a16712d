"""Taking a label off many items: one piece commits while the next waits, and no large one begins beside people."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.support.waiting import eventually

from label_service.application.label_removal import DELETE, TakeOffEverywhere
from labelstream_common.operations import Fence, Operation, OperationLost, OperationState

NOW = datetime(2026, 11, 28, tzinfo=UTC)
OPERATION = Operation(
    id="label-1",
    kind=DELETE,
    state=OperationState.RUNNING,
    done=0,
    total=5_000,
    error=None,
    result=None,
    created_at=NOW,
    finished_at=None,
    created_by="ada",
    params={"job_id": "job", "account_id": "ada", "change_id": "c", "at": NOW, "label_ids": ["cat"], "into": None},
)
FENCE = Fence(OPERATION.id, 1)


class Items:
    async def carrying(self, _job_id: str, _label_ids: Sequence[str], *, limit: int) -> list[str]:
        return [str(number) for number in range(min(limit, 4_500))]


class Lanes:
    """Pieces wait here until they are let go."""

    def __init__(self) -> None:
        self.size = 1_000
        self.waiting: list[tuple[int, asyncio.Future[bool]]] = []
        self.sizes: list[int] = []

    def piece(self, _job_id: str) -> int:
        return self.size

    async def submit_piece(self, _job_id: str, command: Any, *, alongside: object) -> bool:
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.sizes.append(len(command.sample_ids))
        self.waiting.append((len(command.sample_ids), done))
        return await done

    async def let_one_go(self, error: Exception | None = None) -> None:
        await eventually(self._has_one)
        _, done = self.waiting.pop(0)
        if error is None:
            done.set_result(True)
        else:
            done.set_exception(error)

    async def _has_one(self) -> None:
        assert self.waiting


@pytest.fixture
def lanes() -> Lanes:
    return Lanes()


def stepping(lanes: Lanes) -> "asyncio.Task[bool]":
    return asyncio.create_task(TakeOffEverywhere(Items(), lanes, None).step(OPERATION, FENCE))  # type: ignore[arg-type] # only what a step uses


async def test_one_piece_waits_while_another_commits(lanes: Lanes) -> None:
    step = stepping(lanes)
    for committed in range(5):
        await lanes.let_one_go()

        async def the_next_waits(committed: int = committed) -> None:
            assert len(lanes.sizes) == min(5, committed + 3)

        await eventually(the_next_waits)
    assert await step is False
    assert lanes.sizes == [1_000, 1_000, 1_000, 1_000, 500]


async def test_no_large_piece_begins_once_somebody_labels(lanes: Lanes) -> None:
    step = stepping(lanes)
    await lanes.let_one_go()
    lanes.size = 200
    await lanes.let_one_go()
    assert await step is False
    assert lanes.sizes == [1_000, 1_000]


async def test_a_step_that_fails_ends_when_all_its_pieces_have(lanes: Lanes) -> None:
    step = stepping(lanes)
    await lanes.let_one_go(OperationLost("label-1"))
    for _ in range(20):  # more turns than a step takes to end
        await asyncio.sleep(0)
    assert not step.done()
    await lanes.let_one_go()
    with pytest.raises(OperationLost):
        await step
    assert lanes.sizes == [1_000, 1_000]
