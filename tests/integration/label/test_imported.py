"""What data brings: labels that wait to be confirmed, and files that were overwritten."""

from typing import Any

import orjson
from tests.integration.label.exactness import check_counters, check_history
from tests.integration.label.test_following import arrived, changed
from tests.integration.label.workplace import Desk, Workplace, sample
from tests.support.waiting import eventually

from labelstream_contracts.events import SampleLabel, SamplePayload


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


async def test_unreadable_images_are_not_unlabeled_keep_their_labels_and_come_back(workplace: Workplace) -> None:
    job = await workplace.job(5, labels=["cat", "dog"])
    desk = job.desk
    ids = job.ids
    by_path = dict(zip(ids, sorted(job.samples), strict=True))
    await desk.annotate(ids[:2], add=["cat"])
    found = {ids[1]: "unreadable", ids[2]: "unreadable", ids[3]: "ok"}

    def inspected(version: int, states: dict[str, str]) -> list[SamplePayload]:
        facts: dict[str, dict[str, Any]] = {
            "new": {},
            "ok": {"state": "ok"},
            "unreadable": {"state": "unreadable", "reason": "Cut off."},
        }
        return [changed(job, by_path[each], version, cause="inspected", **facts[one]) for each, one in states.items()]

    seq = await desk.seq()
    await workplace.publish(*inspected(2, found))
    await eventually(lambda: _counts(desk, total=5, labeled=2, unlabeled=2, to_confirm=0, unreadable=2))
    assert await desk.ids(status="unlabeled") == [ids[3], ids[4]]
    assert await desk.ids(state="unreadable") == ids[1:3]
    assert (await desk.ids(state="ok"), await desk.ids(state="new")) == ([ids[3]], [ids[0], ids[4]])
    filtered = await desk.stats(state="unreadable")
    assert {name: filtered[name] for name in ("total", "labeled", "unlabeled", "unreadable")} == {
        "total": 2,
        "labeled": 1,
        "unlabeled": 0,
        "unreadable": 2,
    }
    item = await desk.item(ids[1])
    assert (item["state"], item["reason"], item["status"], item["version"]) == ("unreadable", "Cut off.", "labeled", 1)
    (entry,) = await desk.feed(after=seq)
    assert (entry["kind"], entry["added"], entry["unreadable_ids"]) == ("items", 0, ids[1:3])
    edit = {"filter": {"status": "unlabeled"}, "add": ["dog"]}
    assert (await desk.succeeds(await desk.call("POST", "annotations", json=edit)))["result"]["changed"] == 2
    edit = {"filter": {"state": "unreadable"}, "remove": ["cat"]}
    assert (await desk.succeeds(await desk.call("POST", "annotations", json=edit)))["result"]["changed"] == 1
    assert (await desk.stats())["unlabeled"] == 0
    await check_counters(desk)
    assert {row["status"] for row in (await desk.export()).items if row["sample_id"] in ids[1:3]} == {"unlabeled"}
    await desk.call("DELETE", f"labels/{(await desk.labels())['dog']['id']}")  # counts follow while labels leave
    await check_counters(desk)
    await workplace.publish(*inspected(3, dict.fromkeys(found, "ok")))
    await eventually(lambda: _counts(desk, total=5, labeled=1, unlabeled=4, to_confirm=0, unreadable=0))
    assert await desk.ids(status="unlabeled") == ids[1:]
    await check_counters(desk)
    await check_history(desk)


async def _counts(desk: Desk, **expected: int) -> None:
    stats = await desk.stats()
    assert {name: stats[name] for name in expected} == expected
