"""Links that are sent by e-mail and work once: invitations and password resets. Only digests are stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from labelstream_common.errors import Gone, NotFound
from team_service.domain.accounts import AccountId
from team_service.domain.emails import Email
from team_service.domain.members import MemberId
from team_service.domain.secrets import Digest

INVITATION_HOLDS = timedelta(hours=72)
PASSWORD_RESET_HOLDS = timedelta(hours=1)
EMAIL_CHANGE_HOLDS = timedelta(hours=24)
# A link that ended still answers "gone", not "never heard of", for this long.
REMEMBERED = timedelta(days=30)


class LinkNotFound(NotFound):
    code = "link-not-found"

    def __init__(self) -> None:
        super().__init__("The link is invalid.")


class LinkUsed(Gone):
    code = "link-used"

    def __init__(self) -> None:
        super().__init__("The link has already been used.")


class LinkExpired(Gone):
    code = "link-expired"

    def __init__(self) -> None:
        super().__init__("This link has expired. Ask for a new one.")


class InvitationUsed(Gone):
    code = "invitation-used"

    def __init__(self) -> None:
        super().__init__("This invitation has already been used. Sign in with the account that it made.")


class InvitationExpired(Gone):
    code = "invitation-expired"

    def __init__(self) -> None:
        super().__init__("This invitation has expired. Ask whoever invited you to send a new one.")


class InvitationWithdrawn(Gone):
    code = "invitation-withdrawn"

    def __init__(self) -> None:
        super().__init__("This invitation was withdrawn.")


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link by which somebody without an account gets one and becomes active wherever their address was added."""

    token: Digest
    member_id: MemberId
    email: Email
    expires_at: datetime
    used_at: datetime | None = None

    def check(self, now: datetime) -> None:
        """Raises InvitationUsed or InvitationExpired."""
        if self.used_at is not None:
            raise InvitationUsed
        if self.expires_at <= now:
            raise InvitationExpired


@dataclass(frozen=True, slots=True)
class PasswordReset:
    token: Digest
    account_id: AccountId
    expires_at: datetime
    used_at: datetime | None = None

    def check(self, now: datetime) -> None:
        check_link(self.expires_at, self.used_at, now)


@dataclass(frozen=True, slots=True)
class EmailChange:
    """A link that confirms an account's new address. `session` goes on afterwards; all others end."""

    token: Digest
    account_id: AccountId
    email: Email
    session: str
    expires_at: datetime
    used_at: datetime | None = None

    def check(self, now: datetime) -> None:
        check_link(self.expires_at, self.used_at, now)


def check_link(expires_at: datetime, used_at: datetime | None, now: datetime) -> None:
    """Raises LinkUsed or LinkExpired."""
    if used_at is not None:
        raise LinkUsed
    if expires_at <= now:
        raise LinkExpired
