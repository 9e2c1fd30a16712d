"""What a token says: the contract between team-service, which issues tokens, and all that verify them.

A JWT (RFC 7519), signed with EdDSA over Ed25519 (RFC 8037), header `{"alg": "EdDSA", "kid", "typ": "at+jwt"}`:

| claim | meaning |
|---|---|
| `sub` | account id |
| `role` | `admin`, `member` or `annotator` |
| `email` | for logs and lists; may be absent |
| `iss` | the public URL of the installation; tokens of another one are refused |
| `aud` | `labelstream` |
| `iat`, `exp` | seconds since 1970; 60 minutes apart |
| `epoch` | the account's epoch; a token of an earlier one is invalid |
| `sid` | the session that the token belongs to |
| `key`, `scopes`, `job_ids` | the API key that the token was issued for, and what it is limited to |
| `csrf` | only in the console's session cookie: what the header X-CSRF-Token must carry |
"""

from typing import Final

import msgspec

from labelstream_common.auth.caller import AccountRole, Caller, KeyLimits, KeyScope

ALGORITHM: Final = "EdDSA"
AUDIENCE: Final = "labelstream"
TOKEN_SECONDS: Final = 60 * 60
SESSION_COOKIE: Final = "labelstream_session"
CSRF_HEADER: Final = "X-CSRF-Token"


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
    epoch: int = 0
    sid: str = ""
    key: str = ""
    scopes: list[KeyScope] | None = None
    job_ids: list[str] | None = None

    def is_for(self, audience: str) -> bool:
        return audience == self.aud or (isinstance(self.aud, list) and audience in self.aud)

    def caller(self) -> Caller:
        limits = self._limits() if self.key else None
        role = AccountRole.ANNOTATOR if limits and limits.job_ids is not None else self.role
        return Caller(self.sub, role, self.email, self.epoch, self.key or self.sid, limits)

    def _limits(self) -> KeyLimits:
        return KeyLimits(
            scopes=frozenset(KeyScope) if self.scopes is None else frozenset(self.scopes),
            job_ids=None if self.job_ids is None else frozenset(self.job_ids),
            of_admin=self.role is AccountRole.ADMIN,
        )


def claims_of(
    caller: Caller, *, issuer: str, issued_at: int, seconds: int = TOKEN_SECONDS, csrf: str | None = None
) -> dict[str, object]:
    """The claims of a token for `caller`, ready to be signed. `csrf` makes it one for the session cookie."""
    claims: dict[str, object] = {
        "sub": caller.account_id,
        "role": caller.role.value,
        "email": caller.email,
        "iss": issuer,
        "aud": AUDIENCE,
        "iat": issued_at,
        "exp": issued_at + seconds,
        "epoch": caller.epoch,
    }
    if caller.key is not None:
        claims |= {"key": caller.credential, "scopes": sorted(caller.key.scopes)}
        if caller.key.job_ids is not None:
            claims["job_ids"] = sorted(caller.key.job_ids)
    elif caller.credential:
        claims["sid"] = caller.credential
    if csrf is not None:
        claims["csrf"] = csrf
    return claims
