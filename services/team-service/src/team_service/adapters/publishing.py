"""Domain events as the messages that publish them."""

from collections.abc import Mapping
from datetime import datetime

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
    TeamCreated,
    TeamDeleted,
    TeamPayload,
    TeamUpdated,
)
from team_service.application.audit import SYSTEM
from team_service.domain import events
from team_service.domain.accounts import Account
from team_service.domain.members import Member, ScopeKind
from team_service.domain.teams import Team

_ACCOUNT_PAYLOADS: Mapping[type[object], type[AccountPayload]] = {
    events.AccountCreated: AccountCreated,
    events.AccountUpdated: AccountUpdated,
    events.AccountDisabled: AccountDisabled,
}
_MEMBER_PAYLOADS: Mapping[type[object], type[MemberPayload]] = {
    events.MemberAdded: MemberAdded,
    events.MemberRoleChanged: MemberRoleChanged,
    events.MemberRemoved: MemberRemoved,
    events.MemberInvited: MemberInvited,
}
_TEAM_PAYLOADS: Mapping[type[object], type[TeamPayload]] = {
    events.TeamCreated: TeamCreated,
    events.TeamUpdated: TeamUpdated,
    events.TeamDeleted: TeamDeleted,
}


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
        case (
            events.AccountCreated(account, at)
            | events.AccountUpdated(account, at)
            | events.AccountDisabled(account, at)
        ):
            return _account(_ACCOUNT_PAYLOADS[type(event)], account, at)
        case (
            events.MemberAdded(member, by, at)
            | events.MemberRoleChanged(member, by, at)
            | events.MemberRemoved(member, by, at)
            | events.MemberInvited(member, by, at)
        ):
            return _member(_MEMBER_PAYLOADS[type(event)], member, by, at)
        case events.TeamCreated(team, by, at) | events.TeamUpdated(team, by, at) | events.TeamDeleted(team, by, at):
            return _team(_TEAM_PAYLOADS[type(event)], team, by, at)
    raise TypeError(f"no event is published for {type(event).__name__}")


def _account(model: type[AccountPayload], account: Account, at: datetime) -> AccountPayload:
    return model(
        at=at,
        account_id=account.id,
        email=account.email,
        name=account.name,
        role=account.role.value,
        disabled=account.disabled,
        version=account.version,
        epoch=account.epoch,
        ended=tuple(each.id for each in account.ended),
    )


def _member(model: type[MemberPayload], member: Member, by: str, at: datetime) -> MemberPayload:
    of_job = member.scope.kind is ScopeKind.JOB
    return model(
        at=at,
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


def _team(model: type[TeamPayload], team: Team, by: str, at: datetime) -> TeamPayload:
    return model(
        at=at,
        team_id=team.id,
        name=team.name,
        description=team.description,
        created_by=team.created_by,
        version=team.version,
        actor=Actor(kind="person", id=by),
    )
