"""Lanes: who commits with whom, and who waits for whom."""

import asyncio
import time
from collections.abc import Sequence

import pytest

from label_service.application.lanes import ITEMS_BESIDE_PEOPLE, MAX_ITEMS_OF_COMMIT, Lanes
from label_service.application.ports import CommandTooLarge, Following, Submission, nothing_follows
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import Annotate, Outcome
from label_service.domain.errors import JobNotFound
from label_service.domain.working_copy import Origin
from labelstream_common.clock import SystemClock
from labelstream_common.courtesy import Courtesy
from labelstream_common.messaging import Context, current_context


class GatedCommitter:
    """Remembers the groups, and lets each commit end when it is told to."""

    def __init__(self) -> None:
        self.groups: list[tuple[str, list[str]]] = []
        self.following: Following = nothing_follows
        self.gate = asyncio.Semaphore(0)
        self.running = 0
        self.refused: set[str] = set()
        self.too_large: set[str] = set()
        self.contexts: list[tuple[Context, list[Context]]] = []
        self.broken: Exception | None = None

    async def commit(
        self, job_id: str, group: Sequence[Submission], following: Following = nothing_follows
    ) -> list[Outcome | Exception]:
        names = names_of(group)
        self.following = following
        self.groups.append((job_id, names))
        self.contexts.append((current_context.get(), [submission.context for submission in group]))
        self.running += 1
        await self.gate.acquire()
        self.running -= 1
        if self.broken:
            raise self.broken
        if self.too_large.intersection(names):
            return [CommandTooLarge(60)]
        return [JobNotFound(job_id) if name in self.refused else Outcome(name) for name in names]


def names_of(group: Sequence[Submission]) -> list[str]:
    return [submission.command.origin.change_id for submission in group]


def command(name: str, size: int = 1) -> Annotate:
    origin = Origin(name, Actor(ActorKind.PERSON, "alice"), Cause.ANNOTATE, SystemClock().now())
    return Annotate(origin, [f"{name}-{number}" for number in range(size)], add=["cat"])


@pytest.fixture
def committer() -> GatedCommitter:
    return GatedCommitter()


@pytest.fixture
def lanes(committer: GatedCommitter) -> Lanes:
    return Lanes(committer, Courtesy())


def submit(lanes: Lanes, name: str, job: str = "job", size: int = 1, *, bulk: bool = False) -> "asyncio.Task[Outcome]":
    return asyncio.create_task(lanes.submit(job, command(name, size), bulk=bulk))


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def finish(committer: GatedCommitter, lanes: Lanes) -> None:
    for _ in range(1000):
        committer.gate.release()
    await lanes.drained()


async def test_what_queues_while_one_commits_goes_together_in_order(lanes: Lanes, committer: GatedCommitter) -> None:
    first = submit(lanes, "a")
    await settle()
    rest = [submit(lanes, name) for name in "bcd"]
    await settle()
    assert committer.groups == [("job", ["a"])]
    await finish(committer, lanes)
    assert committer.groups[1:] == [("job", ["b", "c", "d"])]
    assert [outcome.change_id for outcome in await asyncio.gather(first, *rest)] == ["a", "b", "c", "d"]


async def test_a_group_holds_at_most_1_000_items(lanes: Lanes, committer: GatedCommitter) -> None:
    sizes = {"a": 1, "b": 400, "c": 600, "d": 1, "e": 1000, "f": 1}
    work = [submit(lanes, "a")]
    await settle()
    work += [submit(lanes, name, size=sizes[name]) for name in "bcdef"]
    await settle()
    await finish(committer, lanes)
    await asyncio.gather(*work)
    assert [names for _, names in committer.groups] == [["a"], ["b", "c"], ["d"], ["e"], ["f"]]


async def test_a_batch_that_cannot_grow_is_known_before_its_turn(lanes: Lanes, committer: GatedCommitter) -> None:
    sizes = {"a": 1, "b": 400, "c": 600, "d": 700, "e": 301}
    work = [submit(lanes, "a")]
    for name, known in {"b": [], "c": ["b", "c"], "d": ["b", "c"], "e": ["b", "c"]}.items():
        await settle()
        work.append(submit(lanes, name, size=sizes[name]))
        await settle()
        assert names_of(committer.following()) == known, f"after {name}"
    committer.gate.release()
    await settle()
    assert committer.groups[-1] == ("job", ["b", "c"])
    assert names_of(committer.following()) == ["d"], "e does not fit"
    await finish(committer, lanes)
    await asyncio.gather(*work)


async def test_bulk_work_is_known_before_its_turn_unless_people_wait(lanes: Lanes, committer: GatedCommitter) -> None:
    work = [submit(lanes, "a", bulk=True), submit(lanes, "b", bulk=True)]
    await settle()
    assert names_of(committer.following()) == ["b"]
    work.append(submit(lanes, "person"))
    await settle()
    assert names_of(committer.following()) == []
    await finish(committer, lanes)
    await asyncio.gather(*work)
    assert [names for _, names in committer.groups] == [["a"], ["person"], ["b"]]


async def test_a_refusal_is_its_senders_alone(lanes: Lanes, committer: GatedCommitter) -> None:
    committer.refused = {"b"}
    blocker = submit(lanes, "x")
    await settle()
    work = [submit(lanes, name) for name in "abc"]
    await settle()
    await finish(committer, lanes)
    await blocker
    outcomes = await asyncio.gather(*work, return_exceptions=True)
    assert [isinstance(outcome, JobNotFound) for outcome in outcomes] == [False, True, False]


async def test_what_breaks_a_commit_hits_its_group_and_not_the_next(lanes: Lanes, committer: GatedCommitter) -> None:
    committer.broken = OSError("away")
    first = submit(lanes, "a")
    await settle()
    committer.gate.release()
    with pytest.raises(OSError, match="away"):
        await first
    committer.broken = None
    second = submit(lanes, "b")
    await finish(committer, lanes)
    assert (await second).change_id == "b"


async def test_a_person_waits_behind_at_most_one_batch(lanes: Lanes, committer: GatedCommitter) -> None:
    bulk = [submit(lanes, f"bulk-{number}", size=1000, bulk=True) for number in range(3)]
    await settle()
    person = submit(lanes, "person")
    await settle()
    assert [names for _, names in committer.groups] == [["bulk-0"]]
    committer.gate.release()
    await settle()
    assert [names for _, names in committer.groups] == [["bulk-0"], ["person"]]
    await finish(committer, lanes)
    await asyncio.gather(person, *bulk)
    assert len(committer.groups) == 4


async def test_neither_people_nor_bulk_work_starve_where_both_always_wait() -> None:
    class Slow(GatedCommitter):
        async def commit(
            self, job_id: str, group: Sequence[Submission], following: Following = nothing_follows
        ) -> list[Outcome | Exception]:
            self.gate.release()
            await asyncio.sleep(0.005)
            return await super().commit(job_id, group, following)

    committer = Slow()
    lanes = Lanes(committer, Courtesy())

    async def again_and_again(name: str) -> None:
        while len(committer.groups) < 60:
            await lanes.submit("job", command(name), bulk=name == "bulk")

    work = []
    for name in ("alice", "bob", "bulk"):  # each comes while another commits, so that somebody waits after every commit
        work.append(asyncio.create_task(again_and_again(name)))
        await asyncio.sleep(0.002)
    await asyncio.wait_for(asyncio.gather(*work), 30)
    turns = sum(names == ["bulk"] for _, names in committer.groups)
    assert 12 <= turns <= 35, "each has about every second to fourth commit"


async def test_bulk_work_comes_in_small_pieces_while_people_are_there(
    lanes: Lanes, committer: GatedCommitter, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = [submit(lanes, "bulk", bulk=True), submit(lanes, "person", job="other")]
    await settle()
    assert lanes.piece("job") == MAX_ITEMS_OF_COMMIT
    assert lanes.piece("other") == ITEMS_BESIDE_PEOPLE
    later = time.monotonic() + 10
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert lanes.piece("other") == MAX_ITEMS_OF_COMMIT
    await finish(committer, lanes)
    await asyncio.gather(*work)


async def test_bulk_work_comes_in_small_pieces_while_others_are_there(
    committer: GatedCommitter,
) -> None:
    present = Courtesy()
    lanes = Lanes(committer, present)
    present.came("alice")
    assert lanes.piece("job") == MAX_ITEMS_OF_COMMIT
    present.came("bob")
    assert lanes.piece("job") == ITEMS_BESIDE_PEOPLE


async def test_what_people_label_is_told_so_that_requested_work_pauses_for_it(committer: GatedCommitter) -> None:
    present = Courtesy()
    lanes = Lanes(committer, present)
    work = [submit(lanes, "bulk", bulk=True)]
    await settle()
    assert present.pause_beside_others(0.1) == 0
    work.append(submit(lanes, "person"))
    await settle()
    assert present.pause_beside_others(0.1) > 0
    await finish(committer, lanes)
    await asyncio.gather(*work)


async def test_bulk_work_is_not_starved_by_people(lanes: Lanes, committer: GatedCommitter) -> None:
    work = [submit(lanes, "a")]
    await settle()
    work.append(submit(lanes, "bulk", bulk=True))
    work += [submit(lanes, f"p{number}", size=1000) for number in range(6)]
    await settle()
    await finish(committer, lanes)
    await asyncio.gather(*work)
    order = [names[0] for _, names in committer.groups]
    assert order.index("bulk") <= 3


async def test_one_jobs_flood_leaves_room_for_anothers_labeler(lanes: Lanes, committer: GatedCommitter) -> None:
    flood = [submit(lanes, f"{job}-{number}", job, 1000) for job in "abcde" for number in range(4)]
    await settle()
    assert committer.running == 3
    other = submit(lanes, "other", "quiet")
    await settle()
    for _ in range(6):
        committer.gate.release()
        await settle()
    assert ("quiet", ["other"]) in committer.groups
    await finish(committer, lanes)
    await asyncio.gather(other, *flood)


async def test_a_caller_that_goes_away_takes_nothing_back(lanes: Lanes, committer: GatedCommitter) -> None:
    asking = submit(lanes, "a")
    await settle()
    asking.cancel()
    await settle()
    await finish(committer, lanes)
    assert committer.groups == [("job", ["a"])]
    again = submit(lanes, "b")
    await finish(committer, lanes)
    assert (await again).change_id == "b"


async def test_a_group_grows_until_its_turn_has_come(lanes: Lanes, committer: GatedCommitter) -> None:
    work = [submit(lanes, job, job) for job in ("one", "two", "three")]
    await settle()
    assert committer.running == 3
    work.append(submit(lanes, "a"))
    await settle()
    work += [submit(lanes, name) for name in "bc"]
    await settle()
    await finish(committer, lanes)
    await asyncio.gather(*work)
    assert committer.groups[3:] == [("job", ["a", "b", "c"])]


async def test_people_do_not_wait_for_bulk_work_of_other_jobs(lanes: Lanes, committer: GatedCommitter) -> None:
    bulk = [submit(lanes, job, job, 1000, bulk=True) for job in "abcd"]
    await settle()
    assert committer.running == 2
    person = submit(lanes, "person", "e")
    await settle()
    assert committer.groups[-1] == ("e", ["person"])
    late = submit(lanes, "late", "d")
    await settle()
    assert committer.running == 3
    committer.gate.release()
    await settle()
    assert committer.groups[3] == ("d", ["late"]), "it comes before its job's bulk work, which still waits"
    await finish(committer, lanes)
    await asyncio.gather(person, late, *bulk)


async def test_a_piece_that_was_too_large_comes_again_smaller(lanes: Lanes, committer: GatedCommitter) -> None:
    committer.too_large = {"large"}
    piece = asyncio.create_task(lanes.submit_piece("job", command("large", 1000)))
    await settle()
    committer.gate.release()
    assert not await piece
    assert lanes.piece("job") == 60
    assert lanes.piece("other") == MAX_ITEMS_OF_COMMIT


async def test_work_of_a_lane_belongs_to_no_request(lanes: Lanes, committer: GatedCommitter) -> None:
    async def asked_by(name: str) -> Outcome:
        current_context.set(Context(name))
        return await lanes.submit("job", command(name))

    work = [asyncio.create_task(asked_by("first")), asyncio.create_task(asked_by("second"))]
    await settle()
    assert committer.contexts == [(Context(), [Context("first"), Context("second")])]
    await finish(committer, lanes)
    await asyncio.gather(*work)
