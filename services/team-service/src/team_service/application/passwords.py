"""Changing a password, and setting a new one by a link that was sent by e-mail."""

from dataclasses import dataclass, field
from datetime import datetime

from labelstream_common.messaging import besides_the_request
from labelstream_common.mongo import retried
from labelstream_contracts import AuditAction
from team_service.application.audit import noted, noted_of_account
from team_service.application.ending import keep_ended
from team_service.application.letters import password_reset_letter
from team_service.application.mailing import language_for, post
from team_service.application.ports import Ports, Work
from team_service.application.secrets import new_secret
from team_service.domain.accounts import Account, AccountId
from team_service.domain.attempts import mail_limits, secret_limits, sign_in_limits
from team_service.domain.emails import Email, normalised
from team_service.domain.links import PASSWORD_RESET_HOLDS, PasswordReset
from team_service.domain.passwords import WrongPassword, check_password
from team_service.domain.secrets import Digest, digest


@dataclass(frozen=True, slots=True)
class ChangePassword:
    account_id: AccountId
    current: str = field(repr=False)
    new: str = field(repr=False)
    origin: str = ""


async def check_current_password(account_id: AccountId, password: str, origin: str, *, ports: Ports) -> Account:
    """The account, if this is its password. Raises WrongPassword or TooManyAttempts."""
    account = await ports.accounts.get(account_id)
    # A caller is signed in: who guesses elsewhere does not keep them from proving who they are.
    limits = sign_in_limits(account.email, origin, device=f"signed-in {account_id}")
    async with ports.turns.of(limits[0].key):
        await ports.attempts.count(limits, ports.clock.now())
        if not await ports.passwords.verify(password, account.password_hash):
            await note_failure(account, "password-again", ports)
            raise WrongPassword
        await ports.attempts.succeeded(limits)
    return account


@retried
async def note_failure(account: Account | None, method: str, ports: Ports) -> None:
    """Puts a sign-in that failed into the audit: whose it would have been, and nothing of what was typed.

    The request is refused afterwards, so its idempotency key stays unused.
    """
    with besides_the_request():
        async with ports.unit_of_work() as work:
            account_id = None if account is None else account.id
            work.record(noted(AuditAction.SIGN_IN_FAILED, "account", account_id, method=method))


async def change_password(command: ChangePassword, *, ports: Ports) -> None:
    """Ends every session and access token of the account. Raises WrongPassword, WeakPassword or TooManyAttempts."""
    account = await ports.accounts.get(command.account_id)
    check_password(command.new, email=account.email, common=ports.common_passwords, pointer="/new_password")
    await check_current_password(command.account_id, command.current, command.origin, ports=ports)
    await _set_password(command.account_id, await ports.passwords.hash(command.new), ports)


@retried
async def _set_password(account_id: AccountId, password_hash: str, ports: Ports) -> None:
    async with ports.unit_of_work() as work:
        account = await ports.accounts.get(account_id, work)
        await _keep_password(account, password_hash, ports, work)
        work.record(noted_of_account(AuditAction.PASSWORD_CHANGED, account, method="password"))


async def _keep_password(account: Account, password_hash: str, ports: Ports, work: Work) -> None:
    await ports.sign_ins.end_all(account.id, work)
    await ports.links.use_password_resets(account.id, ports.clock.now(), work)
    await ports.links.use_email_changes(account.id, ports.clock.now(), work)
    await keep_ended(account.with_password(password_hash), ports, work)


async def ask_password_reset(email: str, origin: str, *, ports: Ports) -> Email:
    """Takes the request for later. Raises InvalidEmail or TooManyAttempts, for every address alike."""
    address = normalised(email)
    limits = mail_limits(address, origin)
    await ports.attempts.count(limits, ports.clock.now())
    return address


async def answer_password_reset(email: Email, *, ports: Ports) -> None:
    """Writes to the address if it has an account. Runs after the reply went out, so that its time tells nothing."""
    account = await ports.accounts.by_email(email)
    if account is not None and not account.disabled and ports.mail.configured:
        await send_password_reset(account, ports)


@retried
async def send_password_reset(account: Account, ports: Ports) -> None:
    token = new_secret()
    reset = PasswordReset(digest(token), account.id, ports.clock.now() + PASSWORD_RESET_HOLDS)
    link = f"{ports.public_url}/password-reset/{token}"
    language = await language_for(account.id, ports=ports)
    async with ports.unit_of_work() as work:
        await ports.links.add_password_reset(reset, work)
        await post(password_reset_letter(account.email, language, name=account.name, link=link), ports, work)
        work.record(noted_of_account(AuditAction.PASSWORD_RESET_SENT, account))


async def reset_password(token: str, password: str, origin: str, *, ports: Ports) -> None:
    """Raises LinkNotFound, LinkUsed, LinkExpired, WeakPassword or TooManyAttempts."""
    limits = secret_limits("password-reset", origin)
    now = ports.clock.now()
    await ports.attempts.count(limits, now)
    account = await _account_of_link(digest(token), ports, now)
    await ports.attempts.succeeded(limits)
    check_password(password, email=account.email, common=ports.common_passwords)
    await _reset(digest(token), await ports.passwords.hash(password), ports)


async def _account_of_link(token: Digest, ports: Ports, now: datetime) -> Account:
    reset = await ports.links.password_reset(token)
    reset.check(now)
    return await ports.accounts.get(reset.account_id)


@retried
async def _reset(token: Digest, password_hash: str, ports: Ports) -> None:
    now = ports.clock.now()
    async with ports.unit_of_work() as work:
        reset = await ports.links.password_reset(token, work)
        reset.check(now)
        account = await ports.accounts.get(reset.account_id, work)
        await _keep_password(account, password_hash, ports, work)
        work.record(noted_of_account(AuditAction.PASSWORD_CHANGED, account, method="link"))
        work.returns(account)
