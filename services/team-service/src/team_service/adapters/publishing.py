"""Domain events as the messages that publish them."""

from labelstream_common.messaging import Message
from labelstream_contracts import (
    AccountCreated,
    AccountDisabled,
    AccountPayload,
    AccountUpdated,
    Actor,
    MemberAdded,
    MemberInvited,
    MemberPayload,
    MemberRemoved,
    MemberRoleChanged,
    Payload,
)
from team_service.application.following import SYSTEM
from team_service.domain import events
from team_service.domain.accounts import Account
from team_service.domain.members import Member, ScopeKind


def encode(event: object) -> Message:
    """The message of an event. Full state, and never a password, a token or a key."""
    payload = _payload(event)
    return Message(
        topic=payload.topic.name,
        type=payload.event_type,
        key=payload.key(),
        subject=payload.subject(),
        version=payload.sequence(),
        value=payload.to_json(),
    )


def _payload(event: object) -> Payload:
    match event:
        case events.AccountCreated(account):
            return _account(AccountCreated, account)
        case events.AccountUpdated(account):
            return _account(AccountUpdated, account)
        case events.AccountDisabled(account):
            return _account(AccountDisabled, account)
        case events.MemberAdded(member, by):
            return _member(MemberAdded, member, by)
        case events.MemberRoleChanged(member, by):
            return _member(MemberRoleChanged, member, by)
        case events.MemberRemoved(member, by):
            return _member(MemberRemoved, member, by)
        case events.MemberInvited(member, by):
            return _member(MemberInvited, member, by)
    raise TypeError(f"no event is published for {type(event).__name__}")


def _account(model: type[AccountPayload], account: Account) -> AccountPayload:
    return model(
        account_id=account.id,
        email=account.email,
        name=account.name,
        role=account.role.value,
        disabled=account.disabled,
        version=account.version,
    )


def _member(model: type[MemberPayload], member: Member, by: str) -> MemberPayload:
    of_job = member.scope.kind is ScopeKind.JOB
    return model(
        scope=member.scope.kind.value,
        job_id=member.scope.id if of_job else None,
        team_id=None if of_job else member.scope.id,
        member_id=member.id,
        account_id=member.account_id,
        email=member.email,
        name=member.name,
        role=member.role.value,
        state=member.state.value,
        version=member.version,
        actor=Actor(kind="system" if by == SYSTEM else "person", id=by),
    )
