"""What operations cost: claims look at open ones only, big lists are read by nobody but the handler, and then end."""

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest

from labelstream_common.errors import Conflict, Unavailable
from labelstream_common.ids import new_id
from labelstream_common.mongo import Client, Database, Session, in_transaction
from labelstream_common.operations import Counted, Fence, Operation, OperationRunner, Operations, OperationState, runner
from labelstream_common.operations.documents import ENTRIES, OPERATIONS, RUNNABLE, claimable

ENTRIES_OF_MOST = 10_000

Begin = Callable[..., Coroutine[Any, Any, Operation]]


@pytest.fixture
def operations(database: Database) -> Operations:
    return Operations(database, prefix="test")


@pytest.fixture
def kind() -> str:
    return f"scale-{new_id()}"


@pytest.fixture
def begin(mongo_client: Client, operations: Operations, kind: str) -> Begin:
    async def begin(**given: Any) -> Operation:
        async def body(session: Session) -> Operation:
            return await operations.start(
                given.pop("kind", kind), {"job": "j"}, session=session, **{"by": "somebody", **given}
            )

        return await in_transaction(mongo_client, body)

    return begin


@pytest.fixture
async def ended(database: Database, kind: str) -> AsyncIterator[int]:
    """A month of operations that nobody carries on any more."""
    count = 500
    await database[OPERATIONS].insert_many(
        [{"_id": f"test-{new_id()}", "kind": kind, "state": "succeeded", "leased_until": None} for _ in range(count)]
    )
    yield count
    await database[OPERATIONS].delete_many({"kind": kind})


async def explained(database: Database, kind: str) -> dict[str, Any]:
    find = {
        "find": OPERATIONS,
        "filter": claimable([kind, "another"]),
        "sort": {"_id": 1},
        "hint": RUNNABLE,
        "limit": 1,
    }
    plan: dict[str, Any] = await database.command("explain", find, verbosity="executionStats")
    return plan


async def test_a_claim_looks_at_open_operations_only(database: Database, begin: Begin, ended: int, kind: str) -> None:
    for _ in range(3):
        await begin()
    plan = await explained(database, kind)
    assert "SORT_MERGE" in str(plan["queryPlanner"]["winningPlan"])
    assert plan["executionStats"]["totalKeysExamined"] < 10 < ended
    assert plan["executionStats"]["totalDocsExamined"] < 10


async def test_a_claim_takes_the_oldest_of_all_kinds(operations: Operations, begin: Begin, kind: str) -> None:
    made = [(await begin()).id for _ in range(3)]
    claimed = [await operations.claim(["another", kind]) for _ in made]
    assert [found[0].id for found in claimed if found] == made
    assert await operations.claim([kind]) is None


async def test_what_an_operation_works_through_stands_apart_until_it_ends(
    mongo_client: Client, database: Database, operations: Operations, begin: Begin, kind: str
) -> None:
    ids = [new_id() for _ in range(ENTRIES_OF_MOST)]
    operation = await begin(entries=ids)
    stored = await database.command("aggregate", OPERATIONS, cursor={}, pipeline=[
        {"$match": {"_id": operation.id}}, {"$project": {"size": {"$bsonSize": "$$ROOT"}}},
    ])  # fmt: skip
    assert stored["cursor"]["firstBatch"][0]["size"] < 1_000
    assert await operations.entries(operation, 9_000, 1_000) == ids[9_000:]
    assert await operations.entries(operation, ENTRIES_OF_MOST, 1_000) == []
    claimed = await operations.claim([kind])
    assert claimed is not None
    await in_transaction(mongo_client, lambda session: operations.finish(session, *claimed, {}, done=1))
    assert await database[ENTRIES].count_documents({"_id": operation.id}) == 0


@pytest.mark.parametrize("way", ["queued", "running", "failed", "taken back"])
async def test_however_it_ends_its_entries_end_and_its_result_says_what_it_had_done(
    mongo_client: Client, database: Database, operations: Operations, begin: Begin, way: str
) -> None:
    kind = new_id()
    change = {"change_id": new_id(), "changed": 0}
    operation = await begin(kind=kind, entries=["a", "b"], result=change)
    if way != "queued":
        claimed = await operations.claim([kind])
        assert claimed is not None
        change = {**change, "changed": 1}
        _, fence = claimed

        async def one_step(session: Session) -> None:
            await operations.advance(session, operation, fence, done=1, result=change)

        await in_transaction(mongo_client, one_step)
    match way:
        case "queued":
            await operations.cancel(operation.id)
        case "running":
            await operations.cancel(operation.id)
            assert await database[ENTRIES].count_documents({"_id": operation.id}) == 1  # its step may need them
            await operations.stop_cancelled(fence)
        case "failed":
            await operations.fail(fence, Conflict("no"))
        case _:
            await in_transaction(mongo_client, lambda session: operations.end_cancelled(session, operation))
    ended = await operations.get(operation.id)
    assert (ended.state.is_final, ended.result) == (True, change)
    assert await database[ENTRIES].count_documents({"_id": operation.id}) == 0


async def test_when_it_is_finished_total_is_what_was_done(
    mongo_client: Client, operations: Operations, begin: Begin, kind: str
) -> None:
    operation = await begin(total=1_000)
    claimed = await operations.claim([kind])
    assert claimed is not None
    await in_transaction(mongo_client, lambda session: operations.finish(session, *claimed, {}, done=997))
    finished = await operations.get(operation.id)
    assert (finished.done, finished.total) == (997, 997)


async def test_a_page_of_the_list_ends_at_four_megabytes(operations: Operations, begin: Begin) -> None:
    somebody = new_id()
    for _ in range(5):
        await begin(by=somebody, result={"missing": ["x" * 1_000] * 1_500})
    first = await operations.list(by=somebody, limit=100)
    assert len(first.items) == 2
    rest = await operations.list(by=somebody, limit=100, cursor=first.next_cursor)
    assert len(rest.items) == 2


def test_all_are_counted_and_the_first_thousand_are_kept() -> None:
    found = Counted().plus(range(700)).plus(range(700, 1_400)).plus(range(5))
    assert found.count == 1_405
    assert found.examples == list(range(1_000))


class Slow:
    """Each attempt takes a while, moves on if it `advances`, and then loses its database."""

    def __init__(self, client: Client, operations: Operations, *, advances: bool) -> None:
        self._client = client
        self._operations = operations
        self._advances = advances
        self.attempts = 0

    async def step(self, operation: Operation, fence: Fence) -> bool:
        self.attempts += 1
        done = operation.done + 1

        async def body(session: Session) -> None:
            if self.attempts == 6:
                await self._operations.finish(session, operation, fence, {}, done=done)
            elif self._advances:
                await self._operations.advance(session, operation, fence, done=done)

        await in_transaction(self._client, body)
        if self.attempts < 6:
            raise Unavailable("away")
        return True


@pytest.mark.parametrize("advances", [True, False])
async def test_patience_counts_from_the_last_thing_that_worked(
    mongo_client: Client,
    operations: Operations,
    begin: Begin,
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    advances: bool,
) -> None:
    monkeypatch.setattr(runner, "_PATIENCE", 0.5)
    slow = Slow(mongo_client, operations, advances=advances)
    operation = await begin()
    claimed = await operations.claim([kind])
    assert claimed is not None
    carried = OperationRunner(operations, {kind: slow}, service="test")
    await carried._carry_on(*claimed)
    ended = await operations.get(operation.id)
    assert ended.state is (OperationState.SUCCEEDED if advances else OperationState.FAILED)
