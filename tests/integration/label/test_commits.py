"""Commits of several processes and of large groups: planned on what is known, and right where that no longer holds."""

from collections.abc import Sequence

import pytest
from tests.integration.label.workplace import Job, Workplace

from label_service.adapters.commit_plan import MAX_BYTES_OF_COMMIT
from label_service.adapters.committer import MongoCommitter
from label_service.application.ports import Submission
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import Annotate, Outcome
from label_service.domain.working_copy import Origin
from labelstream_common.clock import SystemClock
from labelstream_common.ids import new_id
from labelstream_common.messaging import RequestRepeated, RequestScope, StoredAnswer
from labelstream_common.runtime import Service


@pytest.fixture
def committers(service: Service) -> list[MongoCommitter]:
    """As two processes have them."""
    return [MongoCommitter(service.client, service.database, SystemClock()) for _ in range(2)]


def giving(job: Job, sample_ids: Sequence[str], labels: Sequence[str], key: str | None = None) -> Submission:
    origin = Origin(new_id(), Actor(ActorKind.PERSON, job.owner.id), Cause.ANNOTATE, SystemClock().now())
    command = Annotate(origin, sample_ids, choice=labels, label_ids={name: new_id() for name in labels})
    scope = RequestScope(key, "hash", lambda _: StoredAnswer(200, b"{}")) if key else None
    return Submission(command, scope=scope)


async def numbers(job: Job) -> list[int]:
    return [entry["seq"] for entry in await job.desk.feed()]


async def test_processes_that_take_turns_see_what_the_other_did(
    workplace: Workplace, committers: list[MongoCommitter]
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
    workplace: Workplace, committers: list[MongoCommitter]
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
    workplace: Workplace, service: Service, committers: list[MongoCommitter]
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
