"""Export, earlier states and differences: always one exact `seq`."""

import asyncio
import csv
import hashlib
import io
from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest
from pymongo import AsyncMongoClient
from starlette.requests import Request
from tests.integration.label.replay import Replay
from tests.integration.label.workplace import Desk, Export, Job, Workplace, sample
from tests.support.counting import Counting

from label_service.adapters.past import MongoPast
from label_service.application.history import Moment
from label_service.entrypoints.http import change_stream
from labelstream_common.auth import AccountRole, Caller
from labelstream_common.ids import new_id
from labelstream_common.mongo import Document, database_of
from labelstream_common.runtime import Service


def check(export: Export) -> None:
    """The last line tells the count and the digest of all before it."""
    body, _, _ = export.content.removesuffix(b"\n").rpartition(b"\n")
    body = body + b"\n" if body else b""
    assert hashlib.sha256(body).hexdigest() == export.last["sha256"]


async def test_export_holds_every_item_in_the_order_of_ids(workplace: Workplace) -> None:
    job = await workplace.job(5)
    desk = job.desk
    await desk.annotate(job.ids[:2], add=["cat"], hard=True)
    export = await desk.export()
    check(export)
    assert export.last["count"] == 5
    assert export.last["seq"] == await desk.seq()
    assert [row["sample_id"] for row in export.items] == job.ids
    first = export.items[0]
    assert set(first) == {"sample_id", "path", "status", "labels", "hard", "version"}
    assert (first["status"], first["hard"], first["version"], first["labels"][0]["name"]) == ("labeled", True, 1, "cat")
    rest = await desk.export(after=job.ids[2])
    assert (rest.last["count"], [row["sample_id"] for row in rest.items]) == (2, job.ids[3:])
    check(rest)
    empty = await desk.export(as_of=0)
    assert (empty.rows, empty.last["count"], empty.last["seq"]) == ([], 0, 0)
    check(empty)


async def test_csv_neutralises_formulas_and_ends_with_its_digest(workplace: Workplace) -> None:
    job = await workplace.job(0)
    evil = [sample(job.dataset_id, path) for path in ('=HYPERLINK("x")', "@sum.png", "+1.png", 'a,"b"\n.png')]
    for one in evil:
        job.samples[one.path] = one
    await workplace.publish(*evil)
    await workplace.follows(job)
    await job.desk.annotate(job.ids, add=["-cat", "dog"])
    export = await job.desk.export(format="csv")
    check(export)
    text = export.content.decode()
    table, _, last = text.rpartition("# ")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert orjson.loads(last)["count"] == 4 == len(rows)
    assert {row["path"] for row in rows} == {'\'=HYPERLINK("x")', "'@sum.png", "'+1.png", 'a,"b"\n.png'}
    assert {row["labels"] for row in rows} == {"'-cat|dog"}


async def test_manifest_names_sources_and_annotations(workplace: Workplace) -> None:
    job = await workplace.job(2)
    await job.desk.annotate(job.ids[:1], add=["cat"])
    export = await job.desk.export(format="manifest")
    check(export)
    first, second = export.items
    assert first["source"] == "s3://images/img/00000.png"
    (annotation,) = first["annotation"]
    assert annotation["name"] == "cat"
    assert annotation["type"] == "modelarts/image_classification"
    assert annotation["annotated-by"] == f"human/{job.owner.id}"
    assert second["annotation"] == []


async def test_export_of_one_seq_is_byte_identical_while_labeling_goes_on(workplace: Workplace) -> None:
    job = await workplace.job(400)
    desk = job.desk
    for turn in range(4):
        await desk.annotate(job.ids[turn * 50 : turn * 50 + 200], set=[f"l{turn}"])
    seq = await desk.seq()
    export = await desk.export(as_of=seq)
    stop = asyncio.Event()

    async def others() -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            await desk.annotate(job.ids[turn % 300 : turn % 300 + 100], set=[f"m{turn % 5}"], hard=turn % 2 == 0)

    writing = asyncio.create_task(others())
    try:
        for _ in range(6):
            assert (await desk.export(as_of=seq)).content == export.content
            now = await desk.export()
            assert (await desk.export(as_of=now.last["seq"])).content == now.content
    finally:
        stop.set()
        await writing
    label = (await desk.labels())["l3"]
    await desk.call("PATCH", f"labels/{label['id']}", json={"name": "renamed"})
    await desk.succeeds(await desk.call("DELETE", f"labels/{label['id']}"))
    assert (await desk.export(as_of=seq)).content == export.content


async def eventful(workplace: Workplace) -> Job:
    """A job to which everything has happened."""
    job = await workplace.job(6, labels=["dog"])
    desk = job.desk
    ids = job.ids
    await asyncio.gather(*(desk.annotate(ids[at:], add=[f"l{at}"]) for at in range(4)))
    await desk.annotate(ids[:3], replace={"from": "l0", "to": "dog"})
    labels = await desk.labels()
    await desk.call("PATCH", f"labels/{labels['l1']['id']}", json={"name": "one"})
    gone = [job.samples["img/00001.png"], job.samples["img/00005.png"]]
    await says(workplace, job, *(sample(job.dataset_id, one.path, one.sample_id, 2, removed=True) for one in gone))
    await desk.succeeds(await desk.call("DELETE", f"labels/{labels['l2']['id']}"))
    fresh = [sample(job.dataset_id, f"new/{at}.png", labels=["came", "dog"][:at]) for at in range(3)]
    await says(workplace, job, *fresh, sample(job.dataset_id, gone[0].path, gone[0].sample_id, 3))
    await desk.succeeds(
        await desk.call("POST", "labels:merge", json={"from": [labels["l3"]["id"]], "into": labels["l1"]["id"]})
    )
    change = await desk.annotate([*ids, *(one.sample_id for one in fresh)], set=["all"], hard=True)
    await desk.undo(change["change_id"])
    for turn in range(25):
        await desk.annotate(ids[:1], set=[f"t{turn % 2}"])
    return job


async def says(workplace: Workplace, job: Job, *samples: Any) -> None:
    for one in samples:
        job.samples[one.path] = one
    await workplace.publish(*samples)
    await workplace.follows(job)


async def test_state_as_of_any_seq_equals_a_replay_of_the_feed(workplace: Workplace) -> None:
    job = await eventful(workplace)
    desk = job.desk
    entries = await desk.feed()
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    replay = Replay()
    assert (await desk.export(as_of=0)).items == []
    for entry in entries:
        replay.apply(entry)
        export = await desk.export(as_of=entry["seq"])
        assert replay.shown([row | {"path": None} for row in export.items]) == replay.items(), entry
        if entry["seq"] % 7 == 0:
            past = await desk.items(as_of=entry["seq"])
            assert {item["sample_id"]: (item["version"], item["status"]) for item in past} == {
                row["sample_id"]: (row["version"], row["status"]) for row in export.items
            }


async def test_diff_tells_what_is_not_the_same_at_both_moments(workplace: Workplace) -> None:
    job = await eventful(workplace)
    desk = job.desk
    last = await desk.seq()
    for earlier, later in ((0, last), (3, last), (5, 12), (last // 2, last), (7, 7), (last - 3, last)):
        before = {row["sample_id"]: essence(row) for row in (await desk.export(as_of=earlier)).items}
        after = {row["sample_id"]: essence(row) for row in (await desk.export(as_of=later)).items}
        expected = {one for one in {*before, *after} if before.get(one) != after.get(one)}
        rows = await desk.pages("diff", 2, **{"from": earlier, "to": later})
        assert [row["sample_id"] for row in rows] == sorted(expected), (earlier, later)
        for row in rows:
            assert (row["before"] and essence(row["before"])) == before.get(row["sample_id"])
            assert (row["after"] and essence(row["after"])) == after.get(row["sample_id"])
            assert row["path"]


def essence(row: dict[str, Any]) -> Any:
    return sorted((one["label_id"], one["source"]) for one in row["labels"]), row["status"], row["hard"]


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("export", {"as_of": -1}),
        ("export", {"as_of": 10**9}),
        ("export", {"as_of": 10**40}),
        ("export", {"format": "xml"}),
        ("export", {"after": "not-an-id"}),
        ("diff", {"from": 2, "to": 1}),
        ("diff", {"from": 0, "to": 10**9}),
        ("diff", {"from": 0}),
        ("diff", {"from": 0, "to": 1, "cursor": "x"}),
        ("changes", {"after": -1}),
        ("changes", {"after": 10**30}),
        ("changes", {"limit": 0}),
        ("changes", {"limit": 1001}),
    ],
)
async def test_bad_moment_is_refused(workplace: Workplace, path: str, params: dict[str, Any]) -> None:
    job = await workplace.job(0, labels=["cat", "dog"])
    answer = await job.desk.call("GET", path, params=params)
    assert answer.status_code == 422, answer.text


async def test_past_items_are_filtered_as_they_were(workplace: Workplace) -> None:
    job = await workplace.job(4)
    desk = job.desk
    await desk.annotate(job.ids[:2], add=["cat"])
    seq = await desk.seq()
    await desk.annotate(job.ids, set=["dog"], hard=True)
    assert await desk.ids(as_of=seq, label="cat") == job.ids[:2]
    assert await desk.ids(as_of=seq, label="dog") == []
    assert await desk.ids(limit=1, as_of=seq, status="unlabeled") == job.ids[2:]
    assert await desk.ids(as_of=seq, hard="true") == []
    assert await desk.ids(as_of=seq, path="00001") == [job.ids[1]]
    assert await desk.ids(as_of=seq, labeled_by=new_id()) == []
    assert isinstance(desk, Desk)


async def test_earlier_state_is_read_by_few_queries_however_many_single_labels_came_since(
    workplace: Workplace, service: Service, mongodb_url: str
) -> None:
    job = await workplace.job(60)
    seq = await job.desk.seq()
    for sample_id in job.ids:
        await job.desk.annotate([sample_id], add=["cat"])
    counting = Counting()
    async with AsyncMongoClient[Document](mongodb_url, event_listeners=[counting], tz_aware=True) as client:
        past = MongoPast(client, database_of(client, service.database.name))
        moment = Moment(job.id, job.dataset_id, seq, await past.labels(job.id, seq))
        counting.asked.clear()
        rows, _ = await past.rows(moment, after=None, limit=1_000)
    assert [(row.sample_id, row.status) for row in rows] == [(one, "unlabeled") for one in job.ids]
    # Items, removed items, the commit at the moment, and the changes since in a few batches.
    assert counting.asked.total() <= 8, counting.asked


async def test_reading_the_past_ends_at_4_megabytes_however_many_items_are_asked_for(
    workplace: Workplace, service: Service
) -> None:
    names = [f"{number:03}" + "\U00020000" * 500 for number in range(200)]
    job = await workplace.job(40)
    desk = job.desk
    for first in range(0, 40, 4):
        await desk.annotate(job.ids[first : first + 4], set=names)
    heavy = await desk.seq()
    for first in range(0, 40, 4):
        await desk.annotate(job.ids[first : first + 4], set=names[:1])
    past = MongoPast(service.client, service.database)
    for seq in (heavy, await desk.seq()):
        moment = Moment(job.id, job.dataset_id, seq, await past.labels(job.id, seq))
        found: list[str] = []
        after: str | None = None
        while True:
            rows, after = await past.rows(moment, after=after, limit=1_000)
            found += [row.sample_id for row in rows]
            assert len(rows) < 20 or seq != heavy
            if after is None:
                break
        assert found == job.ids
        states, looked = await past.states(moment, job.ids)
        assert list(states) == job.ids[:looked]
        assert looked < 20 if seq == heavy else looked == 40
    page = await desk.call("GET", "items", params={"as_of": heavy, "limit": 1000})
    assert len(page.content) < 6_000_000
    assert page.json()["next_cursor"] is not None
    difference = await desk.call("GET", "diff", params={"from": heavy, "to": await desk.seq(), "limit": 1000})
    assert len(difference.content) < 6_000_000
    assert difference.json()["next_cursor"] is not None


async def test_a_piece_of_the_stream_of_changes_has_a_megabyte_at_most(workplace: Workplace, service: Service) -> None:
    names = [f"{number:03}" + "\U00020000" * 250 for number in range(200)]
    job = await workplace.job(8)
    for sample_id in job.ids:
        await job.desk.annotate([sample_id], set=names)
    parts, last = service.app.state.parts, await job.desk.seq()
    caller = Caller(job.owner.id, AccountRole.MEMBER)
    request = cast("Request", SimpleNamespace(app=service.app))
    pieces: list[bytes] = []
    async for piece in change_stream._events(parts, job.id, caller, 0, request):
        pieces.append(piece)
        if b"id: %d\n" % last in piece:
            break
    assert sum(map(len, pieces)) > 1_600_000
    assert max(map(len, pieces)) <= 1024 * 1024
