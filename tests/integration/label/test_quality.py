"""Several labelers answer each image, unseen by the others; known answers; and the figures that all of it gives."""

import asyncio
from typing import Any

import pytest
from tests.integration.label.workplace import Desk, Job, Somebody, Workplace, old_id
from tests.support.waiting import eventually

from labelstream_common.auth import AccountRole, Caller
from labelstream_common.http import EXPORTS
from labelstream_common.http.shares import Shares
from labelstream_common.runtime import Service
from labelstream_contracts import JobTeam


async def team_job(workplace: Workplace, count: int, *, overlap: int, labelers: int = 3) -> tuple[Job, list[Desk]]:
    """A job whose images each need some answers, and its labelers."""
    team = JobTeam(assignment="none", overlap=overlap)
    job = await workplace.job(count, labels=["cat", "dog"], is_team=True, team=team)
    people = [await workplace.joins(job, "labeler") for _ in range(labelers)]
    return job, [person.at(job) for person in people]


async def everything_seen(desk: Desk, sample_id: str) -> dict[str, Any]:
    """All that one person can see of an image and its job, without times of reading."""
    return {
        "items": await desk.items(),
        "item": await desk.item(sample_id),
        "labeled": await desk.ids(status="labeled"),
        "unlabeled": await desk.ids(status="unlabeled"),
        "cats": await desk.ids(label="cat"),
        "stats": await desk.stats(),
        "labeled stats": await desk.stats(status="labeled"),
        "selection": await desk.post("stats", {"sample_ids": [sample_id]}),
        "feed": await desk.feed(),
        "diff": await desk.pages("diff", **{"from": 0, "to": await desk.seq()}),
        "past": await desk.items(as_of=await desk.seq()),
    }


async def test_no_answer_shows_before_the_last_in_anything_that_can_be_read(workplace: Workplace) -> None:
    job, (ada, ben, cyd) = await team_job(workplace, 2, overlap=3)
    sample = job.ids[0]
    others = {"ben": ben, "cyd": cyd, "owner": job.desk}
    before = {name: await everything_seen(desk, sample) for name, desk in others.items()}
    exported = await job.desk.export()
    said = await ada.annotate([sample], set=["cat"])
    assert (said["changed"], said["conflicts"]) == (1, [])
    assert {name: await everything_seen(desk, sample) for name, desk in others.items()} == before
    assert (await job.desk.export()).content == exported.content
    (answer,) = (await job.desk.get(f"items/{sample}/answers"))["items"]
    assert (answer["labels"], answer["at"] is not None) == (None, True)
    await ben.annotate([sample], set=["cat"])
    answers = (await job.desk.get(f"items/{sample}/answers"))["items"]
    assert [one["labels"] for one in answers] == [None, None]
    await cyd.annotate([sample], set=["dog"])
    item = await job.desk.item(sample)
    assert [(one["name"], one["by"]) for one in item["labels"]] == [("cat", "consensus")]
    change = item["changes"][0]
    assert (change["cause"], change["actor"]) == ("consensus", {"kind": "system", "id": "consensus"})
    answers = (await job.desk.get(f"items/{sample}/answers"))["items"]
    assert [[label["name"] for label in one["labels"]] for one in answers] == [["cat"], ["cat"], ["dog"]]
    assert (await ada.annotate([sample], set=["dog"]))["conflicts"] == [{"sample_id": sample, "version": 1}]


async def test_to_its_giver_an_answered_image_is_labeled_in_lists_counts_and_filters(workplace: Workplace) -> None:
    job, (ada, ben) = await team_job(workplace, 4, overlap=2, labelers=2)
    mine, both = job.ids[0], job.ids[1]
    await ada.annotate([mine], set=["cat", "dog"])
    await ada.annotate([both], set=["cat"])
    await ben.annotate([both], set=["cat"])
    labels = await job.desk.labels()
    item = await ada.item(mine)
    assert (item["status"], [one["name"] for one in item["labels"]]) == ("labeled", ["cat", "dog"])
    assert (item["agreement"], (await ada.item(both))["agreement"]) == (None, 1)
    assert await ada.ids(status="labeled") == [mine, both]
    assert await ada.ids(status="unlabeled") == job.ids[2:]
    assert await ada.ids(label="dog") == [mine]
    assert await ada.ids(label=["cat", "dog"], label_match="all") == [mine]
    assert await ada.ids(label="cat", path="img/*") == [mine, both]
    assert await ada.ids(labeled_by=item["labels"][0]["by"]) == [mine]
    assert await ada.ids(source="model") == []
    assert await ada.ids(sort="-path", status="labeled") == [both, mine]
    assert await ada.ids(sort="-labeled_at", status="labeled") == [both, mine]
    for path in ("stats", "stats?path=img"):
        stats = await ada.get(path)
        assert (stats["total"], stats["labeled"], stats["unlabeled"]) == (4, 2, 2)
        assert {one["label_id"]: one["count"] for one in stats["labels"]} == {
            labels["cat"]["id"]: 2,
            labels["dog"]["id"]: 1,
        }
    assert (await ada.stats(label="dog"))["total"] == 1
    assert (await ada.post("stats", {"sample_ids": [mine]}))["labeled"] == 1
    for other in (ben, job.desk):
        assert (await other.item(mine))["status"] == "unlabeled"
        assert await other.ids(status="labeled") == [both]
        assert (await other.stats())["labeled"] == 1
    for names, desk in (((2, 1), ada), ((1, 0), ben), ((1, 0), job.desk)):
        counted = await desk.labels()
        assert (counted["cat"]["count"], counted["dog"]["count"]) == names
        one = await desk.get(f"labels/{labels['dog']['id']}")
        assert one["count"] == names[1]
    filtered = await ada.call("POST", "annotations", json={"filter": {"label": "dog"}, "remove": ["dog"]})
    assert (await ada.succeeds(filtered))["result"]["changed"] == 1
    assert await ada.ids(label="dog") == []


async def test_who_answered_can_undo_it_before_the_last_answer(workplace: Workplace) -> None:
    job, (ada, ben) = await team_job(workplace, 2, overlap=2, labelers=2)
    first = await ada.annotate(job.ids, set=["cat"])
    second = await ada.annotate(job.ids, set=["owl"])
    assert (await ada.undo(second["change_id"]))["changed"] == 2
    assert await ada.ids(label="cat") == job.ids
    await ben.annotate(job.ids[:1], set=["cat"])
    third = await ada.annotate(job.ids[1:], set=["dog"])
    refused = await ben.call("POST", f"changes/{third['change_id']}:undo")
    assert (refused.status_code, refused.json()["code"]) == (403, "change-of-somebody-else")
    last = await ben.annotate(job.ids[1:], set=["dog"])
    assert [one["sample_id"] for one in (await ben.undo(last["change_id"]))["conflicts"]] == job.ids[1:]
    assert (await ada.undo(first["change_id"]))["changed"] == 0
    assert {item["status"] for item in await job.desk.items()} == {"labeled"}


async def test_items_are_listed_by_how_far_their_answers_agree(workplace: Workplace) -> None:
    job, desks = await team_job(workplace, 3, overlap=2, labelers=2)
    for desk, label in zip(desks, ("cat", "dog"), strict=True):
        await desk.annotate(job.ids[:1], set=[label])
        await desk.annotate(job.ids[1:2], set=["cat"])
    assert await job.desk.ids(agreement_below=0.5) == job.ids[:1]
    assert (await job.desk.stats(agreement_below=0.5))["total"] == 1
    assert await job.desk.ids(agreement_below=0) == []


async def test_figures_are_the_same_at_the_same_seq_whatever_happens_later(workplace: Workplace) -> None:
    job, desks = await team_job(workplace, 3, overlap=2, labelers=2)
    for desk, labels in zip(desks, (["cat", "cat", "dog"], ["cat", "dog", "dog"]), strict=True):
        for sample, label in zip(job.ids, labels, strict=True):
            await desk.annotate([sample], set=[label])
    at = await job.desk.seq()
    then = await job.desk.get("quality", as_of=at)
    assert then == await job.desk.get("quality")
    assert (then["seq"], then["agreement"]["items"]) == (at, 3)
    assert then["agreement"]["percent"] == pytest.approx(2 / 3)
    assert (await job.desk.item(job.ids[1]))["review"]["state"] == "pending"
    assert [pair["items"] for pair in then["pairs"]] == [3]
    assert {one["labeled"] for one in then["annotators"]} == {3}
    by_model = await job.desk.get("quality", consensus="dawid_skene", as_of=at)
    assert by_model["agreement"] == then["agreement"]
    await job.desk.post("items:review", {"sample_ids": job.ids[:1], "decision": "reject", "reason": "a dog"})
    await desks[0].annotate(job.ids[:1], set=["dog"])
    assert await job.desk.get("quality", as_of=at) == then
    now = await job.desk.get("quality")
    assert now["agreement"]["percent"] == pytest.approx(1 / 3)
    assert (await job.desk.get("quality", as_of=0))["agreement"] == {
        "items": 0,
        "percent": None,
        "fleiss_kappa": None,
        "krippendorff_alpha": None,
    }
    table = await job.desk.call("GET", "quality", headers={"Accept": "text/csv"})
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    header, *rows = table.text.splitlines()
    assert header.startswith("account_id,labeled,seconds_median,accepted,rejected")
    assert len(rows) == 2


async def test_of_known_answers_that_are_put_at_once_those_of_one_request_remain(workplace: Workplace) -> None:
    job, _ = await team_job(workplace, 30, overlap=1, labelers=1)
    wishes = [[{"sample_id": one, "labels": ["cat"]} for one in job.ids[place::6]] for place in range(6)]
    answers = await asyncio.gather(*(job.desk.call("PUT", "known-answers", json=wish) for wish in wishes))
    assert {answer.status_code for answer in answers} == {200}
    assert await job.desk.pages("known-answers") in wishes


async def test_a_known_answer_has_as_many_labels_as_an_image(workplace: Workplace) -> None:
    names = [f"l{number}" for number in range(201)]
    team = JobTeam(assignment="none", overlap=2)
    job = await workplace.job(2, labels=names, is_team=True, team=team)
    for count, status in ((200, 200), (201, 422)):
        body = [{"sample_id": job.ids[0], "labels": names[:1]}, {"sample_id": job.ids[1], "labels": names[:count]}]
        answer = await job.desk.call("PUT", "known-answers", json=body)
        assert answer.status_code == status, answer.text
    assert answer.json()["code"] == "too-many-labels"
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/1/labels"]


async def test_quality_takes_no_place_of_an_export(workplace: Workplace, service: Service) -> None:
    job = await workplace.job(1)
    shares: Shares = service.app.state.shares
    caller = Caller(job.owner.id, AccountRole.MEMBER)
    running = [await shares.take(EXPORTS, caller) for _ in range(EXPORTS.most)]
    try:
        assert (await job.desk.call("GET", "export")).status_code == 429
        assert (await job.desk.call("GET", "quality")).status_code == 200
    finally:
        for give_back in running:
            await give_back()


async def test_known_answers_test_labelers_and_are_in_no_agreement(workplace: Workplace) -> None:
    job, desks = await team_job(workplace, 3, overlap=2, labelers=2)
    known = [{"sample_id": job.ids[0], "labels": ["cat"]}, {"sample_id": job.ids[1], "labels": ["dog"]}]
    answer = await job.desk.call("PUT", "known-answers", json=known)
    assert (answer.status_code, answer.json()) == (200, {"items": known, "next_cursor": None})
    assert await job.desk.pages("known-answers", 1) == known
    for desk in desks:
        assert (await desk.annotate(job.ids[:2], set=["cat"]))["changed"] == 2
    found = await job.desk.get("quality")
    assert [one["known"] for one in found["annotators"]] == [{"right": 1, "total": 2}] * 2
    assert found["agreement"]["items"] == 0
    refused = await job.desk.call("PUT", "known-answers", json=[{"sample_id": job.ids[2], "labels": ["owl"]}])
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown-label")
    unknown = await job.desk.call("PUT", "known-answers", json=[{"sample_id": old_id(), "labels": ["cat"]}])
    assert (unknown.status_code, unknown.json()["code"]) == (422, "known-answer-not-usable")
    decided = [{"sample_id": job.ids[2], "labels": ["cat"]}, known[0]]
    await job.desk.annotate(job.ids[2:], add=["dog"])
    unusable = await job.desk.call("PUT", "known-answers", json=decided)
    assert (unusable.status_code, unusable.json()["errors"][0]["pointer"]) == (422, "/0/sample_id")
    assert await job.desk.pages("known-answers") == known, "the former ones stay"
    assert (await job.desk.call("PUT", "known-answers", json=[])).json()["items"] == []
    # Both had answered what is like all others now: their answers decide.
    assert {item["status"] for item in await job.desk.items()} == {"labeled"}


async def test_work_where_one_labels_each_image_has_figures_too(workplace: Workplace) -> None:
    job = await workplace.job(4, labels=["cat"])
    person: Somebody = await workplace.joins(job, "labeler")
    for sample in job.ids:
        await person.at(job).annotate([sample], add=["cat"])
    await job.desk.post("items:review", {"sample_ids": job.ids[:1], "decision": "accept", "grade": "A"})
    await job.desk.post("items:review", {"sample_ids": job.ids[1:3], "decision": "reject"})

    async def counted() -> None:
        (one,) = (await job.desk.get("quality"))["annotators"]
        assert (one["account_id"], one["labeled"], one["accepted"], one["rejected"]) == (person.id, 4, 1, 2)
        assert 0 < one["seconds_median"] < 60

    await eventually(counted)
