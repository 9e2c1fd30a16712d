"""Accounts, for administrators."""

from typing import Annotated, Literal

from fastapi import Query, Request, Response
from pydantic import Field

from labelstream_common.access import AccountRight
from labelstream_common.http import (
    Body,
    Caller,
    CurrentCaller,
    Moment,
    Omittable,
    PageView,
    PreconditionFailed,
    Router,
    View,
    etag_of,
    page_reply,
    policies,
)
from team_service.application.accounts import (
    ChangeAccount,
    CreateAccount,
    change_account,
    create_account,
    list_accounts,
)
from team_service.domain.accounts import (
    Account,
    AccountId,
    AccountNotFound,
    AccountRole,
    EmailTaken,
    LastAdministrator,
)
from team_service.domain.emails import InvalidEmail
from team_service.domain.names import InvalidName
from team_service.domain.passwords import WeakPassword
from team_service.entrypoints.http.parameters import IfMatch, ThePorts, Wish, ports_of

router = Router(tags=["accounts"])

RoleName = Literal["admin", "member", "annotator"]


class NewAccount(Body):
    email: str
    name: str
    role: RoleName
    password: str | None = Field(
        default=None, repr=False, description="without one the account waits for a password reset"
    )


class AccountChange(Body):
    email: Omittable[str] = None
    name: Omittable[str] = None
    role: Omittable[RoleName] = None
    disabled: Omittable[bool] = None


class AccountView(View):
    id: str
    email: str
    name: str
    role: AccountRole
    disabled: bool
    created_at: Moment


def _view(account: Account) -> AccountView:
    return AccountView.model_validate(account)


async def _found(request: Request, _: Caller) -> None:
    await ports_of(request).accounts.get(AccountId(request.path_params["account_id"]))


@router.get("/accounts", policy=policies.account_may(AccountRight.MANAGE_ACCOUNTS), errors=(InvalidEmail,))
async def get_accounts(
    ports: ThePorts,
    wish: Wish,
    email: Annotated[str | None, Query(description="the account with this address")] = None,
    role: AccountRole | None = None,
) -> PageView[AccountView]:
    """All accounts."""
    return page_reply(await list_accounts(wish, ports=ports, email=email, role=role), _view)


@router.post(
    "/accounts",
    policy=policies.account_may(AccountRight.MANAGE_ACCOUNTS),
    status_code=201,
    present=_view,
    errors=(InvalidEmail, InvalidName, WeakPassword, EmailTaken),
)
async def add_account(body: NewAccount, caller: CurrentCaller, response: Response, ports: ThePorts) -> AccountView:
    """Make an account. It is active at once wherever its e-mail address was added before."""
    command = CreateAccount(body.email, body.name, AccountRole(body.role), caller.account_id, body.password)
    account = await create_account(command, ports=ports)
    response.headers["ETag"] = etag_of(account.version)
    return _view(account)


@router.get(
    "/accounts/{account_id}",
    policy=policies.account_may(AccountRight.MANAGE_ACCOUNTS, finds=_found),
    errors=(AccountNotFound,),
)
async def get_account(account_id: str, response: Response, ports: ThePorts) -> AccountView:
    """One account."""
    account = await ports.accounts.get(AccountId(account_id))
    response.headers["ETag"] = etag_of(account.version)
    return _view(account)


@router.patch(
    "/accounts/{account_id}",
    policy=policies.account_may(AccountRight.MANAGE_ACCOUNTS, finds=_found),
    present=_view,
    errors=(AccountNotFound, InvalidEmail, InvalidName, PreconditionFailed, EmailTaken, LastAdministrator),
)
async def patch_account(
    account_id: str, body: AccountChange, response: Response, ports: ThePorts, check_version: IfMatch
) -> AccountView:
    """Change an account, or disable it: its tokens then become invalid within a second."""
    role = None if body.role is None else AccountRole(body.role)
    command = ChangeAccount(AccountId(account_id), body.email, body.name, role, body.disabled)
    account = await change_account(command, ports=ports, check_version=check_version)
    response.headers["ETag"] = etag_of(account.version)
    return _view(account)
