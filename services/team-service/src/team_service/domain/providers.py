"""Signing in with an organisation's own provider (OpenID Connect): whom it vouches for, and what they become here.

The rule: a person is known by issuer and subject. Who comes for the first time gets the account that has their e-mail
address, or a new one, but only if the provider says that the address is verified.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from labelstream_common.errors import Invalid, NotFound, Unauthenticated
from team_service.domain.accounts import AccountRole
from team_service.domain.secrets import Digest

LOGIN_HOLDS: Final = timedelta(minutes=10)
LONGEST_RETURN: Final = 2_048
_STRENGTH: Final = (AccountRole.ADMIN, AccountRole.MEMBER, AccountRole.ANNOTATOR)


class ProviderNotFound(NotFound):
    code = "provider-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such sign-in provider.")


class InvalidReturn(Invalid):
    code = "invalid-return"

    def __init__(self) -> None:
        super().__init__("`return_to` must be a path of this installation.", pointer="/return_to")


class ProviderSignInFailed(Unauthenticated):
    """Each way in which it fails has a code of its own; the sign-in page says it in words."""

    code = "provider-sign-in-failed"


class ProviderStateInvalid(ProviderSignInFailed):
    """Not begun in this browser, used before, or too long ago."""

    code = "provider-state-invalid"

    def __init__(self) -> None:
        super().__init__("This sign-in was not begun in this browser, or has expired. Begin again.")


class ProviderRefused(ProviderSignInFailed):
    code = "provider-refused"

    def __init__(self) -> None:
        super().__init__("The provider did not sign you in.")


class ProviderAnswerInvalid(ProviderSignInFailed):
    """What the provider answered proves nothing."""

    code = "provider-answer-invalid"

    def __init__(self, reason: str = "") -> None:
        super().__init__("The provider's answer could not be verified.")
        self.reason = reason


class ProviderUnavailable(ProviderSignInFailed):
    code = "provider-unavailable"

    def __init__(self) -> None:
        super().__init__("The provider does not answer at the moment. Try again later.")


class ProviderEmailUnverified(ProviderSignInFailed):
    code = "provider-email-unverified"

    def __init__(self) -> None:
        super().__init__("The provider has not verified your e-mail address, so no account can be found by it.")


class ProviderNotAllowed(ProviderSignInFailed):
    code = "provider-not-allowed"

    def __init__(self) -> None:
        super().__init__("You may not sign in here. Ask an administrator.")


@dataclass(frozen=True, slots=True)
class ProviderRules:
    """A provider as the operator has set it up. `roles`: the account role of a group; without any, `default_role` is
    that of new accounts and nothing changes later. `default_role` None: only members of a named group may come."""

    id: str
    name: str
    roles: Mapping[str, AccountRole] = field(default_factory=dict)
    default_role: AccountRole | None = AccountRole.ANNOTATOR
    email_domains: Collection[str] = ()

    def role_for(self, groups: Collection[str]) -> AccountRole:
        """The strongest role of somebody's groups. Raises ProviderNotAllowed."""
        found = {self.roles[group] for group in groups if group in self.roles}
        role = next((role for role in _STRENGTH if role in found), self.default_role)
        if role is None:
            raise ProviderNotAllowed
        return role

    def check_domain(self, email: str) -> None:
        """Raises ProviderNotAllowed."""
        if self.email_domains and email.rpartition("@")[2].lower() not in self.email_domains:
            raise ProviderNotAllowed


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a provider vouches for."""

    issuer: str
    subject: str
    email: str | None
    email_verified: bool
    name: str | None = None
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProviderLogin:
    """A sign-in under way: good for one answer, in the browser that began it."""

    state: Digest
    provider_id: str
    browser: Digest
    nonce: str
    verifier: str = field(repr=False)
    return_to: str
    expires_at: datetime


def checked_return(path: str) -> str:
    """Where the browser goes afterwards: within this installation, whatever it makes of slashes. Raises
    InvalidReturn."""
    fine = path.startswith("/") and not path.startswith("//") and len(path) <= LONGEST_RETURN
    if not fine or "\\" in path or any(ord(each) <= 0x20 or ord(each) == 0x7F for each in path):
        raise InvalidReturn
    return path
