"""Job events become what this service keeps of a job, and the annotators that were named with it."""

from collections.abc import Sequence

from labelstream_common.messaging import Follower, Received, one_by_one
from labelstream_common.mongo import Session
from labelstream_contracts import JobAnnotator, JobCreated, JobDeleted, JobPayload, JobUpdated, topics
from team_service.application.following import FollowJob, follow_job
from team_service.application.named_annotators import NamedAddress, NamedMember
from team_service.application.ports import Ports
from team_service.domain.accounts import AccountId
from team_service.domain.jobs import Job
from team_service.domain.members import MemberId, MemberRole

# An event may name a thousand annotators; by itself it costs about as much as ten of them.
_ANNOTATORS_OF_A_TRANSACTION = 1_000
_EVENT_ITSELF = 10


def job_follower(ports: Ports) -> Follower:
    async def apply(events: Sequence[Received], session: Session) -> None:
        async with ports.unit_of_work.within(session) as work:
            for event in one_by_one(events):
                if isinstance(event.payload, JobPayload):
                    await follow_job(_command(event.payload), ports=ports, work=work)

    return Follower(
        "job-follower",
        (topics.JOB.name,),
        apply,
        wants=(JobPayload,),
        weigh=_weight,
        most=_ANNOTATORS_OF_A_TRANSACTION,
    )


def _weight(event: Received) -> int:
    named = event.payload.annotators if isinstance(event.payload, JobCreated | JobUpdated) else ()
    return _EVENT_ITSELF + len(named)


def _command(payload: JobPayload) -> FollowJob:
    by = AccountId(payload.actor.id) if payload.actor.kind == "person" else None
    annotators = payload.annotators if isinstance(payload, JobCreated | JobUpdated) else ()
    return FollowJob(_job(payload), by, [_named(annotator) for annotator in annotators])


def _named(annotator: JobAnnotator) -> NamedMember | NamedAddress:
    role = None if annotator.role is None else MemberRole(annotator.role)
    if annotator.member_id is not None:
        return NamedMember(MemberId(annotator.member_id), role)
    return NamedAddress(annotator.email or "", role or MemberRole.LABELER)


def _job(payload: JobPayload) -> Job:
    return Job(
        id=payload.job_id,
        name=payload.name,
        owner_id=payload.owner_id,
        version=payload.version,
        team_id=payload.team_id,
        deleted=isinstance(payload, JobDeleted),
    )
