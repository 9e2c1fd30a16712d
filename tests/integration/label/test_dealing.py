"""Items are dealt out to labelers, and move only when people come and go."""

import asyncio
from collections import Counter

import pytest
from tests.integration.label.teams import team_job
from tests.integration.label.workplace import Workplace, sample
from tests.support.waiting import eventually

from label_service.application.dealer import Dealer
from label_service.application.lanes import Lanes
from labelstream_common.ids import new_id
from labelstream_common.runtime import Service


async def test_items_are_dealt_evenly_and_new_ones_as_they_come(workplace: Workplace) -> None:
    team = await team_job(workplace, 31, assignment="even")
    people = [await team.joins() for _ in range(3)]
    await team.dealt(people)
    before = await team.hands()
    seq = await team.job.desk.seq()
    more = [sample(team.job.dataset_id, f"more/{place}.png", new_id()) for place in range(8)]
    await workplace.says(team.job, *more)
    await workplace.follows(team.job)
    await team.dealt(people)
    after = await team.hands()
    assert {one: after[one] for one in before} == before, "who has an item keeps it"
    entries = await team.job.desk.feed(after=seq)
    assert [entry["kind"] for entry in entries] == ["items"] * len(entries), "dealing tells nothing"
    assert {item["version"] for item in await team.job.desk.items()} == {0}
    filtered = await team.job.desk.ids(assignee=people[0].id)
    assert sorted(filtered) == sorted(one for one, held in after.items() if held == [people[0].id])
    assert await people[0].at(team.job).ids(assignee="me") == await people[0].at(team.job).ids()
    assert await team.job.desk.ids(assignee="none") == []


async def test_who_leaves_gives_unfinished_items_and_who_joins_gets_a_share(workplace: Workplace) -> None:
    team = await team_job(workplace, 40, assignment="even")
    people = [await team.joins() for _ in range(4)]
    await team.dealt(people)
    before = await team.hands()
    done = [one for one, held in before.items() if held == [people[0].id]][:4]
    await people[0].at(team.job).annotate(done, add=["cat"])
    gone, disabled, promoted, stays = people
    await team.leaves(gone)
    await team.is_disabled(disabled)
    await team.becomes(promoted, "reviewer")
    await team.dealt([stays], besides=done)
    hands = await team.hands()
    assert {tuple(hands[one]) for one in done} == {(gone.id,)}, "what was labeled stays whose it was"
    kept = [one for one, held in before.items() if held == [stays.id]]
    assert all(hands[one] == [stays.id] for one in kept)
    joined = await team.joins()
    counts = await team.dealt([stays, joined], besides=done)
    assert counts == Counter({stays.id: 18, joined.id: 18})


async def test_each_item_goes_to_as_many_as_the_job_wants(workplace: Workplace) -> None:
    team = await team_job(workplace, 20, assignment="even", overlap=3)
    one, other = await team.joins(), await team.joins()
    await team.dealt([one, other], each=2)
    third, fourth = await team.joins(), await team.joins()
    await team.dealt([one, other, third, fourth], each=3)
    assert {item["assignee"] for item in await team.job.desk.items()} == {None}


async def test_new_settings_deal_open_items_anew(workplace: Workplace) -> None:
    team = await team_job(workplace, 12, assignment="none")
    people = [await team.joins() for _ in range(3)]
    assert len(await people[0].at(team.job).ids()) == 12, "everybody has all"
    assert await team.job.desk.ids(assignee="none") == team.job.ids
    await team.changes(assignment="even")
    await team.dealt(people)
    await team.changes(overlap=2)
    await team.dealt(people, each=2)
    await team.changes(overlap=1)
    await team.dealt(people)
    await team.changes(assignment="queue")
    await team.dealt([], each=0)


async def test_a_round_that_was_killed_goes_on_where_it_stopped(
    workplace: Workplace, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = await team_job(workplace, 60, assignment="even")
    pieces: list[str] = []
    dying = asyncio.Event()
    go_on = Dealer._go_on

    async def dies_in_the_middle(dealer: Dealer, job_id: str, dealing: object) -> None:
        await go_on(dealer, job_id, dealing)  # type: ignore[arg-type]
        if job_id == team.job.id:
            pieces.append(job_id)
            if len(pieces) == 2 and not dying.is_set():
                dying.set()
                raise RuntimeError("killed")

    monkeypatch.setattr(Lanes, "piece", lambda _lanes, _job_id: 7)
    monkeypatch.setattr(Dealer, "_go_on", dies_in_the_middle)
    people = [await team.joins(), await team.joins()]
    await eventually(_is_set(dying))
    await team.dealt(people)

    async def settled() -> None:
        head = await service.database["jobs"].find_one({"_id": team.job.id})
        assert head is not None
        assert head["dealing"]["round"] is None
        loads = {one: share.get("total", 0) - share.get("labeled", 0) for one, share in head["shares"].items()}
        assert {one: load for one, load in loads.items() if load} == dict.fromkeys((one.id for one in people), 30)

    await eventually(settled)


def _is_set(event: asyncio.Event):  # type: ignore[no-untyped-def]  # a condition for eventually
    async def check() -> None:
        assert event.is_set()

    return check


async def test_dealing_beside_labeling_loses_nothing(workplace: Workplace) -> None:
    """People label while others come and go; at the end everything open is dealt, and nothing twice."""
    team = await team_job(workplace, 90, assignment="even")
    people = [await team.joins() for _ in range(3)]
    await team.dealt(people)

    async def labels(person: int) -> list[str]:
        desk = people[person].at(team.job)
        mine = (await desk.ids(status="unlabeled"))[:12]
        return [one for one in mine if not (await desk.annotate([one], add=["cat"]))["missing"]]

    joining = asyncio.create_task(team.joins())
    done = await asyncio.gather(*(labels(person) for person in range(3)))
    joined = await joining
    finished = [one for some in done for one in some]
    assert len(finished) >= 12
    present = {person.id for person in (*people, joined)}

    async def all_dealt() -> None:
        hands = {one: held for one, held in (await team.hands()).items() if one not in finished}
        assert all(len(held) == 1 and held[0] in present for held in hands.values())
        assert await joined.at(team.job).ids()

    await eventually(all_dealt)
    for person in people:
        stats = await person.at(team.job).stats()
        assert stats["total"] == len(await person.at(team.job).ids())
        assert stats["labeled"] == len(await person.at(team.job).ids(status="labeled"))


async def test_what_a_review_sent_back_goes_on_to_others_when_its_labeler_leaves(workplace: Workplace) -> None:
    team = await team_job(workplace, 9, assignment="even")
    gone, *stay = people = [await team.joins() for _ in range(3)]
    await team.dealt(people)
    done = await gone.at(team.job).ids()
    await gone.at(team.job).annotate(done, add=["cat"])
    await team.job.desk.post("items:review", {"sample_ids": done[:2], "decision": "reject", "reason": "blurred"})
    await team.leaves(gone)

    async def dealt() -> None:
        hands = await team.hands()
        assert sorted(hands[one] for one in done[:2]) == sorted([person.id] for person in stay)
        assert hands[done[2]] == [gone.id]

    await eventually(dealt)
    for person in stay:
        desk = person.at(team.job)
        (mine,) = await desk.items(review="rejected")
        assert (mine["review"]["reason"], mine["assignee"]) == ("blurred", person.id)
        assert (await desk.annotate([mine["sample_id"]], set=["dog"]))["changed"] == 1
    later = await team.job.desk.post("items:review", {"sample_ids": done[2:], "decision": "reject"})
    assert (later["changed"], (await team.hands())[done[2]]) in [(1, [person.id]) for person in stay]


async def test_a_queue_offers_first_what_came_back_and_tests_who_joins(workplace: Workplace, service: Service) -> None:
    team = await team_job(workplace, 6, assignment="queue")
    gone, stays = await team.joins(), await team.joins()
    known = [{"sample_id": team.job.ids[5], "labels": ["cat"]}]
    assert (await team.job.desk.call("PUT", "known-answers", json=known)).status_code == 200

    async def both_are_known() -> None:
        head = await service.database["jobs"].find_one({"_id": team.job.id})
        assert head is not None
        assert {gone.id, stays.id} <= set((head.get("dealing") or {}).get("people", ()))

    await eventually(both_are_known)
    desk = gone.at(team.job)
    taken = [one["sample_id"] for one in (await desk.post("items:next", {"limit": 3}))["items"]]
    await desk.annotate(taken, add=["cat"])
    done = next(one for one in taken if one != team.job.ids[5])
    await team.job.desk.post("items:review", {"sample_ids": [done], "decision": "reject", "reason": "blurred"})
    desk = stays.at(team.job)
    assert done not in [one["sample_id"] for one in (await desk.post("items:next", {"limit": 1}))["items"]]
    await team.leaves(gone)

    async def nobodys() -> None:
        assert (await team.hands())[done] == []

    await eventually(nobodys)
    again = await desk.post("items:next", {"limit": 3})
    assert done in [one["sample_id"] for one in again["items"]]
    first = (await desk.post("items:next", {"limit": 1}))["items"][0]
    assert (first["sample_id"], first["review"]["reason"]) == (done, "blurred")
    joined = await team.joins()

    async def tested() -> None:
        offered = await joined.at(team.job).post("items:next", {"limit": 10})
        assert team.job.ids[5] in [one["sample_id"] for one in offered["items"]]

    await eventually(tested)
