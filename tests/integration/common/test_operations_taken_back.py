"""Operations that are cancelled by a transaction of their own, together with what takes their beginning back."""

import pytest

from labelstream_common.ids import new_id
from labelstream_common.mongo import Client, Database, Session, in_transaction
from labelstream_common.operations import (
    Fence,
    Operation,
    OperationFinished,
    OperationLost,
    Operations,
    OperationState,
)


@pytest.fixture
def operations(database: Database) -> Operations:
    return Operations(database, prefix="test")


async def running(client: Client, operations: Operations) -> tuple[Operation, Fence]:
    """A new operation, and the fence of who carries it on."""
    kind = f"kind-{new_id()}"

    async def body(session: Session) -> None:
        await operations.start(kind, {}, by="somebody", session=session)

    await in_transaction(client, body)
    claimed = await operations.claim([kind])
    assert claimed is not None
    return claimed


async def take_back(client: Client, database: Database, operations: Operations, operation: Operation) -> None:
    async def body(session: Session) -> None:
        await database["things"].insert_one({"taken-back": operation.id}, session=session)
        await operations.end_cancelled(session, operation)

    await in_transaction(client, body)


async def taken_back(database: Database, operation: Operation) -> int:
    return int(await database["things"].count_documents({"taken-back": operation.id}))


async def test_no_step_commits_once_an_operation_is_taken_back(
    mongo_client: Client, database: Database, operations: Operations
) -> None:
    operation, fence = await running(mongo_client, operations)
    await take_back(mongo_client, database, operations, operation)

    async def step(session: Session) -> None:
        await operations.advance(session, operation, fence, done=1)

    with pytest.raises(OperationLost):
        await in_transaction(mongo_client, step)
    assert not await operations.renew(fence)
    assert await operations.claim([operation.kind]) is None
    ended = await operations.get(operation.id)
    assert (ended.state, ended.done, ended.finished_at is not None) == (OperationState.CANCELLED, 0, True)
    assert await taken_back(database, operation) == 1


async def test_what_has_ended_is_not_taken_back(
    mongo_client: Client, database: Database, operations: Operations
) -> None:
    operation, fence = await running(mongo_client, operations)

    async def last(session: Session) -> None:
        await operations.finish(session, operation, fence, {}, done=0)

    await in_transaction(mongo_client, last)
    with pytest.raises(OperationFinished) as refused:
        await take_back(mongo_client, database, operations, operation)
    assert refused.value.data == {"state": "succeeded"}
    assert await taken_back(database, operation) == 0


async def test_it_is_taken_back_once(mongo_client: Client, database: Database, operations: Operations) -> None:
    operation, _ = await running(mongo_client, operations)
    await take_back(mongo_client, database, operations, operation)
    with pytest.raises(OperationFinished):
        await take_back(mongo_client, database, operations, operation)
    assert await taken_back(database, operation) == 1
