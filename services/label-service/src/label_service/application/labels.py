"""The label set of a job: create, change; what spans many items is in `operations`."""

from collections.abc import Sequence
from dataclasses import dataclass

from label_service.application.lanes import Lanes
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import ChangeLabel, Command, CreateLabel
from label_service.domain.labels import Label
from label_service.domain.working_copy import Origin
from labelstream_common.clock import Clock
from labelstream_common.ids import new_id
from labelstream_common.messaging import audited
from labelstream_contracts import AuditAction, AuditRecorded, AuditSubject

MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class NewLabel:
    name: str
    color: str | None = None
    shortcut: str | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class LabelChange:
    """What to change; None leaves it. `shortcut` "" takes it away."""

    name: str | None = None
    color: str | None = None
    shortcut: str | None = None
    description: str | None = None
    if_versions: frozenset[int] | None = None


def origin_by(account_id: str, clock: Clock) -> Origin:
    return Origin(new_id(), Actor(ActorKind.PERSON, account_id), Cause.ANNOTATE, clock.now())


def labels_restored(job_id: str, label_ids: Sequence[str]) -> AuditRecorded:
    """The entry of the audit that a deletion or a merge was taken back."""
    detail = {"restored": list(label_ids[:MOST_TOLD]), "count": len(label_ids)}
    return audited(AuditAction.RESTORED, AuditSubject(kind="label", id=label_ids[0]), job_id=job_id, detail=detail)


async def create_label(job_id: str, account_id: str, label: NewLabel, *, lanes: Lanes, clock: Clock) -> Label:
    command = CreateLabel(
        origin_by(account_id, clock), new_id(), label.name, label.color, label.shortcut, label.description
    )
    return await _label(lanes, job_id, command)


async def change_label(
    job_id: str, account_id: str, label_id: str, change: LabelChange, *, lanes: Lanes, clock: Clock
) -> Label:
    command = ChangeLabel(
        origin_by(account_id, clock),
        label_id,
        change.name,
        change.color,
        change.shortcut,
        change.description,
        change.if_versions,
    )
    return await _label(lanes, job_id, command)


async def _label(lanes: Lanes, job_id: str, command: Command) -> Label:
    outcome = await lanes.submit(job_id, command)
    assert outcome.label is not None, "a command about a label answers with it"  # noqa: S101 - states the contract
    return outcome.label
