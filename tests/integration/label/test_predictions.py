"""Models propose, people confirm, reject, and undo."""

from typing import Any

import pytest
from tests.integration.label.workplace import Workplace

from label_service.application.lanes import Lanes
from labelstream_common.ids import new_id


def proposal(sample_id: str, **confidences: float) -> dict[str, Any]:
    labels = [{"name": name, "confidence": confidence} for name, confidence in confidences.items()]
    return {"sample_id": sample_id, "labels": labels, "model": "net", "version": "7"}


async def test_predicted_labels_wait_uncounted_until_confirmed(workplace: Workplace) -> None:
    job = await workplace.job(4)
    desk = job.desk
    first, second, third, fourth = job.ids
    reply = await desk.post("predictions", [proposal(one, cat=0.9, dog=0.1) for one in job.ids[:3]])
    assert reply["counts"] == {"total": 4, "labeled": 0, "unlabeled": 1, "to_confirm": 3}
    assert {label["name"] for label in reply["created_labels"]} == {"cat", "dog"}
    item = await desk.item(first)
    assert (item["status"], item["labels"][0]["source"], item["labels"][0]["confidence"]) == (
        "to_confirm",
        "model",
        0.9,
    )
    assert {label["count"] for label in (await desk.labels()).values()} == {0}
    confirmed = await desk.post("items:confirm", {"sample_ids": [first], "labels": ["cat"]})
    assert confirmed["changed"] == 1
    item = await desk.item(first)
    assert item["status"] == "labeled"
    assert {label["name"]: label["source"] for label in item["labels"]} == {"cat": "person", "dog": "model"}
    assert item["labels"][0]["by"] == job.owner.id
    assert item["labels"][0]["model"] == "net@7"
    await desk.post("items:reject", {"sample_ids": [second]})
    assert (await desk.item(second))["status"] == "unlabeled"
    await desk.annotate([third], add=["bird"])
    assert [label["name"] for label in (await desk.item(third))["labels"]] == ["bird"]
    assert (await desk.post("items:confirm", {"sample_ids": [fourth]}))["unchanged"] == 1
    again = await desk.post("predictions", [proposal(third, bird=0.3)])
    assert (again["changed"], again["unchanged"]) in {(1, 0), (0, 1)}
    assert [label["source"] for label in (await desk.item(third))["labels"]] == ["person"]
    causes = [entry["cause"] for entry in await desk.feed() if entry["kind"] == "item"]
    assert causes[:5] == ["predict", "predict", "predict", "confirm", "reject"]


async def test_sure_ones_are_confirmed_by_filter(workplace: Workplace) -> None:
    job = await workplace.job(6)
    desk = job.desk
    body = [proposal(one, cat=0.94 + place / 100) for place, one in enumerate(job.ids)]
    await desk.post("predictions", body)
    answer = await desk.call(
        "POST", "items:confirm", json={"filter": {"status": "to_confirm", "confidence_above": 0.95}}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["changed"] == 4
    assert await desk.ids(status="to_confirm") == job.ids[:2]
    await desk.post("predictions", [proposal(job.ids[0], cat=0.97, dog=0.03)])
    await desk.post("items:confirm", {"filter": {"confidence_above": 0.95}})
    both = (await desk.item(job.ids[0]))["labels"]
    assert [(one["name"], one["source"]) for one in both] == [("cat", "person"), ("dog", "model")]
    await desk.post("items:reject", {"sample_ids": job.ids[:1]})
    rejected = await desk.call("POST", "items:reject", json={"filter": {"status": "to_confirm"}})
    assert rejected.json()["changed"] == 1
    assert (await desk.stats())["to_confirm"] == 0


async def test_prediction_that_changes_nothing_to_see_is_no_change(workplace: Workplace) -> None:
    job = await workplace.job(2)
    seen, sure = job.ids
    await job.desk.annotate([sure], add=["cat"])
    seq = await job.desk.seq()
    outcome = await job.desk.post("predictions", [proposal(seen), proposal(sure, cat=0.6)])
    assert (outcome["changed"], outcome["unchanged"]) == (0, 2)
    assert await job.desk.feed(after=seq) == []
    assert await job.desk.ids(sort="-hardness") == [seen, sure], "the less certain one comes first all the same"


async def test_least_certain_come_first(workplace: Workplace) -> None:
    job = await workplace.job(3)
    first, second, third = job.ids
    body = [proposal(first, cat=0.99, dog=0.01), proposal(second, cat=0.5, dog=0.5), proposal(third, cat=0.7, dog=0.3)]
    await job.desk.call("POST", "predictions", json=body, params={"hard_above": 0.9})
    assert await job.desk.ids(sort="-hardness") == [second, third, first]
    assert await job.desk.ids(hard="true") == [second]


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        [{"sample_id": "x", "labels": [{"name": "cat", "confidence": 1.5}], "model": "net"}],
        [{"sample_id": "x", "labels": [{"name": "cat"}], "model": "net"}],
        [{"sample_id": "x", "labels": [{"name": "cat", "confidence": 0.5}]}],
        [{"sample_id": "x", "labels": [{"name": "a b", "confidence": 0.5}], "model": "net"}],
        [{"sample_id": "x", "labels": [], "model": "net"}] * 1001,
    ],
)
async def test_bad_predictions_are_refused(workplace: Workplace, body: Any) -> None:
    job = await workplace.job(0)
    assert (await job.desk.call("POST", "predictions", json=body)).status_code == 422


def many(sample_id: str, count: int) -> dict[str, Any]:
    return proposal(sample_id, **{f"l{number}": 0.5 for number in range(count)})


@pytest.mark.parametrize("count", [201, 1_001, 20_001])
async def test_more_labels_than_an_image_can_have_are_refused_by_their_own_code(
    workplace: Workplace, count: int
) -> None:
    job = await workplace.job(2)
    body = [many(job.ids[0], 1), many(job.ids[1], count)]
    answer = await job.desk.call("POST", "predictions", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "too-many-labels"), answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/1/labels"]
    assert not await job.desk.labels()


async def test_what_is_too_large_for_one_commit_is_checked_as_a_whole_first(workplace: Workplace) -> None:
    job = await workplace.job(103)
    large = [many(one, 200) for one in job.ids[:101]]
    for last, code, pointer in (
        (many(job.ids[101], 201), "too-many-labels", "/101/labels"),
        (proposal(job.ids[101], **{"a b": 0.5}), "invalid-label", "/101/labels/0/name"),
    ):
        answer = await job.desk.call("POST", "predictions", json=[*large, last])
        assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not await job.desk.labels()
    assert (await job.desk.stats())["to_confirm"] == 0
    await workplace.completes(job)
    answer = await job.desk.call("POST", "predictions", json=large)
    assert (answer.status_code, answer.json()["code"]) == (409, "job-state"), answer.text
    assert (await job.desk.http.get("/operations")).json()["items"] == []


async def test_piece_of_predictions_without_room_does_not_end_the_work_on_the_others(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Lanes, "piece", lambda _lanes, _job_id: 200)  # ten images with 200 labels each
    job = await workplace.job(101)
    full = job.ids[50:60]  # the sixth piece
    for first in range(0, 10, 5):
        await job.desk.annotate(full[first : first + 5], add=[f"own{number}" for number in range(200)])
    body = [many(one, 200) for one in job.ids]
    answer = await job.desk.call("POST", "predictions", json=body)
    result = answer.json() if answer.status_code == 200 else (await job.desk.succeeds(answer))["result"]
    assert (result["changed"], [one["sample_id"] for one in result["conflicts"]]) == (91, full)
    alone = await job.desk.call("POST", "predictions", json=[many(one, 200) for one in full])
    assert (alone.status_code, alone.json()["code"]) == (422, "too-many-labels"), alone.text


async def test_unknown_images_are_missing_and_create_no_label(workplace: Workplace) -> None:
    job = await workplace.job(1)
    missing = new_id()
    reply = await job.desk.post("predictions", [proposal(missing, cat=0.5), proposal(job.ids[0], dog=0.5)])
    assert (reply["missing"], reply["changed"]) == ([missing], 1)
    assert list(await job.desk.labels()) == ["dog"]


async def test_undo_puts_back_what_nobody_changed_since(workplace: Workplace) -> None:
    job = await workplace.job(3)
    desk = job.desk
    first, second, third = job.ids
    await desk.annotate([first], add=["dog"], hard=True)
    before = await desk.items()
    change = await desk.annotate(job.ids, set=["cat"], hard=False)
    await desk.annotate([second], add=["bird"])
    reply = await desk.undo(change["change_id"])
    assert reply["changed"] == 2
    assert reply["conflicts"] == [{"sample_id": second, "version": 2}]
    after = {item["sample_id"]: item for item in await desk.items()}
    assert after[first]["labels"] == before[0]["labels"]
    assert (after[first]["hard"], after[first]["version"], after[third]["status"]) == (True, 3, "unlabeled")
    redone = await desk.undo(reply["change_id"])
    assert redone["changed"] == 2
    assert [label["name"] for label in (await desk.item(first))["labels"]] == ["cat"]
    assert (await desk.call("POST", f"changes/{new_id()}:undo")).status_code == 404


async def test_undo_of_a_deleted_labels_giving_is_a_conflict(workplace: Workplace) -> None:
    job = await workplace.job(1)
    desk = job.desk
    await desk.annotate(job.ids, add=["cat"])
    change = await desk.annotate(job.ids, set=["dog"])
    label = (await desk.labels())["cat"]
    await desk.succeeds(await desk.call("DELETE", f"labels/{label['id']}"))
    reply = await desk.undo(change["change_id"])
    assert (reply["changed"], len(reply["conflicts"])) == (0, 1)


async def test_labeler_undoes_only_own_changes_a_manager_anybodys(workplace: Workplace) -> None:
    job = await workplace.job(2)
    labeler = (await workplace.joins(job, "labeler")).at(job)
    manager = (await workplace.joins(job, "manager")).at(job)
    owners = await job.desk.annotate(job.ids[:1], add=["cat"])
    own = await labeler.annotate(job.ids[1:], add=["dog"])
    answer = await labeler.call("POST", f"changes/{owners['change_id']}:undo")
    assert (answer.status_code, answer.json()["code"]) == (403, "change-of-somebody-else")
    assert (await labeler.undo(own["change_id"]))["changed"] == 1
    assert (await manager.undo(owners["change_id"]))["changed"] == 1


async def test_large_change_of_a_completed_job_is_not_undone(workplace: Workplace) -> None:
    job = await workplace.job(1_001)
    answer = await job.desk.call("POST", "annotations", json={"filter": {}, "add": ["cat"]})
    change = (await job.desk.succeeds(answer))["result"]["change_id"]
    await workplace.completes(job)
    refused = await job.desk.call("POST", f"changes/{change}:undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "job-state"), refused.text
    assert len((await job.desk.http.get("/operations")).json()["items"]) == 1


async def test_large_change_is_undone_chunk_by_chunk(workplace: Workplace) -> None:
    job = await workplace.job(2_200)
    desk = job.desk
    answer = await desk.call("POST", "annotations", json={"filter": {}, "add": ["cat"]})
    result = (await desk.succeeds(answer))["result"]
    await desk.annotate(job.ids[-1:], add=["dog"])
    undone = await desk.call("POST", f"changes/{result['change_id']}:undo", headers={"Idempotency-Key": "undo"})
    reply = undone.json() if undone.status_code == 200 else (await desk.succeeds(undone))["result"]
    assert (reply["changed"], len(reply["conflicts"])) == (2_199, 1)
    assert (await desk.stats())["labeled"] == 1
    again = await desk.call("POST", f"changes/{result['change_id']}:undo", headers={"Idempotency-Key": "undo"})
    assert again.headers["Idempotency-Replayed"] == "true"
