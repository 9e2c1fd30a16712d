"""What a token says: the contract between team-service, which issues tokens, and all that verify them.

A JWT (RFC 7519), signed with EdDSA over Ed25519 (RFC 8037), header `{"alg": "EdDSA", "kid", "typ": "at+jwt"}`:

| claim | meaning |
|---|---|
| `sub` | account id |
| `role` | `admin`, `member` or `annotator` |
| `email` | for logs and lists; may be absent |
| `iss` | the public URL of the installation |
| `aud` | `labelstream` |
| `iat`, `exp` | seconds since 1970; 60 minutes apart |
| `csrf` | only in the console's session cookie: what the header X-CSRF-Token must carry |
"""

from typing import Final

import msgspec

from labelstream_common.auth.caller import AccountRole, Caller

ALGORITHM: Final = "EdDSA"
AUDIENCE: Final = "labelstream"
TOKEN_SECONDS: Final = 60 * 60
SESSION_COOKIE: Final = "labelstream_session"
CSRF_HEADER: Final = "X-CSRF-Token"
API_KEY_PREFIX: Final = "lsk_"


class Claims(msgspec.Struct, frozen=True, forbid_unknown_fields=False):
    """A verified token's content."""

    sub: str
    role: AccountRole
    aud: str | list[str]
    exp: int
    iat: int = 0
    iss: str = ""
    email: str = ""
    csrf: str | None = None
    nbf: int = 0

    def is_for(self, audience: str) -> bool:
        return audience == self.aud or (isinstance(self.aud, list) and audience in self.aud)

    def caller(self) -> Caller:
        return Caller(self.sub, self.role, self.email)


def claims_of(
    caller: Caller, *, issuer: str, issued_at: int, seconds: int = TOKEN_SECONDS, csrf: str | None = None
) -> dict[str, str | int]:
    """The claims of a token for `caller`, ready to be signed. `csrf` makes it one for the session cookie."""
    claims: dict[str, str | int] = {
        "sub": caller.account_id,
        "role": caller.role.value,
        "email": caller.email,
        "iss": issuer,
        "aud": AUDIENCE,
        "iat": issued_at,
        "exp": issued_at + seconds,
    }
    return claims if csrf is None else {**claims, "csrf": csrf}
