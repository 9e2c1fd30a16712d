"""The caller's own account."""

from fastapi import Response
from pydantic import Field, model_validator

from labelstream_common.auth import KeyLimited
from labelstream_common.http import (
    Body,
    CurrentCaller,
    Omittable,
    PreconditionFailed,
    Router,
    View,
    etag_of,
    policies,
)
from team_service.application.accounts import ChangeAccount, change_account
from team_service.application.own_address import MoveAccount, ask_to_move
from team_service.application.passwords import ChangePassword, change_password
from team_service.application.ports import Ports
from team_service.domain.accounts import Account, AccountId, AccountNotFound, AccountRole
from team_service.domain.attempts import TooManyAttempts
from team_service.domain.emails import InvalidEmail
from team_service.domain.mail import MailNotConfigured
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


class OwnAccountView(MeView):
    """`new_email` is the address that waits to be confirmed by the link that was sent to it; null if there is none."""

    new_email: str | None = None


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


async def _own(account: Account, ports: Ports) -> OwnAccountView:
    change = await ports.links.open_email_change(account.id, ports.clock.now())
    return OwnAccountView(**me_view(account).model_dump(), new_email=None if change is None else change.email)


@router.get("/me", policy=policies.signed_in(), errors=(AccountNotFound,))
async def get_me(caller: CurrentCaller, response: Response, ports: ThePorts) -> OwnAccountView:
    """Who the caller is."""
    account = await ports.accounts.get(AccountId(caller.account_id))
    response.headers["ETag"] = etag_of(account.version)
    return await _own(account, ports)


@router.patch(
    "/me",
    policy=policies.signed_in(),
    errors=(
        AccountNotFound,
        InvalidName,
        InvalidEmail,
        MailNotConfigured,
        WrongPassword,
        TooManyAttempts,
        KeyLimited,
        PreconditionFailed,
    ),
)
async def change_me(
    *,
    body: MeChange,
    caller: CurrentCaller,
    ports: ThePorts,
    origin: Origin,
    check_version: IfMatch,
    response: Response,
) -> OwnAccountView:
    """Change the caller's name, or with the password the e-mail address.

    A new address takes effect once the link that is sent to it is used (`POST /auth/email-change/{token}`). Whether
    it has an account is not told.
    """
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
        account = await ask_to_move(command, ports=ports, check_version=check_version)
    response.headers["ETag"] = etag_of(account.version)
    return await _own(account, ports)


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
