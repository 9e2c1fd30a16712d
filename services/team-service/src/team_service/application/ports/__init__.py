"""What the use cases need of the world. `Work` is the transaction at hand; reads without one see what is committed."""

from collections.abc import Container, Mapping
from dataclasses import dataclass

from labelstream_common.clock import Clock
from labelstream_common.messaging import UnitOfWorkFactory
from team_service.application.ports.accounts import (
    Accounts,
    ApiKeys,
    Attempts,
    Devices,
    Identities,
    PreferenceStore,
    ProviderLogins,
    SignIns,
)
from team_service.application.ports.audit import Audit
from team_service.application.ports.keys import KeyMaker, Passwords, Signer, SigningKeys
from team_service.application.ports.letters import Letters, Links, Mail
from team_service.application.ports.people import Jobs, Members, Teams
from team_service.application.ports.transactions import Work
from team_service.application.turns import Turns
from team_service.domain.mail import MailLanguage

__all__ = [
    "Accounts",
    "ApiKeys",
    "Attempts",
    "Audit",
    "Devices",
    "Identities",
    "Jobs",
    "KeyMaker",
    "Letters",
    "Links",
    "Mail",
    "Members",
    "Passwords",
    "Ports",
    "PreferenceStore",
    "ProviderLogins",
    "SignIns",
    "Signer",
    "SigningKeys",
    "Teams",
    "Work",
]


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
