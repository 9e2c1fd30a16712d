"""Why a caller is not let in.

Unauthenticated
├── TokenMissing        neither a bearer token nor a session cookie
├── TokenInvalid        expired, of another key, for another audience, malformed
└── AccountDisabled     the token holds, its account does not
Forbidden
└── CsrfFailed          a session cookie without the CSRF token that belongs to it
"""

from labelstream_common.errors import Forbidden, Unauthenticated


class TokenMissing(Unauthenticated):
    code = "token-missing"

    def __init__(self) -> None:
        super().__init__("Send a token: `Authorization: Bearer <token>`.")


class TokenInvalid(Unauthenticated):
    code = "token-invalid"
    title = "The token does not hold"


class AccountDisabled(Unauthenticated):
    code = "account-disabled"
    title = "The account is disabled"

    def __init__(self) -> None:
        super().__init__("This account is disabled. An administrator can enable it again.")


class CsrfFailed(Forbidden):
    code = "csrf-failed"
    title = "The request did not come from the console"

    def __init__(self) -> None:
        super().__init__("A changing request with the session cookie needs its token in the header X-CSRF-Token.")
