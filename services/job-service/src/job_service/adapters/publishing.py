"""Domain events as messages: the one place where job-service's events get their published form."""

from collections.abc import Iterable
from typing import Any

from job_service.domain import events
from job_service.domain.annotators import Annotator
from job_service.domain.job import Job
from labelstream_common.messaging import Message
from labelstream_contracts import events as published
from labelstream_contracts.events import Actor, JobAnnotator, JobLabel, JobPayload, JobTeam
from labelstream_contracts.label_sets import LabelSpec

_TYPES: dict[type[events.JobEvent], type[JobPayload]] = {
    events.JobCreated: published.JobCreated,
    events.JobUpdated: published.JobUpdated,
    events.JobReady: published.JobReady,
    events.JobSynchronized: published.JobSynchronized,
    events.JobCompleted: published.JobCompleted,
    events.JobReopened: published.JobReopened,
    events.JobArchived: published.JobArchived,
    events.JobDeleted: published.JobDeleted,
}


def encode(event: object) -> Message:
    """The message of a job event: the job as it stands after it."""
    if not isinstance(event, events.JobEvent):
        raise TypeError(f"not a job event: {event!r}")
    payload = _TYPES[type(event)](
        **_state(event.job),
        **_details(event),
        actor=Actor(kind=event.by.kind, id=event.by.id),
        at=event.job.updated_at,
    )
    return Message(
        topic=payload.topic.name,
        type=payload.event_type,
        key=payload.key(),
        subject=payload.subject(),
        version=payload.sequence(),
        value=payload.to_json(),
    )


def _state(job: Job) -> dict[str, Any]:
    return {
        "job_id": job.id,
        "dataset_id": job.dataset_id,
        "name": job.name,
        "description": job.description,
        "type": job.type.value,
        "state": job.state.value,
        "labels": _labels(job.labels),
        "owner_id": job.owner_id,
        "is_team": job.team is not None,
        "team_id": job.team.team_id if job.team else None,
        "labelers_may_create_labels": job.settings.labels_may_be_created,
        "team": JobTeam(**job.settings.document()) if job.team else None,
        "created_at": job.created_at,
        "updated_at": job.updated_at,
        "version": job.version,
    }


def _details(event: events.JobEvent) -> dict[str, Any]:
    match event:
        case events.JobCreated():
            return {"annotators": _annotators(event.annotators), "label_count": event.label_count}
        case events.JobUpdated():
            return {"annotators": _annotators(event.annotators), "further_labels": _labels(event.further_labels)}
        case events.JobSynchronized(synchronization=found):
            return {
                "operation_id": found.operation_id,
                "added": found.added,
                "updated": found.updated,
                "removed": found.removed,
                "unchanged": found.unchanged,
            }
        case _:
            return {}


def _labels(labels: Iterable[LabelSpec]) -> tuple[JobLabel, ...]:
    return tuple(JobLabel(name=label.name, color=label.color, shortcut=label.shortcut) for label in labels)


def _annotators(annotators: Iterable[Annotator]) -> tuple[JobAnnotator, ...]:
    return tuple(map(_annotator, annotators))


def _annotator(annotator: Annotator) -> JobAnnotator:
    role = annotator.role.value if annotator.role else None
    return JobAnnotator(member_id=annotator.member_id, email=annotator.email, role=role)
