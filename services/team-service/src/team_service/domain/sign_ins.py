"""Sign-ins: a chain of refresh tokens of which only the last one works.

Each use of a refresh token replaces it. A token that was already replaced and comes again has been copied, so the
whole chain ends (RFC 9700, 4.14.2).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType

from labelstream_common.errors import Unauthenticated
from team_service.domain.accounts import AccountId
from team_service.domain.secrets import Digest

SignInId = NewType("SignInId", str)

IDLE_FOR = timedelta(days=30)


class WrongCredentials(Unauthenticated):
    """One answer for an unknown address, a wrong password and a disabled account: it tells nothing of who is here."""

    code = "wrong-credentials"

    def __init__(self) -> None:
        super().__init__("The e-mail address or the password is wrong.")


class RefreshTokenEnded(Unauthenticated):
    code = "refresh-token-ended"

    def __init__(self) -> None:
        super().__init__("This refresh token does not hold any more. Sign in again.")


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in of one account, from the password until it is ended or lies idle for 30 days."""

    id: SignInId
    account_id: AccountId
    current: Digest
    created_at: datetime
    expires_at: datetime

    @classmethod
    def begun(cls, sign_in_id: SignInId, account_id: AccountId, token: Digest, now: datetime) -> "SignIn":
        return cls(sign_in_id, account_id, token, now, now + IDLE_FOR)
