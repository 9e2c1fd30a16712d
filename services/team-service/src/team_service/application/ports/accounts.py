"""Accounts, what they prove themselves with, and what they chose."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from labelstream_common.mongo import Page, PageParams
from team_service.application.ports.transactions import Work
from team_service.domain.accounts import Account, AccountId, AccountRole
from team_service.domain.api_keys import ApiKey, ApiKeyId
from team_service.domain.attempts import Limit
from team_service.domain.emails import Email
from team_service.domain.preferences import Preferences
from team_service.domain.providers import ProviderLogin
from team_service.domain.secrets import Digest
from team_service.domain.sign_ins import Device, SignIn, SignInId


class Accounts(Protocol):
    async def get(self, account_id: AccountId, work: Work | None = None) -> Account:
        """Raises AccountNotFound."""

    async def by_email(self, email: Email, work: Work | None = None) -> Account | None: ...

    async def by_emails(self, emails: Sequence[Email], work: Work) -> Mapping[Email, Account]: ...

    async def by_ids(self, account_ids: Sequence[AccountId]) -> Mapping[AccountId, Account]: ...

    async def add(self, account: Account, work: Work) -> None:
        """Raises EmailTaken."""

    async def save(self, account: Account, work: Work) -> None:
        """Raises EmailTaken."""

    async def count_other_administrators(self, account_id: AccountId, work: Work) -> int:
        """How many besides this one can sign in. Transactions that ask exclude each other, so the answer stays true."""

    async def claim_first(self, work: Work) -> bool:
        """Whether the platform has no account yet. Only one transaction is ever told so and commits."""

    async def page(self, wish: PageParams, *, email: Email | None, role: AccountRole | None) -> Page[Account]: ...


class SignIns(Protocol):
    """Sessions. Calls without a `Work` are one atomic write."""

    async def add(self, sign_in: SignIn, work: Work) -> None: ...

    async def rotate(self, token: Digest, successor: Digest, device: Device, now: datetime) -> SignIn | None:
        """Puts `successor` in the place of `token`; None if `token` is not the current one of a session."""

    async def find(self, token: Digest, work: Work | None = None) -> SignIn | None:
        """The session in which `token` is the current one, or was replaced earlier."""

    async def of_account(self, sign_in_id: SignInId, account_id: AccountId, work: Work | None = None) -> SignIn:
        """Raises SessionNotFound."""

    async def page(self, account_id: AccountId, wish: PageParams) -> Page[SignIn]: ...

    async def count(self, account_id: AccountId) -> int: ...

    async def remove(self, sign_in_id: SignInId, work: Work) -> bool:
        """Whether it was there."""

    async def end_all(self, account_id: AccountId, work: Work) -> None: ...

    async def end_others(self, account_id: AccountId, kept: SignInId, work: Work) -> Sequence[SignInId]:
        """Ends every session of the account but one; which."""
        ...


class ApiKeys(Protocol):
    async def of_account(self, account_id: AccountId, wish: PageParams) -> Page[ApiKey]: ...

    async def count(self, account_id: AccountId, work: Work) -> int: ...

    async def add(self, key: ApiKey, work: Work) -> None: ...

    async def find(self, key_id: ApiKeyId) -> ApiKey | None: ...

    async def used(self, key_id: ApiKeyId, now: datetime) -> None: ...

    async def remove(self, key_id: ApiKeyId, account_id: AccountId, work: Work) -> None:
        """Raises ApiKeyNotFound."""


class Devices(Protocol):
    """Proofs that an account was signed in on a device before."""

    async def prove(self, account_id: AccountId) -> str:
        """A new proof, to be kept on the device."""

    async def device(self, proof: str, account_id: AccountId) -> str | None:
        """The device that `proof` names, if it is a proof for this account."""


class PreferenceStore(Protocol):
    async def get(self, account_id: AccountId, work: Work | None = None) -> Preferences:
        """Defaults, if the account never chose anything."""

    async def save(self, account_id: AccountId, preferences: Preferences, work: Work) -> None: ...


class ProviderLogins(Protocol):
    """Sign-ins with a provider that are under way."""

    async def add(self, login: ProviderLogin) -> None: ...

    async def take(self, state: Digest) -> ProviderLogin | None:
        """The sign-in of this state, which is gone with that: no other answer gets it."""


class Identities(Protocol):
    """Which account an identity of a provider belongs to."""

    async def account_of(self, issuer: str, subject: str, work: Work) -> AccountId | None: ...

    async def link(self, issuer: str, subject: str, account_id: AccountId, at: datetime, work: Work) -> None: ...


class Attempts(Protocol):
    """Attempts as all replicas count them."""

    async def count(self, limits: Sequence[Limit], now: datetime) -> None:
        """Counts one attempt under each key, before it is made. Raises TooManyAttempts."""

    async def succeeded(self, limits: Sequence[Limit]) -> None:
        """Takes one attempt under each key back: it was no guess."""
