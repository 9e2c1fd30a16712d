"""The caller's own account."""

from fastapi import Response
from pydantic import Field

from labelstream_common.http import Body, CurrentCaller, Omittable, Router, View, etag_of, policies
from team_service.application.accounts import ChangeAccount, change_account
from team_service.application.passwords import ChangePassword, change_password
from team_service.domain.accounts import Account, AccountId, AccountNotFound, AccountRole
from team_service.domain.attempts import TooManyAttempts
from team_service.domain.names import InvalidName
from team_service.domain.passwords import WeakPassword, WrongPassword
from team_service.entrypoints.http.done import DONE, Done
from team_service.entrypoints.http.parameters import IfMatch, Origin, ThePorts

router = Router(tags=["me"])


class MeView(View):
    id: str
    email: str
    name: str
    role: AccountRole


class MeChange(Body):
    name: Omittable[str] = None


class PasswordChange(Body):
    current_password: str = Field(repr=False)
    new_password: str = Field(repr=False)


def me_view(account: Account) -> MeView:
    return MeView(id=account.id, email=account.email, name=account.name, role=account.role)


@router.get("/me", policy=policies.signed_in(), errors=(AccountNotFound,))
async def get_me(caller: CurrentCaller, response: Response, ports: ThePorts) -> MeView:
    """Who the caller is."""
    account = await ports.accounts.get(AccountId(caller.account_id))
    response.headers["ETag"] = etag_of(account.version)
    return me_view(account)


@router.patch("/me", policy=policies.signed_in(), errors=(AccountNotFound, InvalidName), present=me_view)
async def change_me(
    body: MeChange, caller: CurrentCaller, response: Response, ports: ThePorts, check_version: IfMatch
) -> MeView:
    """Change the caller's name."""
    command = ChangeAccount(AccountId(caller.account_id), name=body.name)
    account = await change_account(command, ports=ports, check_version=check_version)
    response.headers["ETag"] = etag_of(account.version)
    return me_view(account)


@router.post(
    "/me/password",
    policy=policies.in_person(),
    errors=(WrongPassword, WeakPassword, TooManyAttempts),
)
async def change_my_password(body: PasswordChange, caller: CurrentCaller, ports: ThePorts, origin: Origin) -> Done:
    """Change the caller's password. Ends every session and access token of the account, this one too."""
    account_id = AccountId(caller.account_id)
    await change_password(ChangePassword(account_id, body.current_password, body.new_password, origin), ports=ports)
    return DONE
