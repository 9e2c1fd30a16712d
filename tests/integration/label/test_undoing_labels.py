"""Undo of what was done to labels, of changes that did nothing, and of what cannot be undone."""

from typing import Any

import pytest
from tests.integration.label.exactness import check_counters, check_history, shown
from tests.integration.label.workplace import Desk, Workplace, old_id

from labelstream_common.ids import new_id


async def change_of(desk: Desk, kind: str) -> str:
    entries = [entry for entry in await desk.feed() if entry.get("type") == f"labeling.label.{kind}.v1"]
    return str(entries[-1]["change_id"])


def unversioned(items: list[dict[str, Any]]) -> Any:
    return {sample_id: state[1:] for sample_id, state in shown(items).items()}


async def test_labeler_may_not_undo_what_was_done_to_labels(workplace: Workplace) -> None:
    job = await workplace.job(1, labels=["cat"])
    label = (await job.desk.labels())["cat"]
    await job.desk.call("PATCH", f"labels/{label['id']}", json={"name": "kitty"})
    labeler = (await workplace.joins(job, "labeler")).at(job)
    answer = await labeler.call("POST", f"changes/{await change_of(job.desk, 'renamed')}:undo")
    assert answer.status_code == 403
    assert list(await job.desk.labels()) == ["kitty"]


async def test_renaming_is_undone_unless_the_label_was_renamed_again(workplace: Workplace) -> None:
    job = await workplace.job(2, labels=["cat"])
    desk = job.desk
    await desk.annotate(job.ids, add=["cat"])
    label = (await desk.labels())["cat"]
    await desk.call("PATCH", f"labels/{label['id']}", json={"name": "kitty"})
    first = await change_of(desk, "renamed")
    await desk.call("PATCH", f"labels/{label['id']}", json={"name": "tom"})
    answer = await desk.call("POST", f"changes/{first}:undo")
    assert (answer.status_code, answer.json()["code"]) == (409, "not-undoable")
    await desk.undo(await change_of(desk, "renamed"))
    await desk.undo(first)
    assert list(await desk.labels()) == ["cat"]
    await desk.call("PATCH", f"labels/{label['id']}", json={"name": "tom"})
    await desk.post("labels", {"name": "cat"}, status=201)
    answer = await desk.call("POST", f"changes/{await change_of(desk, 'renamed')}:undo")
    assert (answer.status_code, answer.json()["code"]) == (409, "label-name-taken")


@pytest.mark.parametrize("tidied", [True, False])
async def test_deletion_is_undone_whether_or_not_it_was_tidied_up(workplace: Workplace, tidied: bool) -> None:
    job = await workplace.job(1_200 if not tidied else 40)
    desk = job.desk
    for start in range(0, len(job.ids), 1_000):
        await desk.annotate(job.ids[start : start + 1_000], add=["cat", "dog"], hard=True)
    before = unversioned(await desk.items())
    cat = (await desk.labels())["cat"]
    answer = await desk.call("DELETE", f"labels/{cat['id']}")
    if tidied:
        await desk.succeeds(answer)
        await desk.annotate(job.ids[:1], add=["bird"])
    change = await change_of(desk, "deleted")
    reply = await desk.call("POST", f"changes/{change}:undo", headers={"Idempotency-Key": "back"})
    assert reply.status_code == 200, reply.text
    conflicts = [one["sample_id"] for one in reply.json()["conflicts"]]
    assert conflicts == (job.ids[:1] if tidied else [])
    after = unversioned(await desk.items())
    assert {one: state for one, state in after.items() if one not in conflicts} == {
        one: state for one, state in before.items() if one not in conflicts
    }
    assert (await desk.labels())["cat"]["id"] == cat["id"]
    assert (await desk.labels())["cat"]["count"] == len(job.ids) - len(conflicts)
    again = await desk.undo(change)
    assert again["changed"] == 0
    await check_counters(desk)
    await check_history(desk, every=400)


async def test_merge_is_undone_and_gives_every_image_its_own_label_back(workplace: Workplace) -> None:
    job = await workplace.job(6)
    desk = job.desk
    await desk.annotate(job.ids[:3], add=["kitty"])
    await desk.annotate(job.ids[2:5], add=["cat"])
    before = unversioned(await desk.items())
    labels = await desk.labels()
    body = {"from": [labels["kitty"]["id"]], "into": labels["cat"]["id"]}
    await desk.succeeds(await desk.call("POST", "labels:merge", json=body))
    reply = await desk.undo(await change_of(desk, "merged"))
    assert (reply["changed"], reply["conflicts"]) == (3, [])
    assert unversioned(await desk.items()) == before
    await check_counters(desk)
    await check_history(desk, every=1)


async def test_name_that_was_taken_since_keeps_a_deleted_label_away(workplace: Workplace) -> None:
    job = await workplace.job(1)
    desk = job.desk
    await desk.annotate(job.ids, add=["cat"])
    await desk.succeeds(await desk.call("DELETE", f"labels/{(await desk.labels())['cat']['id']}"))
    await desk.post("labels", {"name": "cat"}, status=201)
    answer = await desk.call("POST", f"changes/{await change_of(desk, 'deleted')}:undo")
    assert (answer.status_code, answer.json()["code"]) == (409, "label-name-taken")
    assert (await desk.labels())["cat"]["count"] == 0


async def test_change_that_did_nothing_undoes_to_nothing_and_what_has_no_images_is_refused(
    workplace: Workplace,
) -> None:
    job = await workplace.job(2)
    desk = job.desk
    await desk.annotate(job.ids, add=["cat"])
    idle = await desk.annotate(job.ids, add=["cat"])
    assert idle["changed"] == 0
    reply = await desk.undo(idle["change_id"])
    assert (reply["changed"], reply["unchanged"], reply["conflicts"]) == (0, 0, [])
    assert reply["counts"] == idle["counts"]
    labeler = (await workplace.joins(job, "labeler")).at(job)
    somebody_elses = await labeler.call("POST", f"changes/{idle['change_id']}:undo")
    assert (somebody_elses.status_code, somebody_elses.json()["code"]) == (403, "change-of-somebody-else")
    await desk.post("labels", {"name": "bird"}, status=201)
    answer = await desk.call("POST", f"changes/{await change_of(desk, 'created')}:undo")
    assert (answer.status_code, answer.json()["code"]) == (409, "not-undoable")
    added = next(entry for entry in await desk.feed() if entry["kind"] == "items")
    answer = await desk.call("POST", f"changes/{added['change_id']}:undo")
    assert (answer.status_code, answer.json()["code"]) == (409, "not-undoable")
    for unknown in (new_id(), old_id(), "x"):
        answer = await desk.call("POST", f"changes/{unknown}:undo")
        assert (answer.status_code, answer.json()["code"]) == (404, "change-not-found")
