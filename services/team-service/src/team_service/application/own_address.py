"""Changing the e-mail address of one's own account: asked for with the password, confirmed at the new address.

Until then nothing changes, and nobody is told whether the address has an account: only who reads its mail learns that.
"""

from dataclasses import dataclass, field, replace

from labelstream_common.mongo import retried
from labelstream_contracts import AuditAction
from team_service.application.accounts import CheckVersion
from team_service.application.activation import activate_members
from team_service.application.audit import account_changes, noted_of_account
from team_service.application.letters import confirmation_letter, moved_letter
from team_service.application.mailing import language_for, post
from team_service.application.passwords import check_current_password
from team_service.application.ports import Ports, Work
from team_service.application.secrets import new_secret
from team_service.domain.accounts import Account, AccountId, EmailTaken
from team_service.domain.attempts import email_change_limits, secret_limits
from team_service.domain.emails import Email, normalised
from team_service.domain.events import AccountUpdated
from team_service.domain.links import EMAIL_CHANGE_HOLDS, EmailChange, LinkExpired
from team_service.domain.mail import MailNotConfigured
from team_service.domain.names import person_name
from team_service.domain.secrets import Digest, digest
from team_service.domain.sign_ins import SignInId


@dataclass(frozen=True, slots=True)
class MoveAccount:
    """`session` is the one that goes on when the address is confirmed; `name` changes at once."""

    account_id: AccountId
    email: str
    session: SignInId
    origin: str
    current_password: str = field(repr=False)
    name: str | None = None


async def ask_to_move(command: MoveAccount, *, ports: Ports, check_version: CheckVersion) -> Account:
    """The account as it is now. A link goes to the new address, and an earlier one ends.

    Raises InvalidEmail, InvalidName, WrongPassword, TooManyAttempts, MailNotConfigured or Stale.
    """
    email = normalised(command.email)
    name = None if command.name is None else person_name(command.name)
    account = await check_current_password(command.account_id, command.current_password, command.origin, ports=ports)
    if account.email != email:
        if not ports.mail.configured:
            raise MailNotConfigured
        await ports.attempts.count(email_change_limits(command.account_id), ports.clock.now())
    return await _asked(command, email, name, ports, check_version)


@retried
async def _asked(
    command: MoveAccount, email: Email, name: str | None, ports: Ports, check_version: CheckVersion
) -> Account:
    now = ports.clock.now()
    async with ports.unit_of_work() as work:
        before = await ports.accounts.get(command.account_id, work)
        check_version(before.version)
        after = before.changed(name=name)
        if after != before:
            await ports.accounts.save(after, work)
            work.record(AccountUpdated(after, now))
            for entry in account_changes(before, after):
                work.record(entry)
        await ports.links.use_email_changes(after.id, now, work)
        if email != before.email:
            await _ask(
                EmailChange(digest(""), after.id, email, command.session, now + EMAIL_CHANGE_HOLDS), after, ports, work
            )
        work.returns(after)
    return after


async def _ask(change: EmailChange, account: Account, ports: Ports, work: Work) -> None:
    token = new_secret()
    await ports.links.add_email_change(replace(change, token=digest(token)), work)
    work.record(noted_of_account(AuditAction.EMAIL_CHANGE_ASKED, account))
    if await ports.accounts.by_email(change.email, work) is not None:
        return  # the request is answered alike; the link would lead to nothing
    link = f"{ports.public_url}/email-change/{token}"
    language = await language_for(account.id, ports=ports)
    await post(confirmation_letter(change.email, language, name=account.name, link=link), ports, work)


async def confirm_address(token: str, origin: str, *, ports: Ports) -> Account:
    """The account at its new address. Every session but the one that asked ends, and the address before is told.

    Raises LinkNotFound, LinkUsed, LinkExpired, EmailTaken or TooManyAttempts.
    """
    limits, now = secret_limits("email-change", origin), ports.clock.now()
    await ports.attempts.count(limits, now)
    change = await ports.links.email_change(digest(token))
    change.check(now)
    await ports.attempts.succeeded(limits)
    return await _moved(change.token, ports)


@retried
async def _moved(token: Digest, ports: Ports) -> Account:
    now = ports.clock.now()
    async with ports.unit_of_work() as work:
        change = await ports.links.email_change(token, work)
        change.check(now)
        before = await ports.accounts.get(change.account_id, work)
        if before.disabled:
            raise LinkExpired
        if await ports.accounts.by_email(change.email, work) is not None:
            raise EmailTaken
        ended = await ports.sign_ins.end_others(before.id, SignInId(change.session), work)
        await ports.links.use_password_resets(before.id, now, work)
        await ports.links.use_email_changes(before.id, now, work)
        await ports.links.use_invitations(change.email, now, work)
        after = before.moved_to(change.email, ended, now)
        await ports.accounts.save(after, work)
        work.record(AccountUpdated(after, now))
        work.record(noted_of_account(AuditAction.EMAIL_CHANGED, after, by=after.id))
        # Who reads the mailbox is whom others have added by this address.
        await activate_members(after, after.id, ports, work, came=True)
        await _tell_earlier_address(after, before.email, ports, work)
        work.returns(after)
    return after


async def _tell_earlier_address(account: Account, before: Email, ports: Ports, work: Work) -> None:
    if ports.mail.configured:
        language = await language_for(account.id, ports=ports)
        link = f"{ports.public_url}/password-reset"
        await post(moved_letter(before, language, name=account.name, link=link), ports, work)
