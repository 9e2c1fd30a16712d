"""What is told to the audit. Every use case records its entry in the transaction of the act."""

from typing import Any

from labelstream_common.messaging import actor_of, audited
from labelstream_common.messaging.audit import SYSTEM as THE_PLATFORM
from labelstream_contracts import AuditAction, AuditActor, AuditRecorded, AuditSubject
from team_service.domain.accounts import Account
from team_service.domain.members import Member, ScopeKind

SYSTEM = "team-service"


def noted(
    action: AuditAction, kind: str, subject_id: str | None, *, by: str | None = None, **detail: Any
) -> AuditRecorded:
    """`by`: the account that did it, where the request does not say; `SYSTEM` for the platform itself."""
    return audited(action, AuditSubject(kind=kind, id=subject_id), by=_actor(by), detail=detail)


def noted_of_account(action: AuditAction, account: Account, *, by: str | None = None, **detail: Any) -> AuditRecorded:
    return noted(action, "account", account.id, by=by, **detail)


def noted_of_member(action: AuditAction, member: Member, by: str, **detail: Any) -> AuditRecorded:
    """About an annotator of a job, for its managers too, or a member of a team."""
    in_job = member.scope.kind is ScopeKind.JOB
    place = {} if in_job else {"team_id": member.scope.id}
    return audited(
        action,
        AuditSubject(kind="annotator" if in_job else "member", id=member.id),
        job_id=member.scope.id if in_job else None,
        by=_actor(by),
        detail={"account_id": member.as_typed.account_id, **place, **detail},
    )


def account_changes(before: Account, after: Account) -> list[AuditRecorded]:
    """What an account's change is called: one entry for each thing that changed."""
    entries = []
    if after.email != before.email:
        entries.append(noted_of_account(AuditAction.EMAIL_CHANGED, after))
    if after.role is not before.role:
        roles = {"from": before.role.value, "to": after.role.value}
        entries.append(noted_of_account(AuditAction.ROLE_CHANGED, after, **roles))
    if after.disabled != before.disabled:
        action = AuditAction.ACCOUNT_DISABLED if after.disabled else AuditAction.ACCOUNT_ENABLED
        entries.append(noted_of_account(action, after))
    if after.name != before.name:
        entries.append(noted_of_account(AuditAction.ACCOUNT_CHANGED, after, changed=["name"]))
    return entries


def _actor(by: str | None) -> AuditActor | None:
    if by is None:
        return None
    return THE_PLATFORM if by == SYSTEM else actor_of(by)
