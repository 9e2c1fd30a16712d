"""Why a caller is not let in.

Unauthenticated
├── TokenMissing        neither a bearer token nor a session cookie
├── TokenInvalid        expired, of another key, for another audience, malformed
├── TokenEnded          its session or API key has ended, or the password was changed
└── AccountDisabled     the token is valid, its account is disabled
Forbidden
├── CsrfFailed          a session cookie without the CSRF token that belongs to it
└── KeyLimited          the API key may not do this
"""

from labelstream_common.errors import Forbidden, Unauthenticated


class TokenMissing(Unauthenticated):
    code = "token-missing"

    def __init__(self) -> None:
        super().__init__("Send a token: `Authorization: Bearer <token>`.")


class TokenInvalid(Unauthenticated):
    code = "token-invalid"
    title = "The access token is invalid"


class TokenEnded(Unauthenticated):
    code = "token-ended"
    title = "The access token has ended"

    def __init__(self) -> None:
        super().__init__("The session or API key of this access token has ended. Sign in again.")


class AccountDisabled(Unauthenticated):
    code = "account-disabled"
    title = "The account is disabled"

    def __init__(self) -> None:
        super().__init__("This account is disabled. An administrator can enable it again.")


class CsrfFailed(Forbidden):
    code = "csrf-failed"
    title = "The request did not come from the console"

    def __init__(self) -> None:
        super().__init__("A change made with the session cookie must send the CSRF token in the header X-CSRF-Token.")


class KeyLimited(Forbidden):
    code = "key-limited"
    title = "The API key does not allow this"
