"""Published events read as job-service's own values."""

from collections.abc import Sequence

from job_service.domain.dataset import Dataset
from job_service.domain.events import Synchronization
from job_service.domain.job import AccountId, DatasetId
from job_service.domain.people import PersonFact, TeamFact, TeamMemberFact
from job_service.domain.progress import Actor, Contribution, LabelFact, ProgressRecord, ShareFact, Totals, WorkDone
from labelstream_contracts.events import (
    AccountPayload,
    DatasetDeleted,
    DatasetPayload,
    DatasetSynchronized,
    LabelCreated,
    LabelDeleted,
    LabelMerged,
    LabelPayload,
    LabelRenamed,
    MemberPayload,
    MemberRemoved,
    Payload,
    ProgressChanged,
    ProgressShared,
    TeamDeleted,
    TeamPayload,
)


def record_of(payload: ProgressChanged) -> ProgressRecord:
    return ProgressRecord(
        seq=payload.seq,
        totals=Totals(**payload.totals.model_dump()),
        labels=payload.labels,
        contributions=tuple(
            Contribution(Actor(by.actor.kind, by.actor.id), by.day, WorkDone(by.added, by.removed, by.reviewed))
            for by in payload.by
        ),
    )


def share_facts_of(payload: ProgressShared) -> Sequence[ShareFact]:
    return [
        ShareFact(payload.job_id, account_id, payload.commit, Totals(**totals.model_dump()))
        for account_id, totals in payload.shares.items()
    ]


def dataset_of(payload: DatasetPayload) -> Dataset:
    return Dataset(
        id=DatasetId(payload.dataset_id),
        name=payload.name,
        labeling_description=payload.labeling_description,
        created_by=AccountId(payload.created_by),
        version=payload.version,
        deleted=isinstance(payload, DatasetDeleted),
    )


def synchronization_of(payload: DatasetSynchronized) -> Synchronization:
    return Synchronization(
        operation_id=payload.operation_id,
        added=payload.added,
        updated=payload.updated,
        removed=payload.removed,
        unchanged=payload.unchanged,
    )


def person_fact_of(payload: AccountPayload) -> PersonFact:
    return PersonFact(payload.account_id, payload.name, payload.version)


def team_fact_of(payload: TeamPayload) -> TeamFact:
    return TeamFact(payload.team_id, payload.created_by, payload.version, isinstance(payload, TeamDeleted))


def team_member_fact_of(payload: Payload | None) -> TeamMemberFact | None:
    """None for what is no member of a team."""
    match payload:
        case MemberPayload(scope="team", team_id=str(team_id)):
            active = payload.state != "removed" and not isinstance(payload, MemberRemoved)
            return TeamMemberFact(payload.member_id, team_id, payload.account_id, payload.version, active)
        case _:
            return None


LABEL_FACTS = (LabelCreated, LabelRenamed, LabelDeleted, LabelMerged)
"""The events that say something about names."""


def label_facts_of(payload: LabelPayload) -> Sequence[LabelFact]:
    """What an event says about names. A purge says nothing new: the label was deleted before."""
    match payload:
        case LabelCreated() | LabelRenamed():
            return [LabelFact(payload.job_id, payload.label.label_id, payload.seq, payload.label.name)]
        case LabelDeleted():
            return [LabelFact(payload.job_id, payload.label.label_id, payload.seq, None)]
        case LabelMerged():
            return [LabelFact(payload.job_id, gone.label_id, payload.seq, None) for gone in payload.from_]
        case _:
            return []
