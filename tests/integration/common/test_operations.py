"""Operations: a chunk counts once whatever happens to the runner; cancelled between chunks; failed with a reason."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from pymongo.errors import AutoReconnect
from tests.support.waiting import eventually

from labelstream_common.courtesy import Courtesy
from labelstream_common.errors import Conflict, Unavailable
from labelstream_common.ids import new_id
from labelstream_common.messaging import Context, current_context
from labelstream_common.mongo import Client, Database, Session, in_transaction
from labelstream_common.operations import (
    Fence,
    Operation,
    OperationFinished,
    OperationLost,
    OperationNotFound,
    OperationRunner,
    Operations,
    OperationState,
)
from labelstream_common.operations import runner as runner_module

CHUNKS = 5


class Refused(Conflict):
    code = "refused"
    title = "Not today"


class Counting:
    """Counts to five in five chunks, each an insert and an advance in one transaction."""

    def __init__(self, client: Client, database: Database, operations: Operations) -> None:
        self._client = client
        self._chunks = database["things"]
        self._operations = operations
        self.before: Callable[[Operation], Awaitable[None]] | None = None
        self.steps = 0

    async def step(self, operation: Operation, fence: Fence) -> bool:
        self.steps += 1
        if self.before is not None:
            await self.before(operation)
        number = operation.done + 1

        async def body(session: Session) -> None:
            await self._chunks.insert_one({"operation": operation.id, "number": number}, session=session)
            if number == CHUNKS:
                await self._operations.finish(session, operation, fence, {"counted": number}, done=number)
            else:
                await self._operations.advance(session, operation, fence, done=number, cursor={"last": number})

        await in_transaction(self._client, body)
        return number == CHUNKS

    async def counted(self, operation_id: str) -> list[int]:
        return sorted([found["number"] async for found in self._chunks.find({"operation": operation_id})])


@pytest.fixture
def operations(database: Database) -> Operations:
    return Operations(database, prefix="test")


@pytest.fixture
def counting(mongo_client: Client, database: Database, operations: Operations) -> Counting:
    return Counting(mongo_client, database, operations)


Start = Callable[..., Awaitable[Operation]]


@pytest.fixture
def kind() -> str:
    """Each test has operations of a kind of its own, so that no other test's runner takes them."""
    return f"count-{new_id()}"


@pytest.fixture
def start(mongo_client: Client, operations: Operations, kind: str) -> Start:
    async def start(by: str = "somebody", scope: str = "") -> Operation:
        async def body(session: Session) -> Operation:
            return await operations.start(kind, {"to": CHUNKS}, by=by, session=session, total=CHUNKS, scope=scope)

        return await in_transaction(mongo_client, body)

    return start


@asynccontextmanager
async def running(runner: OperationRunner) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(runner.run(stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 5)


async def test_an_operation_runs_to_its_end(
    operations: Operations, counting: Counting, start: Start, kind: str
) -> None:
    async with running(OperationRunner(operations, {kind: counting}, service="test")):
        queued = await start()
        assert queued.id.startswith("test-")
        assert queued.state is OperationState.QUEUED
        ended = await operations.wait(queued.id, 10)
    assert (ended.state, ended.done, ended.total) == (OperationState.SUCCEEDED, CHUNKS, CHUNKS)
    assert ended.result == {"counted": CHUNKS}
    assert ended.finished_at is not None
    assert await counting.counted(queued.id) == [1, 2, 3, 4, 5]


async def test_a_runner_pauses_for_others_after_each_step(
    operations: Operations, counting: Counting, start: Start, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []

    class Others(Courtesy):
        def pause_beside_others(self, seconds: float, *, workers: int = 1) -> float:
            asked.append(seconds)
            return 0.0

    monkeypatch.setattr(runner_module, "courtesy", Others())
    async with running(OperationRunner(operations, {kind: counting}, service="test")):
        ended = await operations.wait((await start()).id, 10)
    assert ended.state is OperationState.SUCCEEDED
    assert len(asked) == CHUNKS
    assert all(seconds > 0 for seconds in asked)


async def test_an_accounts_operations_pause_for_others_as_if_they_were_one(
    operations: Operations, counting: Counting, start: Start, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    class Others(Courtesy):
        def pause_beside_others(self, seconds: float, *, workers: int = 1) -> float:
            asked.append(workers)
            return 0.0

    together = asyncio.Barrier(4)

    async def meet(_operation: Operation) -> None:
        await together.wait()

    counting.before = meet
    started = [await start(account) for account in ("a", "a", "a", "b")]
    monkeypatch.setattr(runner_module, "courtesy", Others())
    async with running(OperationRunner(operations, {kind: counting}, service="test", at_once=4)):
        for one in started:
            assert (await operations.wait(one.id, 30)).state is OperationState.SUCCEEDED
    assert sorted(asked[:4]) == [1, 3, 3, 3]


async def test_beside_others_an_accounts_next_operation_waits_and_that_of_others_comes_first(
    operations: Operations, counting: Counting, start: Start, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Others(Courtesy):
        def pause_beside_others(self, seconds: float, *, workers: int = 1) -> float:
            return 0.5

    steps: list[str] = []

    async def note(operation: Operation) -> None:
        steps.append(operation.id)

    counting.before = note
    first, second, others = await start("a"), await start("a"), await start("b")
    monkeypatch.setattr(runner_module, "courtesy", Others())
    async with running(OperationRunner(operations, {kind: counting}, service="test", at_once=1)):
        ended = await operations.wait(second.id, 30)
    assert ended.state is OperationState.SUCCEEDED
    assert list(dict.fromkeys(steps)) == [first.id, others.id, second.id]


async def test_a_new_operation_wakes_a_runner_that_rests(
    operations: Operations, counting: Counting, start: Start, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_module, "_POLL_SECONDS", 300.0)  # looking by itself would come too late
    async with running(OperationRunner(operations, {kind: counting}, service="test")):
        for _ in range(3):
            await asyncio.sleep(0.6)  # the runner rests by now
            ended = await operations.wait((await start()).id, 30)
            assert ended.state is OperationState.SUCCEEDED


async def test_an_operation_that_never_committed_does_not_exist(
    mongo_client: Client, operations: Operations, kind: str
) -> None:
    started: list[Operation] = []

    async def body(session: Session) -> None:
        started.append(await operations.start(kind, {}, by="x", session=session))
        raise Refused("no")

    with pytest.raises(Refused):
        await in_transaction(mongo_client, body)
    with pytest.raises(OperationNotFound):
        await operations.get(started[0].id)


async def test_it_goes_on_from_its_last_chunk_when_its_runner_is_gone(
    operations: Operations, counting: Counting, start: Start, kind: str
) -> None:
    queued = await start()
    claimed = await operations.claim([kind])
    assert claimed is not None
    operation, fence = claimed
    assert operation.id == queued.id
    await counting.step(operation, fence)
    await counting.step(await operations.get(queued.id), fence)
    assert await operations.claim([kind]) is None  # the lease holds
    await operations.release(fence)  # what its end does after 15 s
    async with running(OperationRunner(operations, {kind: counting}, service="test")):
        ended = await operations.wait(queued.id, 10)
    assert ended.state is OperationState.SUCCEEDED
    assert await counting.counted(queued.id) == [1, 2, 3, 4, 5]


async def test_a_runner_that_was_away_too_long_changes_nothing(
    operations: Operations, counting: Counting, start: Start, kind: str
) -> None:
    queued = await start()
    claimed = await operations.claim([kind])
    assert claimed is not None
    operation, old = claimed
    await operations.release(old)
    again = await operations.claim([kind])
    assert again is not None
    assert again[1].token > old.token
    with pytest.raises(OperationLost):
        await counting.step(operation, old)
    assert await counting.counted(queued.id) == []
    assert not await operations.renew(old)
    await operations.fail(old, Refused("late"))
    assert (await operations.get(queued.id)).state is OperationState.RUNNING


async def test_a_queued_operation_is_cancelled_at_once(operations: Operations, start: Start) -> None:
    queued = await start()
    for _ in range(2):
        cancelled = await operations.cancel(queued.id)
        assert cancelled.state is OperationState.CANCELLED
        assert cancelled.finished_at is not None


async def test_one_that_is_cancelled_during_its_last_step_does_not_succeed(
    operations: Operations, counting: Counting, start: Start, kind: str
) -> None:
    answered: list[OperationState] = []

    async def cancel_at_the_end(operation: Operation) -> None:
        if operation.done == 4:
            answered.append((await operations.cancel(operation.id)).state)

    counting.before = cancel_at_the_end
    async with running(OperationRunner(operations, {kind: counting}, service="test")):
        queued = await start()
        ended = await operations.wait(queued.id, 10)
    assert answered == [OperationState.RUNNING]
    assert (ended.state, ended.done) == (OperationState.CANCELLED, 4)
    assert await counting.counted(queued.id) == [1, 2, 3, 4]


async def test_a_running_one_is_cancelled_between_chunks(
    operations: Operations, counting: Counting, start: Start, kind: str
) -> None:
    async def cancel_at_two(operation: Operation) -> None:
        if operation.done == 1:
            await operations.cancel(operation.id)

    counting.before = cancel_at_two
    async with running(OperationRunner(operations, {kind: counting}, service="test")):
        queued = await start()
        ended = await operations.wait(queued.id, 10)
    assert ended.state is OperationState.CANCELLED
    assert await counting.counted(queued.id) == [1, 2]
    assert ended.done == 2


async def test_what_has_ended_cannot_be_cancelled(
    operations: Operations, counting: Counting, start: Start, kind: str
) -> None:
    async with running(OperationRunner(operations, {kind: counting}, service="test")):
        queued = await start()
        await operations.wait(queued.id, 10)
    with pytest.raises(OperationFinished):
        await operations.cancel(queued.id)


async def test_a_rule_that_refuses_ends_it_as_failed(
    operations: Operations, counting: Counting, start: Start, kind: str
) -> None:
    async def refuse(operation: Operation) -> None:
        if operation.done == 2:
            raise Refused("this far and no further")

    counting.before = refuse
    async with running(OperationRunner(operations, {kind: counting}, service="test")):
        queued = await start()
        ended = await operations.wait(queued.id, 10)
    assert ended.state is OperationState.FAILED
    assert ended.error == {"code": "refused", "title": "Not today", "detail": "this far and no further"}
    assert await counting.counted(queued.id) == [1, 2]


@pytest.mark.parametrize("error", [Unavailable("away"), AutoReconnect("gone"), ValueError("once")])
async def test_passing_trouble_is_waited_out(
    operations: Operations, counting: Counting, start: Start, kind: str, error: Exception
) -> None:
    async def fail_twice(_: Operation) -> None:
        if counting.steps <= 2:
            raise error

    counting.before = fail_twice
    async with running(OperationRunner(operations, {kind: counting}, service="test")):
        queued = await start()
        ended = await operations.wait(queued.id, 10)
    assert ended.state is OperationState.SUCCEEDED
    assert await counting.counted(queued.id) == [1, 2, 3, 4, 5]


async def test_an_error_nobody_expected_ends_it_without_its_inside(
    operations: Operations, counting: Counting, start: Start, kind: str
) -> None:
    async def fail(_: Operation) -> None:
        raise ValueError("secret")

    counting.before = fail
    async with running(OperationRunner(operations, {kind: counting}, service="test")):
        queued = await start()
        ended = await operations.wait(queued.id, 10)
    assert ended.state is OperationState.FAILED
    assert ended.error is not None
    assert ended.error["code"] == "internal-error"
    assert "secret" not in str(ended.error)


async def test_a_runner_that_stops_gives_back_what_it_had(
    operations: Operations, counting: Counting, start: Start, kind: str
) -> None:
    async def hang(operation: Operation) -> None:
        if operation.done == 1:
            await asyncio.sleep(60)

    counting.before = hang
    async with running(OperationRunner(operations, {kind: counting}, service="test")):
        queued = await start()

        async def has_begun() -> None:
            assert (await operations.get(queued.id)).done == 1

        await eventually(has_begun)
    counting.before = None
    async with running(OperationRunner(operations, {kind: counting}, service="test")):
        assert (await operations.wait(queued.id, 5)).state is OperationState.SUCCEEDED
    assert await counting.counted(queued.id) == [1, 2, 3, 4, 5]


async def test_two_runners_share_the_work(
    operations: Operations, counting: Counting, start: Start, kind: str, database: Database
) -> None:
    other = OperationRunner(Operations(database, prefix="test"), {kind: counting}, service="other")
    async with running(OperationRunner(operations, {kind: counting}, service="test")), running(other):
        queued = [await start() for _ in range(8)]
        for each in queued:
            assert (await operations.wait(each.id, 10)).state is OperationState.SUCCEEDED
    for each in queued:
        assert await counting.counted(each.id) == [1, 2, 3, 4, 5]


async def test_lists_page_by_cursor_newest_first(operations: Operations, start: Start) -> None:
    somebody = new_id()
    made = [(await start(by=somebody)).id for _ in range(5)]
    first = await operations.list(by=somebody, limit=3)
    assert [operation.id for operation in first.items] == made[:1:-1]
    rest = await operations.list(by=somebody, limit=3, cursor=first.next_cursor)
    assert [operation.id for operation in rest.items] == made[1::-1]
    assert rest.next_cursor is None
    assert (await operations.list(by=somebody, state=OperationState.FAILED)).items == []


async def test_lists_page_by_cursor_oldest_first_when_that_is_asked_for(operations: Operations, start: Start) -> None:
    somebody = new_id()
    made = [(await start(by=somebody)).id for _ in range(5)]
    first = await operations.list(by=somebody, limit=3, newest_first=False)
    assert [operation.id for operation in first.items] == made[:3]
    rest = await operations.list(by=somebody, limit=3, cursor=first.next_cursor, newest_first=False)
    assert [operation.id for operation in rest.items] == made[3:]
    assert rest.next_cursor is None


async def test_what_an_operation_does_belongs_to_the_request_that_started_it(
    operations: Operations, counting: Counting, start: Start, kind: str
) -> None:
    found: list[Context] = []

    async def note(_: Operation) -> None:
        found.append(current_context.get())

    counting.before = note
    token = current_context.set(Context("request", "", "trace"))
    queued = await start()
    current_context.reset(token)
    async with running(OperationRunner(operations, {kind: counting}, service="test")):
        assert (await operations.wait(queued.id, 10)).state is OperationState.SUCCEEDED
    assert set(found) == {Context("request", queued.id, "trace")}
