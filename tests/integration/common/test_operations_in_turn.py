"""Nobody's operations keep those of others waiting, and nobody has more of them than they may."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest
from tests.support.waiting import eventually

from labelstream_common.http.errors import TooManyOperations
from labelstream_common.ids import new_id
from labelstream_common.mongo import Client, Database, Session, in_transaction
from labelstream_common.operations import Fence, Operation, OperationRunner, Operations, OperationState

Start = Callable[..., Awaitable[Operation]]


class Endless:
    """Counts its steps without end, until it is told to finish. With `within_a_step` all of it is one step."""

    def __init__(self, client: Client, operations: Operations, *, within_a_step: bool = False) -> None:
        self._client = client
        self._operations = operations
        self._within_a_step = within_a_step
        self.may_end = False
        self.begun: list[str] = []

    async def step(self, operation: Operation, fence: Fence) -> bool:
        self.begun.append(operation.id)
        done = operation.done
        while True:
            await asyncio.sleep(0.05)
            done += 1
            if await self._count(operation, fence, done):
                return True
            if not self._within_a_step or await self._operations.is_to_stop(operation.id):
                return False

    async def _count(self, operation: Operation, fence: Fence, done: int) -> bool:
        ends = self.may_end or operation.created_by == "modest"

        async def body(session: Session) -> None:
            if ends:
                await self._operations.finish(session, operation, fence, {}, done=done)
            else:
                await self._operations.advance(session, operation, fence, done=done)

        await in_transaction(self._client, body)
        return ends


async def places(operations: Operations, greedy: Sequence[Operation]) -> int:
    """How many of these operations are running."""
    found = [await operations.get(each.id) for each in greedy]
    return sum(each.state is OperationState.RUNNING and each.done > 0 for each in found)


@pytest.fixture
def operations(database: Database) -> Operations:
    return Operations(database, prefix="test")


@pytest.fixture
def kind() -> str:
    return f"turn-{new_id()}"


@pytest.fixture
def start(mongo_client: Client, operations: Operations, kind: str) -> Start:
    async def start(by: str, scope: str, *, limited: bool = True) -> Operation:
        async def body(session: Session) -> Operation:
            return await operations.start(kind, {}, by=by, session=session, scope=scope, limited=limited)

        return await in_transaction(mongo_client, body)

    return start


async def test_one_of_an_account_runs_while_others_wait(operations: Operations, start: Start, kind: str) -> None:
    greedy = [await start("greedy", f"job:{number % 2}") for number in range(6)]
    modest, third = await start("modest", "job:0"), await start("third", "job:0")
    order = []
    for _ in range(5):
        claimed = await operations.claim([kind])
        assert claimed is not None
        order.append(claimed[0].id)
    assert order[:3] == [greedy[0].id, modest.id, third.id]
    # Nobody else waits any more: now its other job, then whatever is the oldest.
    assert order[3:] == [greedy[1].id, greedy[2].id]


async def test_the_oldest_is_the_first_when_nothing_runs(operations: Operations, start: Start, kind: str) -> None:
    first = await start("a", "job:1")
    await start("b", "job:1")
    claimed = await operations.claim([kind])
    assert claimed is not None
    assert claimed[0].id == first.id


async def test_an_account_has_twenty_open_ones_in_a_job(operations: Operations, start: Start, kind: str) -> None:
    account, job = new_id(), f"job:{new_id()}"
    open_ones = [await start(account, job) for _ in range(20)]
    with pytest.raises(TooManyOperations) as refused:
        await start(account, job)
    assert (refused.value.code, refused.value.retry_after) == ("too-many-operations", 5.0)
    assert await start(account, f"job:{new_id()}")
    assert await start(new_id(), job)
    assert await start(account, job, limited=False)
    for operation in open_ones[:2]:
        await operations.cancel(operation.id)
    assert await start(account, job)


async def test_twenty_is_exact_however_many_are_started_at_once(
    operations: Operations, start: Start, kind: str
) -> None:
    account, job = new_id(), f"job:{new_id()}"
    answers = await asyncio.gather(*(start(account, job) for _ in range(40)), return_exceptions=True)
    assert sum(isinstance(each, Operation) for each in answers) == 20
    assert sum(isinstance(each, TooManyOperations) for each in answers) == 20


async def test_a_kind_is_run_while_a_runner_holds_one_of_it(operations: Operations, start: Start, kind: str) -> None:
    await start("a", "job:1")
    assert not await operations.is_any_run([kind])
    claimed = await operations.claim([kind])
    assert claimed is not None
    others = [f"{kind}-other"]
    assert (await operations.is_any_run([*others, kind]), await operations.is_any_run(others)) == (True, False)
    await operations.release(claimed[1])
    assert not await operations.is_any_run([kind])


@pytest.mark.parametrize("within_a_step", [False, True])
async def test_who_has_all_places_gives_one_back_when_somebody_else_waits(
    mongo_client: Client, operations: Operations, start: Start, kind: str, within_a_step: bool
) -> None:
    endless = Endless(mongo_client, operations, within_a_step=within_a_step)
    greedy = [await start("greedy", f"job:{number}") for number in range(4)]
    stop = asyncio.Event()
    running = asyncio.create_task(OperationRunner(operations, {kind: endless}, service="test").run(stop))
    try:

        async def all_run() -> None:
            assert await places(operations, greedy) == 4

        await eventually(all_run)
        modest = await start("modest", "job:0")
        assert (await operations.wait(modest.id, 5)).state is OperationState.SUCCEEDED

        async def the_newest_goes_on() -> None:
            assert greedy[3].id in endless.begun[endless.begun.index(modest.id) :]

        await eventually(the_newest_goes_on)
        before = [(await operations.get(each.id)).done for each in greedy]
        endless.may_end = True
        ended = [await operations.wait(each.id, 10) for each in greedy]
        assert [each.state for each in ended] == [OperationState.SUCCEEDED] * 4
        assert all(each.done > earlier for each, earlier in zip(ended, before, strict=True))
        if within_a_step:
            assert [endless.begun.count(each.id) for each in greedy] == [1, 1, 1, 2]  # nobody gave way for nothing
    finally:
        stop.set()
        await asyncio.wait_for(running, 5)


async def test_an_account_with_one_running_keeps_it_when_others_wait(
    mongo_client: Client, operations: Operations, start: Start, kind: str
) -> None:
    endless = Endless(mongo_client, operations, within_a_step=True)
    stop = asyncio.Event()
    runner = OperationRunner(operations, {kind: endless}, service="test", at_once=2)
    running = asyncio.create_task(runner.run(stop))
    try:
        first, second = await start("a", "job:1"), await start("b", "job:1")
        await eventually_begun(endless, first, second)
        third = await start("c", "job:1")
        await asyncio.sleep(1.5)
        assert sorted(endless.begun) == sorted([first.id, second.id])
        endless.may_end = True
        assert (await operations.wait(third.id, 10)).state is OperationState.SUCCEEDED
    finally:
        stop.set()
        await asyncio.wait_for(running, 5)


async def eventually_begun(endless: Endless, *operations: Operation) -> None:
    async def begun() -> None:
        assert {each.id for each in operations} <= set(endless.begun)

    await eventually(begun)
