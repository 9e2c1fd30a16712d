"""Changing the e-mail address of one's own account."""

from dataclasses import dataclass, field, replace

from labelstream_common.mongo import retried
from labelstream_common.telemetry import get_logger
from team_service.application.accounts import CheckVersion
from team_service.application.letters import moved_letter
from team_service.application.passwords import check_current_password
from team_service.application.ports import Ports
from team_service.domain.accounts import Account, AccountId, EmailTaken
from team_service.domain.attempts import email_change_limits
from team_service.domain.emails import Email, normalised
from team_service.domain.events import AccountUpdated
from team_service.domain.mail import MailNotConfigured, MailServerAway
from team_service.domain.names import person_name
from team_service.domain.sign_ins import SignInId

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class MoveAccount:
    """`session` is the one that goes on; `name` may change with the address."""

    account_id: AccountId
    email: str
    session: SignInId
    origin: str
    current_password: str = field(repr=False)
    name: str | None = None


async def move_account(command: MoveAccount, *, ports: Ports, check_version: CheckVersion) -> tuple[Account, Email]:
    """The account at its new address, and the address before. Every other session ends.

    Raises InvalidEmail, InvalidName, WrongPassword, TooManyAttempts, Stale or EmailTaken.
    """
    email = normalised(command.email)
    name = None if command.name is None else person_name(command.name)
    account = await check_current_password(command.account_id, command.current_password, command.origin, ports=ports)
    if account.email != email:
        await ports.attempts.count(email_change_limits(command.account_id), ports.clock.now())
    return await _moved(command, email, name, ports, check_version), account.email


@retried
async def _moved(
    command: MoveAccount, email: Email, name: str | None, ports: Ports, check_version: CheckVersion
) -> Account:
    now = ports.clock.now()
    async with ports.unit_of_work() as work:
        before = await ports.accounts.get(command.account_id, work)
        check_version(before.version)
        after = before.changed(name=name)
        if email != before.email:
            # Nobody has proven that the mailbox is theirs, so what waits there for somebody else is not given to them.
            if await ports.accounts.by_email(email, work) is not None or await ports.members.with_email(email, work):
                raise EmailTaken
            ended = await ports.sign_ins.end_others(before.id, command.session, work)
            await ports.links.use_password_resets(before.id, now, work)
            after = after.moved_to(email, ended, now)
        if after != before:
            after = replace(after, version=before.version + 1)
            await ports.accounts.save(after, work)
            work.record(AccountUpdated(after, now))
        work.returns(after)
    return after


async def tell_earlier_address(account: Account, before: Email, *, ports: Ports) -> None:
    """Writes to the address before, after the reply went out. What cannot be sent is logged, and changes nothing."""
    if account.email == before or not ports.mail.configured:
        return
    try:
        await ports.mail.send(moved_letter(before, name=account.name, link=f"{ports.public_url}/password-reset"))
    except (MailNotConfigured, MailServerAway) as error:
        log.warning("account.moved.not-told", account=account.id, error=error.code)
