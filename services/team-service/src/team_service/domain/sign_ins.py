"""Sign-ins: a chain of refresh tokens of which only the last one works.

Each use of a refresh token replaces it. A token that was already replaced and comes again has been copied, so the
whole chain ends (RFC 9700, 4.14.2).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NewType

from labelstream_common.errors import NotFound, Unauthenticated
from team_service.domain.accounts import Account, AccountId
from team_service.domain.secrets import Digest

SignInId = NewType("SignInId", str)

IDLE_FOR = timedelta(days=30)
LONGEST_USER_AGENT = 256
DEVICE_KNOWN_FOR = timedelta(days=365)


class WrongCredentials(Unauthenticated):
    """One answer for an unknown address, a wrong password and a disabled account: it tells nothing of who is here."""

    code = "wrong-credentials"

    def __init__(self) -> None:
        super().__init__("The e-mail address or the password is wrong.")


class SessionNotFound(NotFound):
    code = "session-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such session.")


class RefreshTokenEnded(Unauthenticated):
    code = "refresh-token-ended"

    def __init__(self) -> None:
        super().__init__("This refresh token has ended. Sign in again.")


@dataclass(frozen=True, slots=True)
class Device:
    """Where a request came from, as far as one can tell."""

    address: str = ""
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in of one account, from the password until it is ended or lies idle for 30 days: a session.

    It belongs to the account's `epoch` at that time: one that was begun with an earlier password is of no use.
    """

    id: SignInId
    account_id: AccountId
    current: Digest
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    epoch: int = 0
    device: Device = field(default_factory=Device)

    @classmethod
    def begun(cls, sign_in_id: SignInId, account: Account, token: Digest, device: Device, now: datetime) -> "SignIn":
        return cls(sign_in_id, account.id, token, now, now, now + IDLE_FOR, account.epoch, device)
