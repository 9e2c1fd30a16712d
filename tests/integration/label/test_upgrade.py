"""Data that an earlier release has left: `migrate` brings it into the form that this one reads."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
import pytest_asyncio

from label_service.adapters import upgrades
from label_service.adapters.collections import COLLECTIONS, INDEXES, ITEMS, JOBS, LABELS, SAMPLES
from label_service.adapters.dealings import MongoDealings
from label_service.adapters.documents import dealing_fields, item_document, path_fields
from label_service.adapters.item_keys import keys_of
from label_service.adapters.item_reader import MongoItems
from label_service.adapters.upgrades import upgrade
from label_service.application.bulk import EDIT
from label_service.application.undo import UNDO
from label_service.domain.dealing import PRESENT_RULES, Dealing
from label_service.domain.filters import ItemFilter, Sort
from label_service.domain.label_set import LabelSet
from labelstream_common.ids import new_id
from labelstream_common.messaging import Context, Message
from labelstream_common.messaging.records import CHANGES, change_record
from labelstream_common.mongo import Database, Index, Session, connect, database_of, in_transaction, migrate
from labelstream_common.operations import OPERATION_COLLECTIONS, OPERATION_INDEXES, Operation, Operations
from labelstream_contracts import topics

NOW = datetime(2026, 1, 2, tzinfo=UTC)
EARLIER_INDEXES = (
    Index(ITEMS, (("job", 1), ("path", 1), ("_id", 1)), "path"),
    Index(ITEMS, (("job", 1), ("name", 1), ("_id", 1)), "name"),
)


@pytest_asyncio.fixture
async def database(mongodb_url: str, database_name: str) -> AsyncIterator[Database]:
    """As the earlier release left it, with the present indexes."""
    client = connect(mongodb_url, app_name="test")
    database = database_of(client, database_name)
    await migrate(database, EARLIER_INDEXES, (*COLLECTIONS, *OPERATION_COLLECTIONS))
    await migrate(database, (*INDEXES, *OPERATION_INDEXES), COLLECTIONS)
    yield database
    await client.drop_database(database_name)
    await client.close()


async def a_job_with(database: Database, paths: Sequence[str]) -> str:
    job_id, dataset_id = new_id(), new_id()
    await database[JOBS].insert_one({"_id": job_id, "dataset_id": dataset_id})
    for rev, path in enumerate(paths):
        sample_id = new_id()
        await database[SAMPLES].insert_one({"_id": sample_id, "dataset_id": dataset_id, "rev": rev, "path": path})
        item: Any = {"path": path, "hash": 1, "version": 0, "added_seq": 1, "labels": [], "hard": False}
        document = item_document(keys_of(job_id, [sample_id])[0], item, 1)
        del document["path_key"]
        await database[ITEMS].insert_one({**document, "name": path.rpartition("/")[2]})
    return job_id


async def found(database: Database, job_id: str, path: str | None, sort: str = "path") -> list[str]:
    items = MongoItems(database.client, database)
    wanted = ItemFilter(path=path)
    page = await items.page(job_id, wanted, LabelSet([]), Sort(sort), limit=100, cursor=None)  # type: ignore[arg-type]
    return [row.path for row in page.items]


PATHS = ["b/ÄPFEL.png", "A/straße.png", "c/Zebra.png", "a/two.png", "B/one.png"]


async def test_items_without_keys_are_found_and_sorted_by_path(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrades, "_AT_ONCE", 2)
    jobs = [await a_job_with(database, PATHS), await a_job_with(database, PATHS[:3])]
    assert await found(database, jobs[0], "äpfel") == []
    await upgrade(database)
    assert await found(database, jobs[0], None) == sorted(PATHS, key=str.casefold)
    assert await found(database, jobs[0], "äpfel") == ["b/ÄPFEL.png"]
    assert await found(database, jobs[1], "STRASSE*") == ["A/straße.png"]
    assert await database[ITEMS].count_documents({"name": {"$exists": True}}) == 0
    assert not {"path", "name"} & (await database[ITEMS].index_information()).keys()


async def test_upgrade_that_broke_off_goes_on_and_one_that_is_done_writes_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrades, "_AT_ONCE", 2)
    job_id = await a_job_with(database, PATHS)

    def breaking_off(path: str) -> Mapping[str, str]:
        if path == PATHS[2]:
            raise ConnectionError
        return path_fields(path)

    with monkeypatch.context() as patched:
        patched.setattr(f"{upgrades.__name__}.path_fields", breaking_off)
        with pytest.raises(ConnectionError):
            await upgrade(database)
    assert await database[ITEMS].count_documents({"path_key": None}) == 3
    await upgrade(database)
    assert await found(database, job_id, None) == sorted(PATHS, key=str.casefold)
    monkeypatch.setattr(f"{upgrades.__name__}.path_fields", lambda _path: pytest.fail("written again"))
    await upgrade(database)


async def an_operation(
    database: Database, kind: str, params: Mapping[str, Any], cursor: Mapping[str, Any] | None
) -> tuple[Operations, Operation]:
    operations = Operations(database, prefix="label")

    async def start(session: Session) -> Operation:
        return await operations.start(kind, params, by=new_id(), session=session)

    operation = await in_transaction(database.client, start)
    taken = await operations.claim([kind])
    assert taken is not None
    await database["operations"].update_one({"_id": operation.id}, {"$set": {"cursor": cursor}})
    return operations, operation


OUTCOME = {
    "change_id": "change",
    "changed": 2,
    "unchanged": 0,
    "created_labels": [],
    "conflicts": [{"sample_id": "b", "version": 3}],
    "missing": ["x", "y"],
    "counts": {"labeled": 2},
}
RESULT = {**OUTCOME, "conflict_count": 1, "missing_count": 2}
PARAMS = {"job_id": "job", "change_id": "change", "account_id": "somebody", "at": NOW, "edit": {"kind": "annotate"}}


async def test_edit_that_was_under_way_is_carried_on_where_it_was(database: Database) -> None:
    listed = {"expect": [["b", 2]], "sample_ids": ["a", "b", "c"], "filter": None}
    cursor = {"place": 2, "after": "b", "edit": {"kind": "annotate"}, "outcome": OUTCOME}
    operations, operation = await an_operation(database, EDIT, {**PARAMS, **listed}, cursor)
    await upgrade(database)
    taken = await operations.claim([EDIT])
    assert taken is not None, "whoever held it in its earlier form has lost it"
    present, fence = taken
    assert fence.token == 3
    assert present.params == {**PARAMS, "filter": None}
    assert (present.cursor, present.result) == ({"place": 2, "after": "b", "edit": {"kind": "annotate"}}, RESULT)
    assert await operations.entries(operation, 0, 9) == [["a", None], ["b", 2], ["c", None]]
    await upgrade(database)
    assert await operations.renew(fence), "one that is in the present form is left alone"


async def test_items_of_indexes_that_are_facets_now_are_found_by_them(database: Database) -> None:
    partial = {"own": {"$type": "string"}}
    earlier = Index(ITEMS, (("own", 1), ("_id", 1)), "own", partial=partial), Index(ITEMS, (("x", 1),), "leased_until")
    await migrate(database, earlier)
    job_id = await a_job_with(database, PATHS[:2])
    await database[ITEMS].update_one({"path": PATHS[0]}, {"$set": {"own": ["ada", "ada:cat", "l:cat"]}})
    answers = ItemFilter(status="labeled", answers_of="ada")
    await upgrade(database)
    await upgrade(database)
    rows = await MongoItems(database.client, database).matching(job_id, answers, LabelSet([]), after=None, limit=9)
    assert len(rows) == 1
    present = await database[ITEMS].index_information()
    assert sorted(present) == ["_id_", "facets", "hardness", "labeled_at"]


async def test_edit_of_what_matches_keeps_its_filter(database: Database) -> None:
    filtered: dict[str, Any] = {"expect": [], "sample_ids": None, "filter": {"labels": ["cat"]}}
    operations, operation = await an_operation(database, EDIT, {**PARAMS, **filtered}, None)
    await upgrade(database)
    present = await operations.get(operation.id)
    assert present.params == {**PARAMS, "filter": {"labels": ["cat"]}}
    assert present.cursor is None
    assert present.result is not None
    assert (present.result["changed"], present.result["missing_count"]) == (0, 0)


async def test_undo_that_was_under_way_goes_on_counting(database: Database) -> None:
    params = {"job_id": "job", "undone": "earlier", "change_id": "change", "account_id": "somebody", "at": NOW}
    operations, operation = await an_operation(database, UNDO, params, {"after": 9, "outcome": OUTCOME})
    await upgrade(database)
    present = await operations.get(operation.id)
    assert (present.params, present.cursor, present.result) == (params, {"after": 9}, RESULT)


async def test_hidden_label_knows_the_change_that_hid_it(database: Database) -> None:
    job_id, deleted, merged, shown = (new_id() for _ in range(4))
    labels = [
        {"_id": label_id, "job_id": job_id, "name": label_id, "hidden": label_id != shown, "purged": False}
        for label_id in (deleted, merged, shown)
    ]
    await database[LABELS].insert_many(labels)
    told: list[tuple[str, Any]] = [
        ("deleted", {"change_id": "first", "label": {"label_id": deleted}}),
        ("created", {"change_id": "back", "label": {"label_id": deleted}}),
        ("deleted", {"change_id": "again", "label": {"label_id": deleted}}),
        ("merged", {"change_id": "merge", "into": {"label_id": shown}, "from": [{"label_id": merged}]}),
    ]
    for seq, (kind, payload) in enumerate(told, 1):
        event = f"labeling.label.{kind}.v1"
        message = Message(topics.LABEL.name, event, job_id, job_id, seq, orjson.dumps(payload), seq=seq)
        record = change_record(job_id, seq, [message], at=NOW, contexts=[Context()], extra={"labels": True})
        await database[CHANGES].insert_one(record)
    await upgrade(database)
    rows = await database[LABELS].find({}, {"hidden_by": 1}).to_list(None)
    assert {row["_id"]: row.get("hidden_by") for row in rows} == {deleted: "again", merged: "merge", shown: None}


async def test_jobs_are_dealt_anew_that_an_earlier_release_told_nobody_of_or_whose_known_answers_it_gave(
    database: Database,
) -> None:
    share = {"total": 1, "labeled": 0, "to_confirm": 0, "set_apart": 0, "returned": 0}
    queue = dealing_fields(Dealing(("ada",), assignment="queue"))
    earlier = {name: value for name, value in queue.items() if name != "rules"}
    jobs: dict[str, dict[str, Any]] = {
        "untold": {"shares": {"ada": share}},
        "told": {"shares": {"ada": share}, "shares_told": True},
        "alone": {},
        "earlier queue": {"dealing": earlier, "has_known": True},
        "queue without known answers": {"dealing": earlier},
        "present queue": {"dealing": {**queue, "rules": PRESENT_RULES}, "has_known": True},
    }
    await database[JOBS].insert_many([{"_id": one, "deleted": False, **fields} for one, fields in jobs.items()])
    dealings = MongoDealings(database)
    await dealings.ask_for_earlier()
    assert {one.job_id for one in await dealings.due([])} == {"untold", "earlier queue"}
