"""The images that brought labels for which their job has no room are told."""

from tests.integration.label.test_following import changed
from tests.integration.label.workplace import Job, Workplace, sample
from tests.support.waiting import eventually

from label_service.adapters.collections import JOBS, LABELS
from label_service.adapters.documents import label_fields
from label_service.domain.labels import Label
from labelstream_common.ids import new_id
from labelstream_common.mongo import Database
from labelstream_common.runtime import Service
from labelstream_contracts.label_sets import MAX_LABELS_OF_JOB


async def fill(database: Database, job: Job, count: int) -> None:
    """Gives the job that many labels at once; as another process would, so that nobody goes on from what was there."""
    labels = (Label(new_id(), f"own-{number}", "#123456", None, "") for number in range(count))
    fields = {"job_id": job.id, "count": 0, "created": 1, "purged": False}
    await database[LABELS].insert_many([{"_id": one.id, **label_fields(one), **fields} for one in labels])
    await database[JOBS].update_one({"_id": job.id}, {"$inc": {"commits": 1}})


async def test_labels_beyond_the_limit_of_a_job_are_told_with_the_reason(
    workplace: Workplace, service: Service
) -> None:
    job = await workplace.job(2)
    await fill(service.database, job, MAX_LABELS_OF_JOB - 1)
    desk = job.desk
    first, second = sorted(job.samples)
    assert await desk.get("left-out-labels") == {"items": [], "next_cursor": None, "count": 0}
    told = sample(job.dataset_id, "told.png", labels=["cat", "dog"])
    await workplace.publish(told, changed(job, first, 2, labels=["own-1"]))
    await eventually(lambda: desk.item(told.sample_id))
    await workplace.publish(changed(job, second, 2, labels=["bird", "own-2"]))

    async def both() -> None:
        assert (await desk.get("left-out-labels"))["count"] == 2

    await eventually(both)
    assert len(await desk.labels()) == MAX_LABELS_OF_JOB
    reason = "The job has 10,000 labels, as many as it can have."
    found = {one["path"]: one for one in await desk.pages("left-out-labels", 1)}
    assert {path: (one["labels"], one["reason"]) for path, one in found.items()} == {
        "told.png": (["dog"], reason),
        second: (["bird"], reason),
    }
    assert [label["name"] for label in (await desk.item(told.sample_id))["labels"]] == ["cat"]
    await desk.annotate([told.sample_id], add=["own-3"])
    await workplace.publish(changed(job, second, 3, labels=["own-2"]))

    async def one_left() -> None:
        page = await desk.get("left-out-labels")
        assert [one["path"] for one in page["items"]] == ["told.png"]

    await eventually(one_left)


async def test_labels_come_in_when_room_was_made_and_somebody_asks_for_them(
    workplace: Workplace, service: Service
) -> None:
    job = await workplace.job()
    await fill(service.database, job, MAX_LABELS_OF_JOB)
    samples = [sample(job.dataset_id, f"{number}.png", labels=["cat", "dog"]) for number in range(3)]
    await workplace.publish(*samples)
    desk = job.desk

    async def counted(count: int) -> None:
        assert (await desk.get("left-out-labels"))["count"] == count

    await eventually(lambda: counted(3))
    await desk.annotate([samples[0].sample_id], add=["own-3"])
    own = next(label for label in (await desk.labels()).values() if label["name"] == "own-9")
    await desk.succeeds(await desk.call("DELETE", f"labels/{own['id']}"))
    operation = await desk.succeeds(await desk.call("POST", "left-out-labels:bring-in"))
    # One label fits, and the image that a person has labeled keeps what they gave it: nothing of it is left out now.
    assert operation["result"] == {"changed": 2, "left_out": 2}
    names = [[label["name"] for label in (await desk.item(one.sample_id))["labels"]] for one in samples]
    assert names == [["own-3"], ["cat"], ["cat"]]
    left = {one["path"]: one["labels"] for one in (await desk.get("left-out-labels"))["items"]}
    assert left == {"1.png": ["dog"], "2.png": ["dog"]}
    other = next(label for label in (await desk.labels()).values() if label["name"] == "own-8")
    await desk.succeeds(await desk.call("DELETE", f"labels/{other['id']}"))
    operation = await desk.succeeds(await desk.call("POST", "left-out-labels:bring-in"))
    assert operation["result"] == {"changed": 2, "left_out": 0}
    await counted(0)
