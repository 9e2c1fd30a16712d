"""What label-service follows. Each event becomes a command, in the transaction of its offset."""

from collections.abc import Callable, Iterable, Sequence

from label_service.application.job_events import FollowJob, JobPolicy
from label_service.application.labels import NewLabel
from label_service.domain.actors import Actor, ActorKind
from labelstream_common.messaging import Follower, Received, one_by_one
from labelstream_common.messaging.received import Apply
from labelstream_common.mongo import Session
from labelstream_contracts import topics
from labelstream_contracts.events import DatasetPayload, JobCreated, JobDeleted, JobLabel, JobPayload, JobUpdated

# A transaction ends within seconds. An event may bring thousands of labels; by itself it costs about as much as ten.
LABELS_OF_A_TRANSACTION = 1_000
_EVENT_ITSELF = 10


def followers(*, jobs: JobPolicy, samples: Apply, datasets: Apply, rouse: Callable[[], None]) -> tuple[Follower, ...]:
    """`rouse` is called when something was applied that items follow; it is about to commit."""
    return (
        Follower(
            "job-follower",
            (topics.JOB.name,),
            _rousing(following_jobs(jobs), rouse),
            wants=(JobPayload,),
            weigh=_weight,
            most=LABELS_OF_A_TRANSACTION,
        ),
        Follower("sample-follower", (topics.SAMPLE.name,), _rousing(samples, rouse)),
        Follower("dataset-follower", (topics.DATASET.name,), datasets, wants=(DatasetPayload,)),
    )


def _weight(event: Received) -> int:
    job = event.payload
    labels = len(job.labels) if isinstance(job, JobPayload) else 0
    further = len(job.further_labels) if isinstance(job, JobUpdated) else 0
    return _EVENT_ITSELF + labels + further


def _rousing(apply: Apply, rouse: Callable[[], None]) -> Apply:
    async def rousing(events: Sequence[Received], session: Session) -> None:
        await apply(events, session)
        rouse()

    return rousing


def following_jobs(policy: JobPolicy) -> Apply:
    async def apply(events: Sequence[Received], session: Session) -> None:
        for event in one_by_one(events):
            if isinstance(event.payload, JobPayload):
                await policy.follow(_command_of(event.payload), session)

    return apply


def _command_of(job: JobPayload) -> FollowJob:
    return FollowJob(
        job_id=job.job_id,
        dataset_id=job.dataset_id,
        name=job.name,
        version=job.version,
        state=job.state,
        owner_id=job.owner_id,
        is_team=job.is_team,
        team=job.team_settings,
        deleted=isinstance(job, JobDeleted),
        actor=Actor(ActorKind(job.actor.kind), job.actor.id),
        labels=_labels(job.labels),
        further_labels=_labels(job.further_labels) if isinstance(job, JobUpdated) else (),
        label_count=job.label_count if isinstance(job, JobCreated) else None,
    )


def _labels(labels: Iterable[JobLabel]) -> list[NewLabel]:
    return [NewLabel(label.name, label.color, label.shortcut) for label in labels]
