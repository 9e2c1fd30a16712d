"""The caller's own account."""

from fastapi import BackgroundTasks, Response
from pydantic import Field, model_validator

from labelstream_common.auth import KeyLimited
from labelstream_common.http import (
    Body,
    CurrentCaller,
    JsonReply,
    Omittable,
    PreconditionFailed,
    Router,
    View,
    etag_of,
    policies,
)
from team_service.application.accounts import ChangeAccount, change_account
from team_service.application.own_address import MoveAccount, move_account, tell_earlier_address
from team_service.application.passwords import ChangePassword, change_password
from team_service.domain.accounts import Account, AccountId, AccountNotFound, AccountRole, EmailTaken
from team_service.domain.attempts import TooManyAttempts
from team_service.domain.emails import InvalidEmail
from team_service.domain.names import InvalidName
from team_service.domain.passwords import WeakPassword, WrongPassword
from team_service.domain.sign_ins import SignInId
from team_service.entrypoints.http.done import DONE, Done
from team_service.entrypoints.http.parameters import IfMatch, Origin, ThePorts

router = Router(tags=["me"])


class MeView(View):
    id: str
    email: str
    name: str
    role: AccountRole


class MeChange(Body):
    """Another `email` needs the `current_password`."""

    name: Omittable[str] = None
    email: Omittable[str] = None
    current_password: Omittable[str] = Field(default=None, repr=False)

    @model_validator(mode="after")
    def _address_with_password(self) -> "MeChange":
        if self.email is not None and self.current_password is None:
            raise ValueError("current_password is required when email is given.")
        return self


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


@router.patch(
    "/me",
    policy=policies.signed_in(),
    errors=(
        AccountNotFound,
        InvalidName,
        InvalidEmail,
        EmailTaken,
        WrongPassword,
        TooManyAttempts,
        KeyLimited,
        PreconditionFailed,
    ),
    reply=MeView,
    present=me_view,
)
async def change_me(
    *,
    body: MeChange,
    caller: CurrentCaller,
    ports: ThePorts,
    origin: Origin,
    check_version: IfMatch,
    later: BackgroundTasks,
) -> JsonReply:
    """Change the caller's name, or with the password the e-mail address. A new address ends every other session, and
    the one before is told by e-mail."""
    account_id = AccountId(caller.account_id)
    if body.email is None or body.current_password is None:
        account = await change_account(
            ChangeAccount(account_id, name=body.name), ports=ports, check_version=check_version
        )
    else:
        if caller.key is not None:
            raise KeyLimited("An API key cannot change the e-mail address. Sign in with a password.")
        command = MoveAccount(
            account_id, body.email, SignInId(caller.credential), origin, body.current_password, body.name
        )
        account, before = await move_account(command, ports=ports, check_version=check_version)
        later.add_task(tell_earlier_address, account, before, ports=ports)
    reply = JsonReply(me_view(account).model_dump(mode="json"), background=later)
    reply.headers["ETag"] = etag_of(account.version)
    return reply


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
