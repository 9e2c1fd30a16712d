"""Reviews through the routes: what waits, who decides, and where it shows."""

from typing import Any

import pytest
from tests.integration.label.workplace import Desk, Job, Workplace, job_event, member
from tests.support.waiting import eventually

from labelstream_contracts import Actor, JobTeam, MemberRoleChanged


async def team_job(workplace: Workplace, count: int, review: str = "required", **fields: Any) -> Job:
    return await workplace.job(count, is_team=True, team=JobTeam(review=review), **fields)


async def judge(desk: Desk, sample_ids: list[str], decision: str = "accept", **more: Any) -> dict[str, Any]:
    return await desk.post("items:review", {"sample_ids": sample_ids, "decision": decision, **more})


def states(items: list[dict[str, Any]]) -> list[str | None]:
    return [item["review"]["state"] if item["review"] else None for item in items]


async def test_only_reviewers_review_and_a_stranger_knows_of_nothing(workplace: Workplace) -> None:
    job = await team_job(workplace, 1)
    body = {"sample_ids": job.ids, "decision": "accept"}
    labeler = (await workplace.joins(job, "labeler")).at(job)
    answer = await labeler.call("POST", "items:review", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "right-missing")
    assert (await workplace.sign_in().at(job).call("POST", "items:review", json=body)).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"decision": "accept"},
        {"sample_ids": ["x"], "filter": {}, "decision": "accept"},
        {"sample_ids": ["x"], "decision": "maybe"},
        {"sample_ids": ["x"], "decision": "accept", "grade": "E"},
        {"sample_ids": ["x"], "decision": "reject", "reason": ""},
        {"sample_ids": ["x"], "decision": "reject", "reason": "r" * 1_025},
        {"filter": {}, "decision": "accept", "expect": {"x": 1}},
        {"filter": {"review": "judged"}, "decision": "accept"},
    ],
)
async def test_a_review_that_says_nothing_is_refused(workplace: Workplace, body: dict[str, Any]) -> None:
    job = await workplace.job(0)
    assert (await job.desk.call("POST", "items:review", json=body)).status_code == 422


async def test_labels_wait_are_judged_go_back_and_wait_again_and_every_reader_sees_it(workplace: Workplace) -> None:
    job = await team_job(workplace, 4)
    labeler, person = (await workplace.joins(job, "labeler")).at(job), await workplace.joins(job, "reviewer")
    reviewer = person.at(job)
    await labeler.annotate(job.ids[:3], add=["cat"])
    labeled_at = await job.desk.seq()
    assert states(await labeler.items()) == ["pending", "pending", "pending", None]
    assert await labeler.ids(review="pending") == job.ids[:3]
    assert await labeler.ids(review="none") == job.ids[3:]
    assert (await labeler.stats(review="pending"))["total"] == 3

    done = await judge(reviewer, job.ids[:2], "reject", reason="blurred")
    assert (done["changed"], done["conflicts"], done["counts"]["labeled"]) == (2, [], 3)
    await judge(reviewer, job.ids[2:3], grade="A")
    nothing = await judge(reviewer, [job.ids[3], "nowhere"])
    assert (nothing["conflicts"], nothing["missing"]) == ([{"sample_id": job.ids[3], "version": 0}], ["nowhere"])
    stale = await judge(reviewer, job.ids[:1], expect={job.ids[0]: 1})
    assert [one["sample_id"] for one in stale["conflicts"]] == job.ids[:1]

    item = await labeler.item(job.ids[0])
    assert (item["status"], [one["name"] for one in item["labels"]], item["version"]) == ("labeled", ["cat"], 2)
    review = item["review"]
    assert {**review, "at": None} == {
        "state": "rejected",
        "grade": None,
        "reason": "blurred",
        "by": person.id,
        "at": None,
    }
    (change, first) = item["changes"]
    assert (change["cause"], change["before"]["review"]["state"], change["after"]["review"]) == (
        *("review", "pending"),
        review,
    )
    assert (first["before"].get("review"), first["after"]["review"]["state"]) == (None, "pending")

    seq = await job.desk.seq()
    assert states(await job.desk.items(as_of=labeled_at)) == ["pending", "pending", "pending", None]
    assert await job.desk.ids(as_of=labeled_at, review="rejected") == []
    assert await job.desk.ids(as_of=seq, review="rejected") == job.ids[:2]
    differing = (await job.desk.get("diff", **{"from": labeled_at, "to": seq}))["items"]
    assert [one["sample_id"] for one in differing] == job.ids[:3]
    assert set((await job.desk.export()).items[0]) == {"sample_id", "path", "status", "labels", "hard", "version"}

    await labeler.annotate(job.ids[:1], set=["dog"])
    await labeler.annotate(job.ids[1:2], set=["cat"])  # it is right as it is, the labeler says
    assert states(await job.desk.items()) == ["pending", "pending", "accepted", None]
    assert [await job.desk.ids(review=state) for state in ("pending", "accepted", "rejected")] == [
        *(job.ids[:2], job.ids[2:3], []),
    ]
    await reviewer.annotate(job.ids[:1], set=["bird"])
    corrected = (await job.desk.item(job.ids[0]))["review"]
    assert (corrected["state"], corrected["by"]) == ("accepted", person.id)


async def test_review_by_filter_is_an_operation_over_what_still_matches(workplace: Workplace) -> None:
    job = await team_job(workplace, 6)
    await (await workplace.joins(job, "labeler")).at(job).annotate(job.ids[:4], add=["cat"])
    await judge(job.desk, job.ids[:1], "reject")
    body = {"filter": {"review": "pending"}, "decision": "accept", "grade": "B"}
    operation = await job.desk.succeeds(await job.desk.call("POST", "items:review", json=body))
    assert (operation["result"]["changed"], operation["result"]["conflict_count"], operation["done"]) == (3, 0, 3)
    assert states(await job.desk.items()) == ["rejected", "accepted", "accepted", "accepted", None, None]
    everything = await job.desk.call("POST", "items:review", json={"filter": {}, "decision": "accept"})
    operation = await job.desk.succeeds(everything)
    assert (operation["result"]["changed"], operation["result"]["conflict_count"]) == (4, 2)
    labeled = await job.desk.call("POST", "annotations", json={"filter": {"review": "none"}, "add": ["dog"]})
    assert (await job.desk.succeeds(labeled))["result"]["changed"] == 2


async def test_reviews_are_undone_by_whoever_may_review_where_nobody_changed_it_since(workplace: Workplace) -> None:
    job = await team_job(workplace, 3)
    labeler, person = (await workplace.joins(job, "labeler")).at(job), workplace.sign_in()
    joined = member(job.id, person.id, "reviewer")
    await workplace.publish(joined)
    await eventually(person.at(job).labels)
    await labeler.annotate(job.ids, add=["cat"])
    change = await judge(person.at(job), job.ids, "reject")
    await labeler.annotate(job.ids[:1], set=["dog"])
    refused = await labeler.call("POST", f"changes/{change['change_id']}:undo", json={})
    assert refused.status_code == 403
    undone = await person.at(job).undo(change["change_id"])
    assert (undone["changed"], [one["sample_id"] for one in undone["conflicts"]]) == (2, job.ids[:1])
    assert states(await job.desk.items()) == ["pending", "pending", "pending"]
    again = await person.at(job).undo(undone["change_id"])
    assert again["changed"] == 2
    assert states(await job.desk.items()) == ["pending", "rejected", "rejected"]

    fields = joined.model_dump() | {"role": "labeler", "version": 2}
    changed = MemberRoleChanged(**{**fields, "actor": Actor(kind="person", id=job.owner.id)})
    await workplace.publish(changed)

    async def may_not() -> None:
        answer = await person.at(job).call("POST", f"changes/{again['change_id']}:undo", json={})
        assert answer.status_code == 403, answer.text

    await eventually(may_not)


async def test_a_closed_job_takes_no_reviews(workplace: Workplace) -> None:
    job = await team_job(workplace, 1)
    await job.desk.annotate(job.ids, add=["cat"])
    await close(workplace, job)

    async def refused() -> None:
        body = {"sample_ids": job.ids, "decision": "accept"}
        answer = await job.desk.call("POST", "items:review", json=body)
        assert (answer.status_code, answer.json().get("code")) == (409, "job-state")

    await eventually(refused)


async def close(workplace: Workplace, job: Job) -> None:
    await workplace.publish(job_event(job.dataset_id, job.owner.id, job_id=job.id, version=2, state="completed"))
