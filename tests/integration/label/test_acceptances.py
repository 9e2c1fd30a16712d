"""Acceptances: a sample that can be drawn again, its judgements, and an end that judges everything exactly once."""

import asyncio
import hashlib
import random
from collections import Counter
from math import ceil
from typing import Any

import httpx
import pytest
from bson.binary import Binary
from tests.integration.label.workplace import Desk, Job, Workplace, job_event, old_id, sample
from tests.support.waiting import eventually

from label_service.adapters.item_keys import job_bytes, job_range
from label_service.application.lanes import Lanes
from labelstream_common.ids import new_id
from labelstream_common.runtime import Service

REST, ALL = ("accept_rest", "reject_rest"), ("accept_all", "reject_all")


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bulk work takes four items a step."""
    monkeypatch.setattr(Lanes, "piece", lambda _lanes, _job_id: 4)


async def opens(desk: Desk, status: int = 201, **body: Any) -> dict[str, Any]:
    return await desk.post("acceptances", body, status=status)


async def judges(desk: Desk, acceptance: dict[str, Any], sample_ids: list[str], **body: Any) -> dict[str, Any]:
    return await desk.post(f"acceptances/{acceptance['id']}:judge", {"sample_ids": sample_ids, **body})


async def finishes(desk: Desk, acceptance: dict[str, Any], outcome: str, **body: Any) -> httpx.Response:
    return await desk.call("POST", f"acceptances/{acceptance['id']}:finish", json={"outcome": outcome, **body})


async def sampled(desk: Desk, acceptance: dict[str, Any], limit: int = 1000) -> list[dict[str, Any]]:
    return await desk.pages(f"acceptances/{acceptance['id']}/items", limit)


def drawn(seed: int, ids: list[str], size: int) -> list[str]:
    """The sample, as the API's description says that anybody can draw it."""
    places = {one: hashlib.sha256(f"{seed}:{one}".encode()).digest()[:8] for one in ids}
    return sorted(sorted(ids, key=places.__getitem__)[:size])


@pytest.mark.parametrize("role", ["labeler", "reviewer"])
async def test_acceptances_are_for_owners_and_managers(workplace: Workplace, role: Any) -> None:
    job = await workplace.job(1, job_id=old_id())  # a stranger waits for a young one
    await job.desk.annotate(job.ids, add=["cat"])
    acceptance = await opens(job.desk, sample_count=1)
    desk = (await workplace.joins(job, role)).at(job)
    body = {"sample_ids": job.ids, "decision": "accept"}
    for method, path, options in (
        ("POST", "acceptances", {"json": {"sample_count": 1}}),
        ("GET", "acceptances", {}),
        ("GET", f"acceptances/{acceptance['id']}", {}),
        ("GET", f"acceptances/{acceptance['id']}/items", {}),
        ("POST", f"acceptances/{acceptance['id']}:judge", {"json": body}),
        ("POST", f"acceptances/{acceptance['id']}:finish", {"json": {"outcome": "accept_all"}}),
    ):
        assert (await desk.call(method, path, **options)).status_code == 403, path
        assert (await workplace.sign_in().at(job).call(method, path, **options)).status_code == 404, path
    assert (await desk.call("GET", f"acceptances/{new_id()}")).status_code == 404
    manager = (await workplace.joins(job, "manager")).at(job)
    assert (await manager.get("acceptances"))["items"] == [acceptance]


@pytest.mark.parametrize(
    "body",
    [
        *({}, {"sample_ratio": 0.5, "sample_count": 1}, {"sample_ratio": 0}, {"sample_ratio": 1.01}),
        *({"sample_count": 0}, {"sample_count": 1, "seed": -1}, {"sample_ratio": 0.5, "seeds": 1}),
    ],
)
async def test_a_sample_of_no_size_is_refused(workplace: Workplace, body: dict[str, Any]) -> None:
    job = await workplace.job(0)
    assert (await job.desk.call("POST", "acceptances", json=body)).status_code == 422


async def test_sample_is_drawn_of_what_is_labeled_and_stays_what_it_was(workplace: Workplace) -> None:
    job = await workplace.job(23)
    nothing = await job.desk.call("POST", "acceptances", json={"sample_ratio": 1})
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing-labeled")
    await job.desk.annotate(job.ids[:21], add=["cat"])
    await job.desk.post("predictions", [{"sample_id": job.ids[22], "labels": [], "model": "net"}])
    acceptance = await opens(job.desk, sample_ratio=0.2, seed=7)
    expected = drawn(7, job.ids[:21], 5)
    assert acceptance["counts"] == {"labeled": 21, "sample": 5, "accepted": 0, "rejected": 0, "unjudged": 5}
    assert (acceptance["state"], acceptance["seed"], acceptance["seq"]) == ("open", 7, await job.desk.seq())
    assert [one["sample_id"] for one in await sampled(job.desk, acceptance, 2)] == expected
    twin = await job.desk.call("POST", "acceptances", json={"sample_count": 1})
    assert (twin.status_code, twin.json()["code"]) == (409, "acceptance-open")

    await job.desk.annotate(expected[:1], set=["dog"])
    first, second, *_ = await sampled(job.desk, acceptance)
    assert (first["labels"][0]["name"], first["conflict"], second["conflict"]) == ("cat", True, False)
    assert (await job.desk.call("GET", f"acceptances/{acceptance['id']}")).headers["etag"]


async def test_judgements_replace_each_other_and_are_counted(workplace: Workplace) -> None:
    job = await workplace.job(6)
    await job.desk.annotate(job.ids, add=["cat"])
    acceptance = await opens(job.desk, sample_count=4, seed=3)
    ids = drawn(3, job.ids, 4)
    outside = next(one for one in job.ids if one not in ids)
    before = await job.desk.seq()
    done = await judges(job.desk, acceptance, [*ids[:3], outside, "nowhere"], decision="accept", grade="A")
    assert (done["changed"], done["missing"]) == (3, [outside, "nowhere"])
    assert done["counts"] == {"labeled": 6, "sample": 4, "accepted": 3, "rejected": 0, "unjudged": 1}
    again = await judges(job.desk, acceptance, ids[:3], decision="accept", grade="A")
    assert (again["changed"], again["unchanged"], again["counts"]) == (0, 3, done["counts"])
    turned = await judges(job.desk, acceptance, ids[2:], decision="reject", reason="blurred")
    assert (turned["counts"]["accepted"], turned["counts"]["rejected"], turned["counts"]["unjudged"]) == (2, 2, 0)
    assert await job.desk.seq() == before
    found = [one["judgement"] for one in await sampled(job.desk, acceptance)]
    assert [(one["decision"], one["grade"], one["reason"]) for one in found] == [
        *[("accept", "A", None)] * 2,
        *[("reject", None, "blurred")] * 2,
    ]


@pytest.mark.parametrize("step", ["judge", "finish"])
async def test_who_has_seen_an_earlier_state_is_refused(workplace: Workplace, step: str) -> None:
    job = await workplace.job(2)
    await job.desk.annotate(job.ids, add=["cat"])
    path = f"acceptances/{(await opens(job.desk, sample_count=2))['id']}"
    body = {"sample_ids": job.ids[:1], "decision": "accept"} if step == "judge" else {"outcome": "accept_all"}

    async def etag() -> str:
        return (await job.desk.call("GET", path)).headers["etag"]

    async def asks(seen: str) -> httpx.Response:
        return await job.desk.call("POST", f"{path}:{step}", json=body, headers={"If-Match": seen})

    opened = await etag()
    await judges(job.desk, {"id": path.partition("/")[2]}, job.ids[1:], decision="reject")
    stale = await asks(opened)
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition-failed"), stale.text
    assert (await job.desk.get(path))["counts"]["unjudged"] == 1
    assert (await asks(await etag())).status_code == (200 if step == "judge" else 202)


async def test_of_two_who_open_at_once_one_does(workplace: Workplace) -> None:
    job = await workplace.job(3)
    await job.desk.annotate(job.ids, add=["cat"])
    body = {"sample_count": 1}
    answers = await asyncio.gather(*(job.desk.call("POST", "acceptances", json=body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert len((await job.desk.get("acceptances"))["items"]) == 1


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("outcome", [*ALL, *REST])
async def test_everything_that_was_labeled_is_judged_once_or_is_a_conflict(
    workplace: Workplace, small_pieces: None, outcome: str, overwrite: bool
) -> None:
    dice = random.Random(f"{outcome} {overwrite}")  # noqa: S311 - a test
    job = await workplace.job(20)
    labeled = sorted(dice.sample(job.ids, 15))
    await job.desk.annotate(labeled, add=["cat"])
    acceptance = await opens(job.desk, sample_ratio=0.4)
    ids = drawn(acceptance["seed"], labeled, ceil(0.4 * 15))
    good, bad = ids[:2], ids[2:4]
    await judges(job.desk, acceptance, good, decision="accept", grade="B")
    await judges(job.desk, acceptance, bad, decision="reject", reason="blurred")
    changed, emptied, gone = dice.sample(labeled, 3)
    await changes_since(workplace, job, labeled, changed, emptied, gone)
    version = {item["sample_id"]: item["version"] for item in await job.desk.items()}

    operation = await job.desk.succeeds(await finishes(job.desk, acceptance, outcome, overwrite=overwrite))
    result = operation["result"]
    conflicts = {emptied, gone} if overwrite else {changed, emptied, gone}
    decided = {one: decision_on(one, outcome, good, bad) for one in labeled if one not in conflicts}
    assert {one["sample_id"] for one in result["conflicts"]} == conflicts
    tally = Counter(decided.values())
    assert (result["accepted"], result["rejected"], result["conflict_count"]) == (
        *(tally["accept"], tally["reject"], len(conflicts)),
    )
    assert result["accepted"] + result["rejected"] + result["conflict_count"] == acceptance["counts"]["labeled"]
    shown = await job.desk.get(f"acceptances/{acceptance['id']}")
    assert (shown["state"], shown["result"]["accepted"]) == ("finished", result["accepted"])
    reviews = {item["sample_id"]: item for item in await job.desk.items()}
    for one, item in reviews.items():
        expected = {"accept": "accepted", "reject": "rejected"}[decided[one]] if one in decided else None
        assert (item["review"] or {"state": None})["state"] == expected, one
        assert item["version"] == version[one] + (one in decided)
    entries = [entry for entry in await job.desk.feed(after=acceptance["seq"]) if entry.get("cause") == "acceptance"]
    assert sorted(entry["sample_id"] for entry in entries) == sorted(decided)
    assert {entry["change_id"] for entry in entries} == {result["change_id"]}

    late = await finishes(job.desk, acceptance, outcome)
    assert (late.status_code, late.json()["code"]) == (409, "acceptance-finished")
    undone = await job.desk.undo(result["change_id"])
    assert undone["changed"] == len(decided)
    assert await job.desk.ids(review="none") == sorted(reviews)


def decision_on(sample_id: str, outcome: str, good: list[str], bad: list[str]) -> str:
    decision = outcome.partition("_")[0]
    if outcome in ALL or sample_id not in {*good, *bad}:
        return decision
    return "accept" if sample_id in good else "reject"


async def changes_since(  # noqa: PLR0917 - what changes, by name
    workplace: Workplace, job: Job, labeled: list[str], changed: str, emptied: str, gone: str
) -> None:
    """One is relabeled, one loses its labels, one is removed, and one that was not labeled is."""
    await job.desk.annotate([changed], set=["dog"])
    await job.desk.annotate([emptied], set=[])
    await job.desk.annotate([one for one in job.ids if one not in labeled][:1], add=["cat"])
    path = next(path for path, one in job.samples.items() if one.sample_id == gone)
    await workplace.says(job, sample(job.dataset_id, path, gone, version=2, removed=True))
    await workplace.follows(job)


async def test_an_end_that_was_canceled_goes_on_where_it_was_left(
    workplace: Workplace, service: Service, small_pieces: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await workplace.job(12)
    await job.desk.annotate(job.ids, add=["cat"])
    acceptance = await opens(job.desk, sample_count=1)
    submit, steps = Lanes.submit_piece, [asyncio.Event(), asyncio.Event()]

    async def slow(lanes: Lanes, job_id: str, command: Any, **more: Any) -> bool:
        done = await submit(lanes, job_id, command, **more)
        steps[0].set()
        await asyncio.wait_for(steps[1].wait(), 30)
        return done

    monkeypatch.setattr(Lanes, "submit_piece", slow)
    answer = await finishes(job.desk, acceptance, "accept_all")
    await asyncio.wait_for(steps[0].wait(), 30)
    twin = await finishes(job.desk, acceptance, "reject_all")
    assert (twin.status_code, twin.json()["code"]) == (409, "acceptance-finished")
    late = await job.desk.call(
        *("POST", f"acceptances/{acceptance['id']}:judge"), json={"sample_ids": job.ids, "decision": "accept"}
    )
    assert late.json()["code"] == "acceptance-finished"
    await job.desk.http.post(f"/operations/{answer.json()['id']}:cancel")
    steps[1].set()
    ended = await job.desk.ends(answer)
    assert (ended["state"], ended["result"]["accepted"]) == ("cancelled", 4)
    assert (await job.desk.get(f"acceptances/{acceptance['id']}"))["state"] == "open"

    result = (await job.desk.succeeds(await finishes(job.desk, acceptance, "reject_all")))["result"]
    assert (result["accepted"], result["rejected"], result["conflict_count"]) == (4, 8, 0)
    assert await job.desk.ids(review="accepted") == job.ids[:4]
    assert await job.desk.ids(review="rejected") == job.ids[4:]


async def test_acceptances_come_newest_first_page_by_page(workplace: Workplace) -> None:
    job = await workplace.job(2)
    await job.desk.annotate(job.ids, add=["cat"])
    made = []
    for seed in range(3):
        acceptance = await opens(job.desk, sample_count=1, seed=seed)
        await job.desk.succeeds(await finishes(job.desk, acceptance, "accept_all"))
        made.append(acceptance["id"])
    assert [one["id"] for one in await job.desk.pages("acceptances", 2)] == made[::-1]


async def test_acceptances_of_a_deleted_job_leave_the_database(workplace: Workplace, service: Service) -> None:
    job = await workplace.job(2)
    await job.desk.annotate(job.ids, add=["cat"])
    acceptance = await opens(job.desk, sample_count=2)
    await judges(job.desk, acceptance, job.ids, decision="accept")
    await workplace.publish(job_event(job.dataset_id, job.owner.id, job_id=job.id, version=2, deleted=True))

    async def gone() -> None:
        assert await service.database["acceptances"].find_one({"job_id": job.id}) is None

    await eventually(gone)
    low, high = job_range(job_bytes(acceptance["id"]))
    span = {"_id": {"$gte": Binary(low), "$lte": Binary(high)}}
    for collection in ("acceptance_samples", "acceptance_judgements"):
        assert await service.database[collection].count_documents(span) == 0
