"""Signing in with a password or an API key, staying signed in, and signing out."""

from dataclasses import dataclass, field
from datetime import datetime

from labelstream_common.ids import new_id
from labelstream_common.mongo import retried
from labelstream_contracts import AuditAction
from team_service.application.access_tokens import IssuedTokens, issue_for_key, issue_for_service, issue_for_session
from team_service.application.audit import SYSTEM, noted
from team_service.application.ending import end_session
from team_service.application.passwords import note_failure
from team_service.application.ports import Ports
from team_service.application.secrets import new_secret
from team_service.domain.accounts import Account, AccountNotFound
from team_service.domain.api_keys import ApiKey, InvalidClient, key_id_of
from team_service.domain.attempts import secret_limits, sign_in_limits
from team_service.domain.emails import Email, InvalidEmail, normalised
from team_service.domain.secrets import Digest, digest, same
from team_service.domain.sign_ins import Device, RefreshTokenEnded, SignIn, SignInId, WrongCredentials


@dataclass(frozen=True, slots=True)
class SignInWithPassword:
    """`proof` says that the account was signed in on this device before; `for_cookie` makes tokens for the console's
    session cookie.
    """

    email: str
    password: str = field(repr=False)
    device: Device
    proof: str | None = field(default=None, repr=False)
    for_cookie: bool = False


@dataclass(frozen=True, slots=True)
class SignInWithApiKey:
    """`client_id` is empty or the key's id; the secret names its key itself."""

    client_id: str
    client_secret: str = field(repr=False)
    origin: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`proof` is to be kept on the device: no attack on the account can lock it out there."""

    tokens: IssuedTokens
    proof: str = field(repr=False)


async def sign_in(command: SignInWithPassword, *, ports: Ports) -> SignedIn:
    """Raises WrongCredentials or TooManyAttempts."""
    account = await _checked_account(command, ports)
    return await begin_session(account, command.device, "password", ports=ports, for_cookie=command.for_cookie)


async def begin_session(
    account: Account, device: Device, method: str, *, ports: Ports, for_cookie: bool = False
) -> SignedIn:
    """A session for somebody who has proven who they are, by `method`."""
    refresh_token = new_secret()
    begun = SignIn.begun(SignInId(new_id()), account, digest(refresh_token), device, ports.clock.now())
    await _keep_session(begun, method, ports)
    tokens = await _issued(account, begun, refresh_token, for_cookie, ports)
    return SignedIn(tokens, await ports.devices.prove(account.id))


@retried
async def _keep_session(begun: SignIn, method: str, ports: Ports) -> None:
    async with ports.unit_of_work() as work:
        await ports.sign_ins.add(begun, work)
        by = begun.account_id
        work.record(noted(AuditAction.SIGN_IN, "account", by, by=by, method=method, session_id=begun.id))


async def refresh(refresh_token: str, device: Device, *, ports: Ports, for_cookie: bool = False) -> IssuedTokens:
    """Replaces the refresh token. Raises RefreshTokenEnded; one that was replaced before ends its whole session."""
    successor = new_secret()
    found = await ports.sign_ins.rotate(digest(refresh_token), digest(successor), device, ports.clock.now())
    if found is None:
        await _end(digest(refresh_token), "refresh-token-reused", ports)
        raise RefreshTokenEnded
    try:
        account = await ports.accounts.get(found.account_id)
    except AccountNotFound as error:
        raise RefreshTokenEnded from error
    if account.disabled or account.epoch != found.epoch:
        await _end(digest(successor), "account-changed", ports)
        raise RefreshTokenEnded
    return await _issued(account, found, successor, for_cookie, ports)


async def sign_out(refresh_token: str, *, ports: Ports) -> None:
    """Ends the session of this token. One that ended already, or never was, is as good as signed out."""
    await _end(digest(refresh_token), "signed-out", ports)


@retried
async def _end(token: Digest, reason: str, ports: Ports) -> None:
    async with ports.unit_of_work() as work:
        found = await ports.sign_ins.find(token, work)
        if found is not None:
            by = found.account_id if reason == "signed-out" else SYSTEM
            await end_session(found.id, found.account_id, ports, work, reason=reason, by=by)


async def sign_in_with_api_key(command: SignInWithApiKey, *, ports: Ports) -> IssuedTokens:
    """OAuth2 client credentials (RFC 6749, 4.4). Raises InvalidClient or TooManyAttempts."""
    limits = secret_limits("api-key", command.origin)
    now = ports.clock.now()
    await ports.attempts.count(limits, now)
    tokens = await _service_tokens(command, ports)
    if tokens is None:
        account, key = await _account_of_key(command, ports, now)
        tokens = await issue_for_key(account, key, ports=ports)
    await ports.attempts.succeeded(limits)
    return tokens


async def _service_tokens(command: SignInWithApiKey, ports: Ports) -> IssuedTokens | None:
    """A service that signs in with its own secret; None for everybody else. Raises InvalidClient."""
    secret = ports.service_secrets.get(command.client_id)
    if secret is None:
        return None
    if not same(digest(secret), digest(command.client_secret)):
        raise InvalidClient
    return await issue_for_service(command.client_id, ports=ports)


async def _account_of_key(command: SignInWithApiKey, ports: Ports, now: datetime) -> tuple[Account, ApiKey]:
    key_id = key_id_of(command.client_secret)
    key = await ports.api_keys.find(key_id)
    account = None if key is None else await ports.accounts.get(key.account_id)
    right = key is not None and command.client_id in ("", key_id) and key.fits(command.client_secret, now)
    if key is None or account is None or account.disabled or not right:
        await note_failure(account, "api-key", ports)
        raise InvalidClient
    await _note_key(key, ports)
    await ports.api_keys.used(key.id, now)
    return account, key


@retried
async def _note_key(key: ApiKey, ports: Ports) -> None:
    async with ports.unit_of_work() as work:
        entry = noted(
            AuditAction.SIGN_IN, "account", key.account_id, by=key.account_id, method="api-key", api_key=key.id
        )
        work.record(entry)


async def _checked_account(command: SignInWithPassword, ports: Ports) -> Account:
    email = _email_or_none(command.email)
    account = None if email is None else await ports.accounts.by_email(email)
    device = await _known_device(command, account, ports)
    limits = sign_in_limits(email or command.email, command.device.address, device)
    async with ports.turns.of(limits[0].key):
        await ports.attempts.count(limits, ports.clock.now())
        right = await ports.passwords.verify(command.password, account.password_hash if account else None)
        if account is None or not right or account.disabled:
            await note_failure(account, "password", ports)
            raise WrongCredentials
        await ports.attempts.succeeded(limits)
    return account


async def _known_device(command: SignInWithPassword, account: Account | None, ports: Ports) -> str | None:
    if command.proof is None or account is None:
        return None
    return await ports.devices.device(command.proof, account.id)


def _email_or_none(text: str) -> Email | None:
    """What is no address has no account: the same answer as for a wrong password."""
    try:
        return normalised(text)
    except InvalidEmail:
        return None


async def _issued(
    account: Account, sign_in: SignIn, refresh_token: str, for_cookie: bool, ports: Ports
) -> IssuedTokens:
    csrf_token = new_secret() if for_cookie else None
    return await issue_for_session(account, sign_in, refresh_token, ports=ports, csrf_token=csrf_token)
