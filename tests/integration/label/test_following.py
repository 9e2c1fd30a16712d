"""Items follow samples: events of sync-service in, items, labels and counts out."""

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bson.binary import Binary
from tests.integration.label.workplace import Job, Workplace, job_event, sample
from tests.support.topics import read_whole
from tests.support.waiting import eventually

from label_service.adapters.item_keys import job_bytes
from label_service.adapters.sample_projection import SampleProjection
from labelstream_common.ids import new_id
from labelstream_common.messaging import Received
from labelstream_common.mongo import in_transaction
from labelstream_common.runtime import Service
from labelstream_contracts import (
    Actor,
    AnnotationChanged,
    DatasetCreated,
    DatasetDeleted,
    DatasetSource,
    DatasetUpdated,
    SamplePayload,
    topics,
)


def changed(job: Job, path: str, version: int, **fields: Any) -> SamplePayload:
    one = sample(job.dataset_id, fields.pop("to", path), job.samples[path].sample_id, version, **fields)
    job.samples[path] = one
    return one


async def labels_of(job: Job, path: str) -> dict[str, str]:
    item = await job.desk.item(job.samples[path].sample_id)
    return {label["name"]: label["source"] for label in item["labels"]}


async def arrived(workplace: Workplace, job: Job) -> None:
    """Waits until a marker that was published last has become an item."""
    marker = sample(job.dataset_id, f"marker/{new_id()}.png")
    job.samples[marker.path] = marker
    await workplace.publish(marker)

    async def there() -> None:
        answer = await job.desk.call("GET", f"items/{marker.sample_id}")
        assert answer.status_code == 200

    await eventually(there)
    await asyncio.sleep(0.5)  # topics have many partitions: what was published earlier may come a moment later


async def test_added_moved_removed_and_returned_samples(workplace: Workplace) -> None:
    job = await workplace.job(3)
    desk = job.desk
    first, second, third = sorted(job.samples)
    await desk.annotate(job.ids, add=["cat"], hard=True)
    await workplace.publish(
        changed(job, first, 2, to="moved/x.png"), changed(job, second, 2, removed=True), sample(job.dataset_id, "n.png")
    )
    moved, gone = job.samples[first].sample_id, job.samples[second].sample_id

    async def followed() -> None:
        items = {item["path"]: item for item in await desk.items()}
        assert sorted(items) == sorted(["moved/x.png", third, "n.png"])
        assert items["moved/x.png"]["version"] == 1
        assert items["n.png"]["version"] == 0

    await eventually(followed)
    assert await desk.ids(path="x.png*") == [moved]
    assert (await desk.stats())["labeled"] == 2
    assert (await desk.stats())["hard"] == 2
    assert (await desk.labels())["cat"]["count"] == 2
    assert (await desk.call("GET", f"items/{gone}")).status_code == 404
    reply = await desk.annotate([gone], add=["dog"])
    assert (reply["missing"], reply["created_labels"]) == ([gone], [])
    await workplace.publish(changed(job, second, 3))

    async def back() -> dict[str, Any]:
        return await desk.item(gone)

    item = await eventually(back)
    assert (item["version"], item["hard"], [label["name"] for label in item["labels"]]) == (3, True, ["cat"])
    assert [change["cause"] for change in item["changes"]] == ["sample-restored", "sample-removed", "annotate"]
    assert (await desk.labels())["cat"]["count"] == 3


async def test_labels_of_the_data_are_imports_that_never_overwrite_a_person(workplace: Workplace) -> None:
    job = await workplace.job(0)
    desk = job.desk
    for path in ("a.png", "b.png", "c.png"):
        job.samples[path] = sample(job.dataset_id, path, labels=["cat", "not a name"])
    await workplace.publish(*job.samples.values())
    await arrived(workplace, job)
    assert await labels_of(job, "a.png") == {"cat": "import"}
    assert (await desk.item(job.samples["a.png"].sample_id))["version"] == 1
    a, b = job.samples["a.png"].sample_id, job.samples["b.png"].sample_id
    await desk.annotate([a], remove=["cat"])
    await desk.annotate([a], add=["cat", "mine"])
    await desk.annotate([b], remove=["cat"])
    await workplace.publish(*(changed(job, path, 2, labels=["dog"]) for path in ("a.png", "b.png", "c.png")))
    await arrived(workplace, job)
    assert await labels_of(job, "a.png") == {"cat": "person", "mine": "person"}
    assert await labels_of(job, "b.png") == {}
    assert await labels_of(job, "c.png") == {"dog": "import"}
    assert await desk.ids(source="import", label="dog", label_match="all") == sorted(
        job.samples[path].sample_id for path in ("c.png",)
    )
    await desk.annotate([b], remove=["dog"])
    seq = await desk.seq()
    await workplace.publish(changed(job, "b.png", 3, labels=["dog"], etag="other"))
    await arrived(workplace, job)
    assert await labels_of(job, "b.png") == {}
    assert [entry["kind"] for entry in await desk.feed(after=seq)] == ["items"]


async def test_repeated_and_late_events_change_nothing(workplace: Workplace) -> None:
    job = await workplace.job(2, labels=["cat"])
    first = min(job.samples)
    old = job.samples[first]
    await workplace.publish(changed(job, first, 2, labels=["cat"]))
    await arrived(workplace, job)
    before = await job.desk.items()
    await workplace.publish(old, job.samples[first], old, job.samples[first])
    await arrived(workplace, job)
    assert [item for item in await job.desk.items() if "marker" not in item["path"]] == [
        item for item in before if "marker" not in item["path"]
    ]


async def test_a_deleted_dataset_does_not_come_back_with_a_late_duplicate(service: Service) -> None:
    dataset_id = new_id()
    fields = {
        "dataset_id": dataset_id,
        "name": "birds",
        "source": DatasetSource(bucket="b", prefix=""),
        "created_by": "ada",
        "created_at": datetime.now(UTC),
        "actor": Actor(kind="person", id="ada"),
    }
    created, updated, deleted = (
        kind.model_validate({**fields, "version": version})
        for version, kind in enumerate((DatasetCreated, DatasetUpdated, DatasetDeleted), 1)
    )
    projection = SampleProjection(service.database)
    for payload in (created, updated, deleted, updated, created):
        about = (payload.key(), payload.event_type, new_id(), payload.subject(), payload.version, datetime.now(UTC))
        event = Received(payload.topic.name, 0, 0, *about, payload, "", "")
        await in_transaction(service.client, partial(projection.apply_datasets, [event]))
    row = await service.database["datasets"].find_one({"_id": dataset_id})
    assert row is not None
    assert row["deleted"]


async def test_second_job_on_the_same_dataset_gets_all_that_is_there(workplace: Workplace) -> None:
    job = await workplace.job(1_200)
    await workplace.publish(changed(job, min(job.samples), 2, removed=True))
    await workplace.follows(job)
    other = workplace.sign_in()
    event = job_event(job.dataset_id, other.id)
    second = Job(event.job_id, job.dataset_id, other, job.samples)
    await workplace.publish(event)
    await workplace.follows(second)
    assert await second.desk.ids() == job.ids
    seqs = [entry["seq"] for entry in await second.desk.feed()]
    assert seqs == list(range(1, len(seqs) + 1))


async def test_deleted_job_is_gone(workplace: Workplace) -> None:
    job = await workplace.job(1)
    await workplace.publish(job_event(job.dataset_id, job.owner.id, job_id=job.id, version=2, deleted=True))

    async def gone() -> None:
        assert (await job.desk.call("GET", "items")).status_code == 404
        assert (
            await job.desk.call("POST", "annotations", json={"sample_ids": job.ids, "add": ["cat"]})
        ).status_code == 404

    await eventually(gone)


async def test_items_of_a_deleted_job_end_on_the_topic_and_leave_the_database(
    workplace: Workplace, service: Service, kafka_bootstrap: str
) -> None:
    job = await workplace.job(2_103)
    told = [job.ids[0], job.ids[-1]]
    await job.desk.annotate(told, add=["cat"])
    await workplace.publish(job_event(job.dataset_id, job.owner.id, job_id=job.id, version=2, deleted=True))
    mine = Binary(job_bytes(job.id))

    async def ended() -> None:
        assert await service.database["items"].count_documents({"job": mine}) == 0
        assert await service.database["operations"].count_documents({"scope": f"job:{job.id}", "open": True}) == 0
        assert await service.database["changes"].count_documents({"stream": job.id, "pending": True}) == 0

    await eventually(ended, within=30)
    assert await service.database["removed_items"].count_documents({"job": mine}) == 0
    (operation,) = await service.database["operations"].find({"scope": f"job:{job.id}"}).to_list()
    assert (operation["kind"], operation["state"], operation["done"]) == ("end-job", "succeeded", len(job.ids))
    last: dict[str, list[tuple[int | None, object]]] = {}
    for message in await read_whole(kafka_bootstrap, [topics.ANNOTATION.name], key_prefix=job.id):
        after = message.payload.after if isinstance(message.payload, AnnotationChanged) else "no value"
        last.setdefault(message.key, []).append((message.envelope.sequence, after))
    assert {key: entries[1:] for key, entries in last.items()} == {
        f"{job.id}:{sample_id}": [(2, None), (2, "no value")] for sample_id in told
    }
