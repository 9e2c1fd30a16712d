"""Sending a labeling job to an annotator by e-mail, and what becomes of the link in it."""

from dataclasses import dataclass, field
from datetime import datetime

from labelstream_common.mongo import retried
from team_service.application.accounts import NewAccount, open_account
from team_service.application.activation import activate_members
from team_service.application.annotators import annotator_of
from team_service.application.letters import invitation_letter, job_letter
from team_service.application.ports import Letter, Ports, Work
from team_service.application.secrets import new_secret
from team_service.domain.accounts import Account, AccountRole
from team_service.domain.attempts import invitation_limits, secret_limits
from team_service.domain.events import MemberInvited
from team_service.domain.links import (
    INVITATION_HOLDS,
    Invitation,
    InvitationWithdrawn,
)
from team_service.domain.mail import MailNotConfigured
from team_service.domain.members import Member, MemberId, MemberState, ScopeKind
from team_service.domain.names import person_name
from team_service.domain.passwords import check_password
from team_service.domain.secrets import Digest, digest
from team_service.domain.viewers import Viewer


@dataclass(frozen=True, slots=True)
class SendEmail:
    job_id: str
    annotator_id: MemberId
    by: Viewer


@dataclass(frozen=True, slots=True)
class AcceptInvitation:
    token: str = field(repr=False)
    name: str
    password: str = field(repr=False)
    origin: str


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """What somebody sees who follows an invitation, before they accept it."""

    member: Member
    place: str
    expires_at: datetime


async def send_email(command: SendEmail, *, ports: Ports) -> Member:
    """Writes to an annotator: with an invitation to who has no account, else with a link to the job.

    Raises AnnotatorNotFound, OwnerIsNoAnnotator, TooManyAttempts, and MailNotConfigured or MailServerAway: then
    nothing was sent and nothing changed.
    """
    member = await annotator_of(command.job_id, command.annotator_id, ports)
    if not ports.mail.configured:
        raise MailNotConfigured
    await ports.attempts.count(invitation_limits(member.email), ports.clock.now())
    await (_send_invitation if member.account_id is None else _send_job)(member, command, ports)
    return await _mark_invited(command, ports)


async def look_at_invitation(token: str, origin: str, *, ports: Ports) -> OpenInvitation:
    """Raises LinkNotFound, LinkUsed, LinkExpired, InvitationWithdrawn or TooManyAttempts."""
    invitation = await _holding(token, origin, ports)
    member = await _invited_member(invitation, ports)
    return OpenInvitation(member, await _place(member, ports), invitation.expires_at)


async def accept_invitation(command: AcceptInvitation, *, ports: Ports) -> Account:
    """Makes the account; the link works once.

    Raises LinkNotFound, LinkUsed, LinkExpired, InvitationWithdrawn, InvalidName, WeakPassword, EmailTaken or
    TooManyAttempts.
    """
    invitation = await _holding(command.token, command.origin, ports)
    name = person_name(command.name)
    check_password(command.password, email=invitation.email, common=ports.common_passwords)
    return await _accept(invitation.token, name, await ports.passwords.hash(command.password), ports)


@retried
async def _accept(token: Digest, name: str, password_hash: str, ports: Ports) -> Account:
    now = ports.clock.now()
    async with ports.unit_of_work() as work:
        invitation = await ports.links.invitation(token, work)
        invitation.check(now)
        await _invited_member(invitation, ports, work)
        account = await open_account(
            NewAccount(invitation.email, name, AccountRole.ANNOTATOR, password_hash), ports, work
        )
        await activate_members(account, account.id, ports, work)
        await ports.links.use_invitations(invitation.email, now, work)
        work.returns(account)
    return account


async def _holding(token: str, origin: str, ports: Ports) -> Invitation:
    limits, now = secret_limits("invitation", origin), ports.clock.now()
    await ports.attempts.count(limits, now)
    invitation = await ports.links.invitation(digest(token))
    invitation.check(now)
    await ports.attempts.succeeded(limits)
    return invitation


async def _invited_member(invitation: Invitation, ports: Ports, work: Work | None = None) -> Member:
    member = await ports.members.find(invitation.member_id, work)
    if member is None or member.state is MemberState.REMOVED:
        raise InvitationWithdrawn
    return member


async def _send_invitation(member: Member, command: SendEmail, ports: Ports) -> None:
    token = new_secret()
    expires_at = ports.clock.now() + INVITATION_HOLDS
    await ports.links.add_invitation(Invitation(digest(token), member.id, member.email, expires_at))
    link = f"{ports.public_url}/invitations/{token}"
    letter = invitation_letter(
        member, inviter=await _inviter(command, ports), place=await _place(member, ports), link=link
    )
    await _send_or_withdraw(letter, digest(token), ports)


async def _send_or_withdraw(letter: Letter, token: Digest, ports: Ports) -> None:
    try:
        await ports.mail.send(letter)
    except Exception:
        await ports.links.withdraw(token)
        raise


async def _send_job(member: Member, command: SendEmail, ports: Ports) -> None:
    link = f"{ports.public_url}/jobs/{command.job_id}"
    await ports.mail.send(
        job_letter(member, inviter=await _inviter(command, ports), place=await _place(member, ports), link=link)
    )


@retried
async def _mark_invited(command: SendEmail, ports: Ports) -> Member:
    async with ports.unit_of_work() as work:
        before = await annotator_of(command.job_id, command.annotator_id, ports, work)
        after = before.invited()
        if after.version != before.version:
            await ports.members.save(after, work)
            work.record(MemberInvited(after, command.by.account_id, ports.clock.now()))
        work.returns(after)
    return after


async def _inviter(command: SendEmail, ports: Ports) -> str:
    return (await ports.accounts.get(command.by.account_id)).name


async def _place(member: Member, ports: Ports) -> str:
    """What the person is invited to, in words."""
    if member.scope.kind is ScopeKind.TEAM:
        return "a team"
    job = await ports.jobs.find(member.scope.id)
    return f'the job "{job.name}"' if job is not None else "a labeling job"
