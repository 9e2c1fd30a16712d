"""What the use cases need of the world. `Work` is the transaction at hand; reads without one see what is committed."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from labelstream_common.clock import Clock
from labelstream_common.messaging import UnitOfWorkFactory
from labelstream_common.mongo import Page, PageParams, Session
from labelstream_contracts import AuditRecorded
from team_service.application.turns import Turns
from team_service.domain.accounts import Account, AccountId, AccountRole
from team_service.domain.api_keys import ApiKey, ApiKeyId
from team_service.domain.attempts import Limit
from team_service.domain.audit import AuditEntry, AuditFilter
from team_service.domain.emails import Email
from team_service.domain.jobs import Job
from team_service.domain.links import EmailChange, Invitation, PasswordReset
from team_service.domain.mail import LetterId, LetterStatus, MailLanguage, PostedLetter
from team_service.domain.members import Member, MemberId, Person, Scope
from team_service.domain.preferences import Preferences
from team_service.domain.providers import ProviderLogin
from team_service.domain.secrets import Digest
from team_service.domain.sign_ins import Device, SignIn, SignInId
from team_service.domain.signing_keys import SigningKey
from team_service.domain.teams import Team, TeamId


class Work(Protocol):
    """A transaction: what is written with it, and what it records, is kept together or not at all."""

    @property
    def session(self) -> Any:
        """The database's own handle; only adapters look at it."""

    def record(self, event: object) -> None: ...


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


class Members(Protocol):
    async def find(self, member_id: MemberId, work: Work | None = None) -> Member | None: ...

    async def by_person(self, scope: Scope, email: Email, account_id: AccountId | None, work: Work) -> Member | None:
        """The member of `scope` with this address or this account, removed ones too."""

    async def by_people(self, scope: Scope, people: Sequence[Person], work: Work) -> Sequence[Member]:
        """The members of `scope` with the address or the account of any of these, removed ones too."""

    async def several(self, member_ids: Sequence[MemberId], work: Work) -> Sequence[Member]:
        """Those of these members that there are, removed ones too."""

    async def with_email(self, email: Email, work: Work) -> Sequence[Member]:
        """Members anywhere who have no account yet and were not removed."""

    async def of_scope(self, scope: Scope, work: Work | None = None) -> Sequence[Member]:
        """Everybody who was not removed."""

    async def count(self, scope: Scope, work: Work) -> int:
        """How many were not removed."""

    async def add(self, member: Member, work: Work) -> None: ...

    async def save(self, member: Member, work: Work) -> None: ...

    async def put(self, members: Sequence[Member], work: Work) -> None:
        """Adds or saves each."""

    async def page(self, scope: Scope, wish: PageParams, *, removed: bool, with_account: bool = False) -> Page[Member]:
        """Those who are there, or those who were removed; `with_account` leaves out who has none yet."""

    async def people(self, scope: Scope, wish: PageParams, *, besides: AccountId | None, room: int) -> Page[Member]:
        """Everybody with an account who is or was there, `besides` one; at most `room` instead of the wish's limit."""

    async def with_account_ever(self, scope: Scope, account_id: AccountId, work: Work) -> Member | None:
        """The member whose account this is, also one who was removed."""

    async def with_account(self, scope: Scope, account_id: AccountId) -> Member | None:
        """The active member whose account this is."""


class Teams(Protocol):
    async def get(self, team_id: TeamId, work: Work | None = None) -> Team:
        """Raises TeamNotFound."""

    async def add(self, team: Team, work: Work) -> None: ...

    async def save(self, team: Team, work: Work) -> None: ...

    async def untold(self) -> Team | None:
        """A team that no event has told of; None if there is none."""

    async def remove(self, team_id: TeamId, work: Work) -> None: ...

    async def page(self, wish: PageParams, *, seen_by: AccountId | None) -> Page[Team]:
        """Teams that the account made or belongs to; all of them for None."""


class Jobs(Protocol):
    async def find(self, job_id: str, work: Work | None = None) -> Job | None: ...

    async def follow(self, job: Job, work: Work) -> bool:
        """Takes a newer version of a job; whether it was newer."""


class Links(Protocol):
    async def add_invitation(self, invitation: Invitation, work: Work) -> None: ...

    async def invitation(self, token: Digest, work: Work | None = None) -> Invitation:
        """Raises LinkNotFound."""

    async def use_invitations(self, email: Email, now: datetime, work: Work) -> None:
        """Marks every invitation of this address as used."""

    async def add_password_reset(self, reset: PasswordReset, work: Work) -> None: ...

    async def password_reset(self, token: Digest, work: Work | None = None) -> PasswordReset:
        """Raises LinkNotFound."""

    async def add_email_change(self, change: EmailChange, work: Work) -> None: ...

    async def email_change(self, token: Digest, work: Work | None = None) -> EmailChange:
        """Raises LinkNotFound."""

    async def open_email_change(self, account_id: AccountId, now: datetime) -> EmailChange | None:
        """The one that the account has yet to confirm."""

    async def use_email_changes(self, account_id: AccountId, now: datetime, work: Work) -> None:
        """Marks every change of address of this account as used."""

    async def use_password_resets(self, account_id: AccountId, now: datetime, work: Work) -> None:
        """Marks every password reset of this account as used."""


class Attempts(Protocol):
    """Attempts as all replicas count them."""

    async def count(self, limits: Sequence[Limit], now: datetime) -> None:
        """Counts one attempt under each key, before it is made. Raises TooManyAttempts."""

    async def succeeded(self, limits: Sequence[Limit]) -> None:
        """Takes one attempt under each key back: it was no guess."""


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


class Audit(Protocol):
    """It can be added to and read; nothing changes or ends an entry but its age."""

    async def keep(self, session: Session, entries: Sequence[AuditRecorded]) -> None:
        """Adds, in the transaction of `session`, what is not there yet."""

    async def page(self, only: AuditFilter, wish: PageParams) -> Page[AuditEntry]:
        """The newest first. Raises InvalidCursor."""


class SigningKeys(Protocol):
    async def all(self) -> Sequence[SigningKey]: ...

    async def add(self, key: SigningKey) -> SigningKey:
        """The key of this sequence: `key`, or that of another replica, if it was first."""

    async def remove(self, key_ids: Sequence[str]) -> None: ...


class KeyMaker(Protocol):
    def make(self, sequence: int, created_at: datetime, signs_from: datetime) -> SigningKey: ...


class Passwords(Protocol):
    async def hash(self, password: str) -> str: ...

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Takes as long for None, so that nobody can tell by the clock who has an account."""


class Signer(Protocol):
    def sign(self, claims: Mapping[str, Any], key: SigningKey) -> str:
        """A compact JWS (RFC 7515)."""


class Letters(Protocol):
    """E-mails on their way, and what became of them."""

    async def add(self, posted: PostedLetter, work: Work) -> None: ...

    async def page(self, wish: PageParams) -> Page[PostedLetter]: ...

    async def get(self, letter_id: LetterId) -> PostedLetter:
        """Raises LetterNotFound."""

    async def latest(self, member_ids: Sequence[MemberId]) -> Mapping[MemberId, LetterStatus]:
        """What became of the last letter to each of these annotators who was written to."""


class Mail(Protocol):
    @property
    def configured(self) -> bool:
        """Whether letters can be sent at all."""

    async def send(self, posted: PostedLetter) -> None:
        """Hands the letter to the mail server. Raises MailServerAway or LetterRefused: then it was not sent."""


@dataclass(frozen=True, slots=True)
class Ports:
    """All of them, as `bootstrap` puts them together."""

    accounts: Accounts
    sign_ins: SignIns
    api_keys: ApiKeys
    members: Members
    teams: Teams
    jobs: Jobs
    links: Links
    attempts: Attempts
    devices: Devices
    preferences: PreferenceStore
    provider_logins: ProviderLogins
    identities: Identities
    audit: Audit
    signing_keys: SigningKeys
    key_maker: KeyMaker
    signer: Signer
    passwords: Passwords
    common_passwords: Container[str]
    mail: Mail
    letters: Letters
    unit_of_work: UnitOfWorkFactory
    clock: Clock
    turns: Turns
    public_url: str
    mail_language: MailLanguage
    has_mailbox: bool
    service_secrets: Mapping[str, str]
    """What other services sign in with, by their names."""
