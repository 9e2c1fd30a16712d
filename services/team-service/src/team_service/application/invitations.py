"""Sending a labeling job to an annotator by e-mail, and what becomes of the link in it."""

from dataclasses import dataclass, field
from datetime import datetime

from labelstream_common.mongo import retried
from labelstream_contracts import AuditAction
from team_service.application.accounts import NewAccount, open_account
from team_service.application.activation import activate_members
from team_service.application.annotators import annotator_of
from team_service.application.audit import noted_of_account, noted_of_member
from team_service.application.letters import Inviting, invitation_letter, job_letter
from team_service.application.mailing import language_for, post
from team_service.application.ports import Ports, Work
from team_service.application.secrets import new_secret
from team_service.domain.accounts import Account, AccountRole
from team_service.domain.attempts import invitation_limits, secret_limits
from team_service.domain.events import MemberInvited
from team_service.domain.links import (
    INVITATION_HOLDS,
    Invitation,
    InvitationWithdrawn,
)
from team_service.domain.mail import LetterStatus, MailNotConfigured
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


@dataclass(frozen=True, slots=True)
class Written:
    """An annotator, and the letter that is on its way to them."""

    member: Member
    letter: LetterStatus


async def send_email(command: SendEmail, *, ports: Ports) -> Written:
    """Writes to an annotator: with a link to the job, or an invitation if they have no account.

    Raises AnnotatorNotFound, OwnerIsNoAnnotator, TooManyAttempts or MailNotConfigured: then nothing changed.
    """
    member = await annotator_of(command.job_id, command.annotator_id, ports)
    if not ports.mail.configured:
        raise MailNotConfigured
    await ports.attempts.count(invitation_limits(member.email), ports.clock.now())
    return await _write(command, ports)


@retried
async def _write(command: SendEmail, ports: Ports) -> Written:
    """The letter, its link and the annotator's state in one transaction."""
    async with ports.unit_of_work() as work:
        before = await annotator_of(command.job_id, command.annotator_id, ports, work)
        language = await language_for(before.account_id, command.by.account_id, ports=ports)
        invites = before.account_id is None
        link = await _invitation_link(before, ports, work) if invites else f"{ports.public_url}/jobs/{command.job_id}"
        inviting = await _inviting(before, command, link, ports)
        letter = (invitation_letter if invites else job_letter)(inviting, language)
        written = Written(before.invited(), await post(letter, ports, work, member_id=before.id))
        if written.member.version != before.version:
            await ports.members.save(written.member, work)
            work.record(MemberInvited(written.member, command.by.account_id, ports.clock.now()))
        work.record(noted_of_member(AuditAction.INVITED, before, command.by.account_id, role=before.role.value))
        work.returns(written)
    return written


async def _invitation_link(member: Member, ports: Ports, work: Work) -> str:
    token = new_secret()
    expires_at = ports.clock.now() + INVITATION_HOLDS
    await ports.links.add_invitation(Invitation(digest(token), member.id, member.email, expires_at), work)
    return f"{ports.public_url}/invitations/{token}"


async def _inviting(member: Member, command: SendEmail, link: str, ports: Ports) -> Inviting:
    inviter = await ports.accounts.get(command.by.account_id)
    job = await ports.jobs.find(command.job_id)
    return Inviting(member.email, member.name, member.role, inviter.name, job.name if job else None, link)


async def look_at_invitation(token: str, origin: str, *, ports: Ports) -> OpenInvitation:
    """Raises LinkNotFound, InvitationUsed, InvitationExpired, InvitationWithdrawn or TooManyAttempts."""
    invitation = await _holding(token, origin, ports)
    member = await _invited_member(invitation, ports)
    return OpenInvitation(member, await _place(member, ports), invitation.expires_at)


async def accept_invitation(command: AcceptInvitation, *, ports: Ports) -> Account:
    """Makes the account; the link works once.

    Raises LinkNotFound, InvitationUsed, InvitationExpired, InvitationWithdrawn, InvalidName, WeakPassword, EmailTaken
    or TooManyAttempts.
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
        member = await _invited_member(invitation, ports, work)
        account = await open_account(
            NewAccount(invitation.email, name, AccountRole.ANNOTATOR, password_hash), ports, work
        )
        await activate_members(account, account.id, ports, work, came=True)
        await ports.links.use_invitations(invitation.email, now, work)
        about = {"by": account.id, "role": account.role.value}
        work.record(noted_of_account(AuditAction.ACCOUNT_CREATED, account, **about))
        work.record(noted_of_member(AuditAction.INVITATION_ACCEPTED, member, account.id, account_id=account.id))
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


async def _place(member: Member, ports: Ports) -> str:
    """What the person is invited to, in words."""
    if member.scope.kind is ScopeKind.TEAM:
        return "a team"
    job = await ports.jobs.find(member.scope.id)
    return f'the job "{job.name}"' if job is not None else "a labeling job"
