"""Accounts as administrators and their owners change them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from labelstream_common.ids import new_id
from labelstream_common.mongo import Page, PageParams, retried
from labelstream_contracts import AuditAction
from team_service.application.activation import activate_members
from team_service.application.audit import account_changes, noted_of_account
from team_service.application.ports import Ports, Work
from team_service.domain.accounts import Account, AccountId, AccountRole, EmailTaken, check_administrators
from team_service.domain.emails import Email, normalised
from team_service.domain.events import AccountCreated, account_changed
from team_service.domain.names import person_name
from team_service.domain.passwords import check_password

CheckVersion = Callable[[int], None]
"""What `If-Match` asks for; raises Stale."""


@dataclass(frozen=True, slots=True)
class CreateAccount:
    """Without a password the account waits for a password reset."""

    email: str
    name: str
    role: AccountRole
    by: str
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ChangeAccount:
    account_id: AccountId
    email: str | None = None
    name: str | None = None
    role: AccountRole | None = None
    disabled: bool | None = None


@dataclass(frozen=True, slots=True)
class NewAccount:
    """Checked, and ready to be opened."""

    email: Email
    name: str
    role: AccountRole
    password_hash: str | None = field(default=None, repr=False)


async def create_account(command: CreateAccount, *, ports: Ports) -> Account:
    """Raises InvalidEmail, InvalidName, WeakPassword or EmailTaken."""
    email, name = normalised(command.email), person_name(command.name)
    password_hash = None
    if command.password is not None:
        check_password(command.password, email=email, common=ports.common_passwords)
        password_hash = await ports.passwords.hash(command.password)
    return await _create(NewAccount(email, name, command.role, password_hash), command.by, ports)


@retried
async def _create(new: NewAccount, by: str, ports: Ports) -> Account:
    async with ports.unit_of_work() as work:
        account = await open_account(new, ports, work)
        work.record(noted_of_account(AuditAction.ACCOUNT_CREATED, account, role=account.role.value))
        await activate_members(account, by, ports, work)
        work.returns(account)
    return account


async def open_account(new: NewAccount, ports: Ports, work: Work) -> Account:
    """Raises EmailTaken."""
    if await ports.accounts.by_email(new.email, work) is not None:
        raise EmailTaken
    now = ports.clock.now()
    account = Account(AccountId(new_id()), new.email, new.name, new.role, now, password_hash=new.password_hash)
    await ports.accounts.add(account, work)
    work.record(AccountCreated(account, now))
    return account


@retried
async def change_account(command: ChangeAccount, *, ports: Ports, check_version: CheckVersion | None = None) -> Account:
    """Raises AccountNotFound, InvalidEmail, InvalidName, Stale, EmailTaken or LastAdministrator."""
    email = None if command.email is None else normalised(command.email)
    name = None if command.name is None else person_name(command.name)
    async with ports.unit_of_work() as work:
        before = await ports.accounts.get(command.account_id, work)
        if check_version is not None:
            check_version(before.version)
        after = before.changed(email=email, name=name, role=command.role, disabled=command.disabled)
        await _keep(before, after, ports, work)
        work.returns(after)
    return after


async def _keep(before: Account, after: Account, ports: Ports, work: Work) -> None:
    event = account_changed(before, after, ports.clock.now())
    if event is None:
        return
    if before.administers and not after.administers:
        check_administrators(before, after, await ports.accounts.count_other_administrators(before.id, work))
    if after.email != before.email and await ports.accounts.by_email(after.email, work) is not None:
        raise EmailTaken
    await ports.accounts.save(after, work)
    if after.email != before.email:
        await _end_links(after, ports, work)
        await activate_members(after, after.id, ports, work)
    if after.disabled and not before.disabled:
        await ports.sign_ins.end_all(after.id, work)  # its access tokens ended with the change itself
    for entry in account_changes(before, after):
        work.record(entry)
    work.record(event)


async def _end_links(account: Account, ports: Ports, work: Work) -> None:
    """Who reads the mail of the address before shall not get in with what was sent there."""
    now = ports.clock.now()
    await ports.links.use_password_resets(account.id, now, work)
    await ports.links.use_email_changes(account.id, now, work)


async def list_accounts(
    wish: PageParams, *, ports: Ports, email: str | None = None, role: AccountRole | None = None
) -> Page[Account]:
    return await ports.accounts.page(wish, email=None if email is None else normalised(email), role=role)
