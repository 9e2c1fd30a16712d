"""The labels that a job starts with: all of them, however many, and nothing left out in silence."""

from collections.abc import Sequence

import pytest
from tests.integration.label.workplace import NOW, Workplace, job_event
from tests.support.waiting import eventually

from label_service.adapters.committer import MongoCommitter
from label_service.adapters.job_projection import MongoFollowedJobs
from label_service.application.committing import GroupCommitter
from label_service.application.job_events import FollowJob, JobPolicy, PolicyRefused
from label_service.application.labels import NewLabel
from label_service.domain.actors import Actor, ActorKind
from labelstream_common.clock import SystemClock
from labelstream_common.ids import new_id
from labelstream_common.messaging.records import CHANGES
from labelstream_common.mongo import in_transaction
from labelstream_common.operations import Operations
from labelstream_common.runtime import Service
from labelstream_contracts import Actor as PublishedActor
from labelstream_contracts import JobLabel
from labelstream_contracts.team_settings import TeamSettings

_MEGABYTE = 1_000_000


def labels_of(names: Sequence[str]) -> tuple[JobLabel, ...]:
    return tuple(JobLabel(name=name) for name in names)


async def test_thousands_of_long_labels_come_in_the_events_of_a_job(workplace: Workplace, service: Service) -> None:
    ada = workplace.sign_in()
    names = [f"{number:05}-" + "x" * 1018 for number in range(1_600)]
    created = job_event(new_id(), ada.id, labels=labels_of(names[:200]), label_count=len(names))
    more = [
        job_event(
            created.dataset_id,
            ada.id,
            job_id=created.job_id,
            version=version,
            created_at=NOW(),
            labels=created.labels,
            further_labels=labels_of(names[start : start + 200]),
            actor=PublishedActor(kind="person", id=ada.id),
        )
        for version, start in enumerate(range(200, len(names), 200), 2)
    ]
    await workplace.publish(created, *more)

    async def all_there() -> None:
        found: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            answer = await ada.http.get(f"/jobs/{created.job_id}/labels", params={"limit": 1000, **cursor})
            assert answer.status_code == 200
            page = answer.json()
            found += [label["name"] for label in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert found == names

    await eventually(all_there, within=60)
    records = (
        service.database[CHANGES].find({"stream": created.job_id}, {"size": 1, "seq": 1, "last": 1}).sort("seq", 1)
    )
    found = await records.to_list(None)
    assert all(record["size"] <= 1.1 * _MEGABYTE for record in found)
    assert [record["seq"] for record in found] == [1, *(record["last"] + 1 for record in found[:-1])]


async def test_first_label_that_is_refused_stops_the_follower(service: Service) -> None:
    """Were it left out, nobody would ever hear of it."""
    clock = SystemClock()
    policy = JobPolicy(
        MongoFollowedJobs(service.database),
        GroupCommitter(MongoCommitter(service.client, service.database, clock)),
        Operations(service.database, prefix="label"),
        clock,
    )
    job = FollowJob(
        job_id=new_id(),
        dataset_id=new_id(),
        version=1,
        state="preparing",
        name="Job",
        owner_id=new_id(),
        is_team=False,
        team=TeamSettings(),
        deleted=False,
        actor=Actor(ActorKind.PERSON, new_id()),
        labels=[NewLabel("cat"), NewLabel("cat")],
    )
    with pytest.raises(PolicyRefused, match="cat"):
        await in_transaction(service.client, lambda session: policy.follow(job, session))
    assert await service.database["jobs"].find_one({"_id": job.job_id}) is None
