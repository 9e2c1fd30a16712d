"""Labelers take items from a queue, for a while; nobody gets what another has."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.integration.label.teams import TeamJob, team_job
from tests.integration.label.workplace import Desk, Somebody, Workplace
from tests.support.waiting import eventually

from label_service.application import commit_plan
from label_service.domain.ownership import lease_facet
from labelstream_common.runtime import Service


async def queue_of(workplace: Workplace, count: int, **settings: Any) -> tuple[TeamJob, Somebody, Somebody]:
    team = await team_job(workplace, count, assignment="queue", **settings)
    return team, await team.joins(), await team.joins()


async def take(desk: Desk, limit: int) -> list[str]:
    return [item["sample_id"] for item in (await desk.post("items:next", {"limit": limit}))["items"]]


async def test_two_callers_at_once_never_get_the_same_item(workplace: Workplace) -> None:
    team, one, other = await queue_of(workplace, 60)
    calls = await asyncio.gather(*(take(person.at(team.job), 30) for person in (one, other) * 3))
    of_one, of_other = set().union(*calls[::2]), set().union(*calls[1::2])
    assert (len(of_one), len(of_other)) == (30, 30)
    assert of_one.isdisjoint(of_other)
    third = (await team.joins()).at(team.job)
    assert (await third.post("items:next", {"limit": 1}))["remaining"] == 0


async def test_what_somebody_holds_comes_first_and_is_theirs_alone(workplace: Workplace) -> None:
    team, one, other = await queue_of(workplace, 10)
    desk, job = one.at(team.job), team.job
    assert await desk.ids() == []
    first = await desk.post("items:next", {"limit": 3})
    held = [item["sample_id"] for item in first["items"]]
    assert (len(held), first["remaining"]) == (3, 7)
    assert sorted(await desk.ids()) == sorted(held)
    again = await desk.post("items:next", {"limit": 5})
    assert [item["sample_id"] for item in again["items"]][:3] == held
    assert again["lease_expires_at"] >= first["lease_expires_at"]
    assert again["remaining"] == 5
    mine = await desk.ids()
    free = next(one for one in job.ids if one not in mine)
    reply = await desk.annotate([held[0], free], add=["cat"])
    assert (reply["changed"], reply["missing"]) == (1, [free])
    assert (await other.at(job).annotate([held[1]], add=["cat"]))["missing"] == [held[1]]
    assert held[0] in await desk.ids(status="labeled"), "what one has labeled stays theirs"
    assert held[0] not in await take(desk, 10)


async def test_repeat_of_taking_gets_the_first_answer_and_another_request_needs_a_key_of_its_own(
    workplace: Workplace,
) -> None:
    team, one, _ = await queue_of(workplace, 30)
    desk = one.at(team.job)
    first = await desk.post("items:next", {}, key="take")
    assert len(first["items"]) == 10
    await desk.post("items:release", {"sample_ids": [item["sample_id"] for item in first["items"][:5]]})
    assert await desk.post("items:next", {}, key="take") == first
    assert len(await desk.ids()) == 5, "the repeat has taken nothing"
    other = await desk.call("POST", "items:next", json={"limit": 2}, headers={"Idempotency-Key": "take"})
    assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused")


async def test_a_completed_job_gives_nothing_out_and_takes_nothing_back(workplace: Workplace) -> None:
    team, one, other = await queue_of(workplace, 2)
    held = await take(one.at(team.job), 2)
    await workplace.completes(team.job, is_team=True, team=team.settings)
    for desk in (one.at(team.job), other.at(team.job)):
        for path, body in (("items:next", {"limit": 5}), ("items:release", {"sample_ids": held})):
            answer = await desk.call("POST", path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (409, "job-state"), (path, answer.text)


async def test_known_answers_are_mixed_in_unseen_and_come_to_everybody_once(workplace: Workplace) -> None:
    team, *people = await queue_of(workplace, 24)
    known = team.job.ids[::4]
    body = [{"sample_id": one, "labels": ["cat"]} for one in known]
    assert (await team.job.desk.call("PUT", "known-answers", json=body)).status_code == 200
    taken: dict[str, list[str]] = {}
    held: set[str] = set()
    for person in people:
        desk = person.at(team.job)
        assert await desk.ids() == [], "what tests them is in no list before they take it"
        assert (await desk.annotate(known[:1], add=["cat"]))["missing"] == known[:1]
        first = await desk.post("items:next", {"limit": 1})
        assert first["remaining"] == 23 - len(held - set(known)), "what tests others is not held by them alone"
        own = [one["sample_id"] for one in first["items"]]
        assert await take(desk, 1) == own == await desk.ids()
        held.update(own)
    working = [(person, taken.setdefault(person.id, [])) for person in people]
    while any([await labels_one(person.at(team.job), own) for person, own in working]):
        pass
    for own in taken.values():
        assert len(own) == len(set(own))
        assert set(known) < set(own)
    assert {one for own in taken.values() for one in own} == set(team.job.ids)
    assert [set(own[:6]) for own in taken.values()] != [set(known)] * 2, "they do not all come first"
    stats = await team.job.desk.stats()
    assert (stats["labeled"], stats["unlabeled"]) == (24, 0)
    found = await team.job.desk.get("quality")
    assert [one["known"]["total"] for one in found["annotators"]] == [6, 6]


async def test_known_answers_from_before_anybody_labeled_clog_no_queue_and_test_who_joins(workplace: Workplace) -> None:
    team = await team_job(workplace, 12, assignment="queue")
    known = team.job.ids[:8]
    body = [{"sample_id": one, "labels": ["cat"]} for one in known]
    assert (await team.job.desk.call("PUT", "known-answers", json=body)).status_code == 200
    desk = (await team.joins()).at(team.job)

    async def all_remain() -> None:
        assert (await desk.post("items:next", {"limit": 1}))["remaining"] == 11

    await eventually(all_remain)
    assert set(await take(desk, 12)) == set(team.job.ids)


async def labels_one(desk: Desk, own: list[str]) -> bool:
    got = await take(desk, 1)
    if got:
        await desk.annotate(got, add=["cat"])
    own += got
    return bool(got)


async def test_items_go_back_and_are_not_offered_again_where_they_were_skipped(workplace: Workplace) -> None:
    team, one, other = await queue_of(workplace, 4)
    desk = one.at(team.job)
    held = await take(desk, 4)
    await desk.annotate(held[:1], add=["cat"])
    released = await desk.post("items:release", {"sample_ids": [held[0], held[1]]})
    assert released == {"released": 1, "missing": [held[0]]}
    assert (await desk.post("items:release", {"sample_ids": [held[2]], "skip": True}))["released"] == 1
    assert (await desk.annotate([held[1]], add=["cat"]))["missing"] == [held[1]]
    assert (await other.at(team.job).post("items:release", {"sample_ids": [held[3]]}))["missing"] == [held[3]]
    mine = await desk.post("items:next", {"limit": 10})
    assert {item["sample_id"] for item in mine["items"]} == {held[1], held[3]}
    assert mine["remaining"] == 0
    assert await take(other.at(team.job), 10) == [held[2]]


async def test_10_000_ids_are_released_at_once_however_long_they_are(workplace: Workplace) -> None:
    team, one, _ = await queue_of(workplace, 2)
    desk = one.at(team.job)
    held = await take(desk, 2)
    missing = [f"{number:0128}" for number in range(9_998)]
    assert (await desk.post("stats", {"sample_ids": [*held, *missing]}))["total"] == 2
    assert await desk.post("items:release", {"sample_ids": [*held, *missing]}) == {"released": 2, "missing": missing}
    answer = await desk.call("POST", "items:release", json={"sample_ids": [*held, *missing, "one more"]})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/sample_ids")


async def test_release_and_end_of_known_answers_that_no_commit_holds_are_done_in_several(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    team, *others = await queue_of(workplace, 8, overlap=2)
    desk = (await team.joins()).at(team.job)
    known = [{"sample_id": each, "labels": ["cat"]} for each in team.job.ids]
    assert (await team.job.desk.call("PUT", "known-answers", json=known)).status_code == 200
    held = await take(desk, 8)
    taken = [(other.at(team.job), await take(other.at(team.job), 8)) for other in others]
    for other, own in taken:
        await other.annotate(own, add=["cat"])
    assert (len(held), (await team.job.desk.stats())["labeled"]) == (8, 0)
    monkeypatch.setattr(commit_plan, "MAX_BYTES_OF_COMMAND", 1_800)  # about two events
    body = {"sample_ids": held[:4], "skip": True}
    released = await desk.post("items:release", body, key="release")
    assert released == {"released": 4, "missing": []}
    assert (await team.job.desk.stats())["labeled"] == 4, "nobody else is to answer these"
    assert await desk.post("items:release", body, key="release") == released
    assert (await team.job.desk.call("PUT", "known-answers", json=[])).status_code == 200
    assert (await team.job.desk.stats())["labeled"] == 8
    assert len({entry["seq"] for entry in await team.job.desk.feed() if entry["kind"] == "item"}) == 8


async def test_a_lease_that_has_run_out_gives_no_right(workplace: Workplace, service: Service) -> None:
    team, one, other = await queue_of(workplace, 3)
    desk = one.at(team.job)
    held = await take(desk, 2)
    past = datetime.now(UTC) - timedelta(seconds=1)
    items = service.database["items"]
    await items.update_many({"facets": f"a:{one.id}"}, {"$set": {"assignees.0.until": past}})
    assert (await desk.annotate(held, add=["cat"]))["missing"] == held
    assert await desk.ids() == []
    taken = await take(other.at(team.job), 3)
    assert set(held) <= set(taken)
    await items.update_many(
        {"facets": f"a:{other.id}"},
        {"$set": {"assignees.0.until": past, "facets.$[lease]": lease_facet(past)}},
        array_filters=[{"lease": {"$regex": "^t:"}}],
    )

    async def nobodys_again() -> None:
        assert await items.count_documents({"facets": f"a:{other.id}"}) == 0

    await eventually(nobodys_again, within=15)
    assert (await desk.post("items:next", {"limit": 1}))["remaining"] == 2


async def test_several_label_one_item_of_a_queue(workplace: Workplace) -> None:
    team, one, other = await queue_of(workplace, 2, overlap=2)
    third = await team.joins()
    assert len(await take(one.at(team.job), 5)) == 2
    assert len(await take(other.at(team.job), 5)) == 2
    assert await take(third.at(team.job), 5) == []
