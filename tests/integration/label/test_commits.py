"""Commits of several processes and of large groups: planned on what is known, and right where that no longer holds."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pytest
from tests.integration.label.workplace import Job, Workplace

from label_service.adapters.commit_reads import CommitReads
from label_service.adapters.committer import MongoCommitter
from label_service.application.commit_plan import MAX_BYTES_OF_COMMIT, FoundItems
from label_service.application.committing import GroupCommitter
from label_service.application.ports import Submission
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import Annotate, Outcome
from label_service.domain.working_copy import Origin
from labelstream_common.clock import SystemClock
from labelstream_common.ids import new_id
from labelstream_common.messaging import RequestRepeated, RequestScope, StoredAnswer
from labelstream_common.mongo import Session
from labelstream_common.runtime import Service


@pytest.fixture
def committers(service: Service) -> list[GroupCommitter]:
    """As two processes have them."""
    return [GroupCommitter(MongoCommitter(service.client, service.database, SystemClock())) for _ in range(2)]


def giving(job: Job, sample_ids: Sequence[str], labels: Sequence[str], key: str | None = None) -> Submission:
    origin = Origin(new_id(), Actor(ActorKind.PERSON, job.owner.id), Cause.ANNOTATE, SystemClock().now())
    command = Annotate(origin, sample_ids, choice=labels, label_ids={name: new_id() for name in labels})
    scope = RequestScope(key, "hash", lambda _: StoredAnswer(200, b"{}")) if key else None
    return Submission(command, scope=scope)


async def numbers(job: Job) -> list[int]:
    return [entry["seq"] for entry in await job.desk.feed()]


async def test_processes_that_take_turns_see_what_the_other_did(
    workplace: Workplace, committers: list[GroupCommitter]
) -> None:
    job = await workplace.job(3)
    for turn in range(6):
        (outcome,) = await committers[turn // 2 % 2].commit(job.id, [giving(job, job.ids, [f"l{turn}"])])
        assert isinstance(outcome, Outcome)
        assert outcome.changed == 3
    items = await job.desk.items()
    assert {(item["version"], *(label["name"] for label in item["labels"])) for item in items} == {(6, "l5")}
    assert {name: label["count"] for name, label in (await job.desk.labels()).items() if label["count"]} == {"l5": 3}
    found = await numbers(job)
    assert found == list(range(1, len(found) + 1))


async def test_a_repeat_in_a_group_takes_nothing_down_with_it(
    workplace: Workplace, committers: list[GroupCommitter]
) -> None:
    job = await workplace.job(2)
    one, other = job.ids
    (first,) = await committers[0].commit(job.id, [giving(job, [one], ["a"], key=job.id)])
    assert isinstance(first, Outcome)
    group = [giving(job, [one], ["b"], key=job.id), giving(job, [other], ["c"], key=new_id())]
    repeat, fresh = await committers[0].commit(job.id, group)
    assert isinstance(repeat, RequestRepeated)
    assert isinstance(fresh, Outcome)
    labels = {item["sample_id"]: [label["name"] for label in item["labels"]] for item in await job.desk.items()}
    assert labels == {one: ["a"], other: ["c"]}


async def test_a_group_with_too_many_events_goes_in_several_commits(
    workplace: Workplace, service: Service, committers: list[GroupCommitter]
) -> None:
    job = await workplace.job(16)
    names = [f"{number:03}-{'x' * 1000}" for number in range(60)]
    outcomes = await committers[0].commit(job.id, [giving(job, [sample_id], names) for sample_id in job.ids])
    assert [outcome.changed for outcome in outcomes if isinstance(outcome, Outcome)] == [1] * 16
    records = await service.database["changes"].find({"stream": job.id}, {"size": 1}).to_list(None)
    total = sum(record["size"] for record in records)
    assert total > MAX_BYTES_OF_COMMIT, "else nothing had to be cut"
    assert max(record["size"] for record in records) < 1.1 * MAX_BYTES_OF_COMMIT
    found = await numbers(job)
    assert found == list(range(1, len(found) + 1))


async def test_a_group_is_planned_while_the_one_before_it_commits(
    workplace: Workplace, committers: list[GroupCommitter], monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []
    items = CommitReads.items

    async def counted(self: CommitReads, job_id: str, group: Sequence[Submission], *session: Session) -> FoundItems:
        reads.append(len(group))
        return await items(self, job_id, group, *session)

    job = await workplace.job(4)
    monkeypatch.setattr(CommitReads, "items", counted)
    committer = committers[0]
    await committer.commit(job.id, [giving(job, job.ids[:1], ["first"])])
    groups = [[giving(job, [sample_id], ["new"])] for sample_id in job.ids[1:]]
    created = []
    for group, following in zip(groups, [*groups[1:], []], strict=True):
        (outcome,) = await committer.commit(job.id, group, partial(list, following))
        assert isinstance(outcome, Outcome)
        assert outcome.changed == 1
        created.append(len(outcome.created_labels))
    assert created == [1, 0, 0], "a label that the commit before makes is known"
    assert len(reads) == 1 + len(groups), "what was read ahead is not read again"
    assert sorted(item["version"] for item in await job.desk.items()) == [1, 1, 1, 1]
    found = await numbers(job)
    assert found == list(range(1, len(found) + 1))


async def refuse(session: Session, outcome: Outcome) -> None:
    raise OSError("what belongs to it cannot be stored")


@pytest.mark.parametrize("between", ["the same items", "another process", "a commit that failed", "another group"])
async def test_what_was_planned_ahead_is_dropped_when_it_is_not_so(
    between: str, workplace: Workplace, committers: list[GroupCommitter]
) -> None:
    job = await workplace.job(3)
    ours, theirs = committers
    a, b, c = job.ids
    await ours.commit(job.id, [giving(job, [c], ["start"])])
    ahead = [giving(job, [a if between == "the same items" else b], ["later"])]
    before = giving(job, [a], ["sooner"])
    if between == "a commit that failed":
        before = replace(before, alongside=refuse)
    (outcome,) = await ours.commit(job.id, [before], partial(list, ahead))
    assert isinstance(outcome, OSError) == (between == "a commit that failed")
    if between == "another process":
        await theirs.commit(job.id, [giving(job, [b], ["theirs"])])
    if between == "another group":
        await ours.commit(job.id, [giving(job, [b], ["ours"])])
    (outcome,) = await ours.commit(job.id, ahead)
    assert isinstance(outcome, Outcome)
    assert outcome.changed == 1
    found = {
        item["sample_id"]: (item["version"], item["labels"][0]["name"])
        for item in await job.desk.items(status="labeled")
    }
    assert found == {
        c: (1, "start"),
        **{
            "the same items": {a: (2, "later")},
            "another process": {a: (1, "sooner"), b: (2, "later")},
            "a commit that failed": {b: (1, "later")},
            "another group": {a: (1, "sooner"), b: (2, "later")},
        }[between],
    }
    seen = await numbers(job)
    assert seen == list(range(1, len(seen) + 1))
