"""Nobody's operations keep those of others waiting, and nobody has more of them than they may."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from labelstream_common.http.errors import TooManyOperations
from labelstream_common.ids import new_id
from labelstream_common.mongo import Client, Database, Session, in_transaction
from labelstream_common.operations import Operation, Operations

Start = Callable[..., Awaitable[Operation]]


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
