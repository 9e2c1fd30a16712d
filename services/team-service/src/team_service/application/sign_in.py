"""Signing in with a password or an API key, staying signed in, and signing out."""

from dataclasses import dataclass, field

from labelstream_common.ids import new_id
from team_service.application.access_tokens import IssuedTokens, issue
from team_service.application.ports import Ports
from team_service.application.secrets import new_secret
from team_service.domain.accounts import Account, AccountNotFound
from team_service.domain.api_keys import InvalidClient, key_id_of
from team_service.domain.attempts import secret_limits, sign_in_limits
from team_service.domain.emails import Email, InvalidEmail, normalised
from team_service.domain.secrets import digest
from team_service.domain.sign_ins import RefreshTokenEnded, SignIn, SignInId, WrongCredentials


@dataclass(frozen=True, slots=True)
class SignInWithPassword:
    """`origin` is the address the request came from; `for_cookie` makes tokens for the console's session cookie."""

    email: str
    password: str = field(repr=False)
    origin: str = ""
    for_cookie: bool = False


@dataclass(frozen=True, slots=True)
class SignInWithApiKey:
    """`client_id` is empty or the key's id; the secret names its key itself."""

    client_id: str
    client_secret: str = field(repr=False)
    origin: str = ""


async def sign_in(command: SignInWithPassword, *, ports: Ports) -> IssuedTokens:
    """Raises WrongCredentials or TooManyAttempts."""
    account = await _checked_account(command, ports)
    now = ports.clock.now()
    refresh_token = new_secret()
    await ports.sign_ins.add(SignIn.begun(SignInId(new_id()), account.id, digest(refresh_token), now))
    return await _issued(account, refresh_token, command.for_cookie, ports)


async def refresh(refresh_token: str, *, ports: Ports, for_cookie: bool = False) -> IssuedTokens:
    """Replaces the refresh token. Raises RefreshTokenEnded; one that was replaced before ends its whole chain."""
    successor = new_secret()
    found = await ports.sign_ins.rotate(digest(refresh_token), digest(successor), ports.clock.now())
    if found is None:
        await ports.sign_ins.end_replaced(digest(refresh_token))
        raise RefreshTokenEnded
    try:
        account = await ports.accounts.get(found.account_id)
    except AccountNotFound as error:
        raise RefreshTokenEnded from error
    if account.disabled:
        await ports.sign_ins.end(digest(successor))
        raise RefreshTokenEnded
    return await _issued(account, successor, for_cookie, ports)


async def sign_out(refresh_token: str, *, ports: Ports) -> None:
    """Ends the chain of this token. One that ended already, or never was, is as good as signed out."""
    await ports.sign_ins.end(digest(refresh_token))


async def sign_in_with_api_key(command: SignInWithApiKey, *, ports: Ports) -> IssuedTokens:
    """OAuth2 client credentials (RFC 6749, 4.4). Raises InvalidClient or TooManyAttempts."""
    limits = secret_limits("api-key", command.origin)
    now = ports.clock.now()
    await ports.attempts.check(limits, now)
    try:
        account = await _account_of_key(command, ports)
    except InvalidClient:
        await ports.attempts.failed(limits, now)
        raise
    return await issue(account, now, ports=ports)


async def _account_of_key(command: SignInWithApiKey, ports: Ports) -> Account:
    key_id = key_id_of(command.client_secret)
    key = await ports.api_keys.find(key_id)
    if key is None or command.client_id not in ("", key_id):
        raise InvalidClient
    now = ports.clock.now()
    key.check(command.client_secret, now)
    account = await ports.accounts.get(key.account_id)
    if account.disabled:
        raise InvalidClient
    await ports.api_keys.used(key.id, now)
    return account


async def _checked_account(command: SignInWithPassword, ports: Ports) -> Account:
    email = _email_or_none(command.email)
    limits = sign_in_limits(email or command.email, command.origin)
    now = ports.clock.now()
    await ports.attempts.check(limits, now)
    account = None if email is None else await ports.accounts.by_email(email)
    right = await ports.passwords.verify(command.password, account.password_hash if account else None)
    if account is None or not right or account.disabled:
        await ports.attempts.failed(limits, now)
        raise WrongCredentials
    await ports.attempts.forget(limits[:1])
    return account


def _email_or_none(text: str) -> Email | None:
    """What is no address has no account: the same answer as for a wrong password."""
    try:
        return normalised(text)
    except InvalidEmail:
        return None


async def _issued(account: Account, refresh_token: str, for_cookie: bool, ports: Ports) -> IssuedTokens:
    csrf_token = new_secret() if for_cookie else None
    now = ports.clock.now()
    return await issue(account, now, ports=ports, refresh_token=refresh_token, csrf_token=csrf_token)
