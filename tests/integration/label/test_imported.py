"""What data brings: labels that wait to be confirmed, and files that were overwritten."""

import orjson
from tests.integration.label.test_following import arrived, changed
from tests.integration.label.workplace import Workplace, sample

from labelstream_contracts.events import SampleLabel


async def test_labels_imported_to_be_confirmed_wait_and_are_of_the_import(workplace: Workplace) -> None:
    job = await workplace.job(0, labels=["cat"])
    desk = job.desk
    waiting = [SampleLabel(name="cat", confidence=0.7, to_confirm=True), SampleLabel(name="dog", to_confirm=True)]
    for path in ("a.png", "b.png"):
        job.samples[path] = sample(job.dataset_id, path).model_copy(update={"labels": tuple(waiting)})
    await workplace.publish(*job.samples.values())
    await arrived(workplace, job)
    a, b = (job.samples[path].sample_id for path in ("a.png", "b.png"))
    item = await desk.item(a)
    assert item["status"] == "to_confirm"
    assert [(label["name"], label["source"], label["to_confirm"], label["confidence"]) for label in item["labels"]] == [
        ("cat", "import", True, 0.7),
        ("dog", "import", True, None),
    ]
    assert (await desk.stats())["to_confirm"] == 2
    assert (await desk.labels())["cat"]["count"] == 0
    assert await desk.ids(source="import") == sorted([a, b])
    assert await desk.ids(status="to_confirm", confidence_above=0.5) == sorted([a, b])
    assert await desk.ids(status="to_confirm", confidence_above=0.8) == []
    await desk.post("items:confirm", {"sample_ids": [a], "labels": ["cat"]})
    assert (await desk.stats())["labeled"] == 1
    assert (await desk.labels())["cat"]["count"] == 1
    await desk.post("items:reject", {"sample_ids": [b]})
    assert (await desk.item(b))["labels"] == []
    rows = {row["path"]: row for row in map(orjson.loads, (await desk.export()).rows)}
    assert {label["name"]: label.get("to_confirm", False) for label in rows["a.png"]["labels"]} == {
        "cat": False,
        "dog": True,
    }


async def test_an_overwritten_file_is_marked_until_a_person_looks(workplace: Workplace) -> None:
    job = await workplace.job(3, labels=["cat"])
    desk = job.desk
    first, second, _ = sorted(job.samples)
    one, other = job.samples[first].sample_id, job.samples[second].sample_id
    await desk.annotate([one, other], add=["cat"])
    await workplace.publish(*(changed(job, path, 2, etag="other", content_changed=True) for path in (first, second)))
    await arrived(workplace, job)
    assert await desk.ids(content_changed="true") == sorted([one, other])
    item = await desk.item(one)
    assert (item["content_changed"], [label["name"] for label in item["labels"]]) == (True, ["cat"])
    assert [change["cause"] for change in item["changes"]] == ["content-changed", "annotate"]
    assert item["changes"][0]["actor"] == {"kind": "system", "id": "synchronization"}
    await desk.annotate([one], add=["cat"])
    await desk.post("items:confirm", {"sample_ids": [other]})
    assert await desk.ids(content_changed="true") == []
    seq = await desk.seq()
    await desk.post(f"changes/{(await desk.item(one))['changes'][0]['change_id']}:undo", None)
    assert await desk.ids(content_changed="true") == [one]
    assert await desk.seq() == seq + 1
