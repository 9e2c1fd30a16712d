"""Signing in with OpenID Connect: the authorization code with PKCE, and the account that comes of it."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from labelstream_common.mongo import retried
from labelstream_common.telemetry import get_logger
from labelstream_contracts import AuditAction
from team_service.application.accounts import NewAccount, open_account
from team_service.application.activation import activate_members
from team_service.application.audit import SYSTEM, noted, noted_of_account
from team_service.application.ports import Ports, Work
from team_service.application.secrets import new_secret
from team_service.application.sign_in import SignedIn, begin_session
from team_service.domain.accounts import Account, AccountRole, LastAdministrator, check_administrators
from team_service.domain.attempts import secret_limits
from team_service.domain.emails import Email, InvalidEmail, normalised
from team_service.domain.events import AccountUpdated
from team_service.domain.names import InvalidName, person_name
from team_service.domain.providers import (
    LOGIN_HOLDS,
    Identity,
    ProviderAnswerInvalid,
    ProviderEmailUnverified,
    ProviderLogin,
    ProviderNotAllowed,
    ProviderNotFound,
    ProviderRefused,
    ProviderRules,
    ProviderSignInFailed,
    ProviderStateInvalid,
    checked_return,
)
from team_service.domain.secrets import digest, same
from team_service.domain.sign_ins import Device

log = get_logger(__name__)


class Provider(Protocol):
    """One provider, as this service speaks with it."""

    @property
    def rules(self) -> ProviderRules: ...

    @property
    def issuer(self) -> str: ...

    async def authorization_url(self, *, state: str, nonce: str, challenge: str) -> str:
        """Where the browser is sent. Raises ProviderUnavailable."""

    async def identity(self, code: str, *, verifier: str, nonce: str) -> Identity:
        """Whom the code stands for. Raises ProviderAnswerInvalid, ProviderRefused or ProviderUnavailable."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and the secret that it keeps until it comes back."""

    url: str
    browser: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser brings back from a provider. `browser` is the secret that it kept."""

    provider_id: str
    state: str = field(repr=False)
    code: str = field(repr=False)
    browser: str = field(repr=False)
    error: str
    issuer: str
    device: Device


@dataclass(frozen=True, slots=True)
class Arrived:
    signed_in: SignedIn
    return_to: str


@dataclass(frozen=True, slots=True)
class GivenRole:
    """The role that a provider gives. `follows_groups`: also to an account that is there already."""

    role: AccountRole
    follows_groups: bool


Providers = Mapping[str, Provider]


async def begin(provider_id: str, return_to: str, origin: str, *, providers: Providers, ports: Ports) -> Begun:
    """Raises ProviderNotFound, InvalidReturn, ProviderUnavailable or TooManyAttempts."""
    provider, path = _provider(provider_id, providers), checked_return(return_to)
    now = ports.clock.now()
    await ports.attempts.count(secret_limits("provider-begin", origin), now)
    state, browser, nonce, verifier = (new_secret() for _ in range(4))
    url = await provider.authorization_url(state=state, nonce=nonce, challenge=_challenge(verifier))
    login = ProviderLogin(digest(state), provider_id, digest(browser), nonce, verifier, path, now + LOGIN_HOLDS)
    await ports.provider_logins.add(login)
    return Begun(url, browser)


async def finish(answer: Answer, *, providers: Providers, ports: Ports) -> Arrived:
    """The session of whom the provider vouches for. Raises ProviderNotFound, ProviderSignInFailed or
    TooManyAttempts."""
    provider = _provider(answer.provider_id, providers)
    limits, now = secret_limits("provider-finish", answer.device.address), ports.clock.now()
    await ports.attempts.count(limits, now)
    try:
        login = await _login_of(answer, provider, ports)
        identity = await provider.identity(answer.code, verifier=login.verifier, nonce=login.nonce)
        account = await _admit(identity, provider.rules, ports)
    except ProviderSignInFailed as error:
        log.warning("team.provider.refused", provider=answer.provider_id, code=error.code, reason=_reason(error))
        await _note_failure(provider.rules, error, ports)
        raise
    await ports.attempts.succeeded(limits)
    method = f"provider:{provider.rules.id}"
    signed_in = await begin_session(account, answer.device, method, ports=ports, for_cookie=True)
    return Arrived(signed_in, login.return_to)


async def _login_of(answer: Answer, provider: Provider, ports: Ports) -> ProviderLogin:
    """The sign-in that this answers, which no other answer can use. Raises ProviderStateInvalid or ProviderRefused."""
    login = await ports.provider_logins.take(digest(answer.state))
    if login is None or login.expires_at <= ports.clock.now() or login.provider_id != answer.provider_id:
        raise ProviderStateInvalid
    if not same(login.browser, digest(answer.browser)):
        raise ProviderStateInvalid
    if answer.issuer and answer.issuer != provider.issuer:
        raise ProviderAnswerInvalid("another issuer")  # a mix-up of providers (RFC 9207)
    if answer.error or not answer.code:
        raise ProviderRefused
    return login


async def _admit(identity: Identity, rules: ProviderRules, ports: Ports) -> Account:
    """The account of an identity, in the role that its groups give. Raises ProviderSignInFailed."""
    role = rules.role_for(identity.groups)
    account = await _account_of(identity, rules, GivenRole(role, follows_groups=bool(rules.roles)), ports)
    if account.disabled:
        raise ProviderNotAllowed
    return account


@retried
async def _account_of(identity: Identity, rules: ProviderRules, given: GivenRole, ports: Ports) -> Account:
    async with ports.unit_of_work() as work:
        account_id = await ports.identities.account_of(identity.issuer, identity.subject, work)
        if account_id is None:
            account = await _linked(identity, rules, given, ports, work)
        else:
            account = await ports.accounts.get(account_id, work)
        if given.follows_groups and not account.disabled:
            account = await _in_role(account, given, ports, work)
    return account


async def _linked(identity: Identity, rules: ProviderRules, given: GivenRole, ports: Ports, work: Work) -> Account:
    """The account with the verified address of somebody who comes for the first time, or a new one."""
    email = _verified_email(identity)
    rules.check_domain(email)
    account = await ports.accounts.by_email(email, work)
    if account is None:
        account = await open_account(NewAccount(email, _name(identity, email), given.role), ports, work)
        work.record(
            noted_of_account(AuditAction.ACCOUNT_CREATED, account, by=SYSTEM, role=given.role.value, provider=rules.id)
        )
        await activate_members(account, account.id, ports, work)
        await ports.links.use_invitations(email, ports.clock.now(), work)
    elif account.disabled:
        raise ProviderNotAllowed
    await ports.identities.link(identity.issuer, identity.subject, account.id, ports.clock.now(), work)
    work.record(noted_of_account(AuditAction.PROVIDER_LINKED, account, by=account.id, provider=rules.id))
    return account


async def _in_role(account: Account, given: GivenRole, ports: Ports, work: Work) -> Account:
    """The last administrator stays one, whatever the groups say."""
    if account.role is given.role:
        return account
    after = account.changed(role=given.role)
    if account.administers:
        try:
            check_administrators(account, after, await ports.accounts.count_other_administrators(account.id, work))
        except LastAdministrator:
            return account  # the last administrator keeps the role, and the sign-in goes on
    await ports.accounts.save(after, work)
    work.record(AccountUpdated(after, ports.clock.now()))
    roles = {"from": account.role.value, "to": after.role.value}
    work.record(noted_of_account(AuditAction.ROLE_CHANGED, after, by=SYSTEM, **roles))
    return after


def _verified_email(identity: Identity) -> Email:
    if identity.email is None or not identity.email_verified:
        raise ProviderEmailUnverified
    try:
        return normalised(identity.email)
    except InvalidEmail as error:
        raise ProviderEmailUnverified from error


def _name(identity: Identity, email: str) -> str:
    try:
        return person_name(identity.name or "")
    except InvalidName:
        return email.partition("@")[0]  # a provider may tell no name, or one with characters that names cannot have


@retried
async def _note_failure(rules: ProviderRules, error: ProviderSignInFailed, ports: Ports) -> None:
    async with ports.unit_of_work() as work:
        detail = {"method": f"provider:{rules.id}", "reason": error.code}
        work.record(noted(AuditAction.SIGN_IN_FAILED, "account", None, **detail))


def _reason(error: ProviderSignInFailed) -> str:
    return error.reason if isinstance(error, ProviderAnswerInvalid) else ""


def _provider(provider_id: str, providers: Providers) -> Provider:
    found = providers.get(provider_id)
    if found is None:
        raise ProviderNotFound
    return found


def _challenge(verifier: str) -> str:
    """S256 (RFC 7636, 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
