"""From a request's headers to its caller."""

import hmac
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Protocol

from labelstream_common.auth.caller import API_KEY_PREFIX, Caller
from labelstream_common.auth.claims import CSRF_HEADER, SESSION_COOKIE
from labelstream_common.auth.errors import AccountDisabled, CsrfFailed, TokenEnded, TokenInvalid, TokenMissing
from labelstream_common.auth.verifier import TokenVerifier

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Accounts(Protocol):
    """What is known of accounts beside their tokens."""

    async def present(self, caller: Caller) -> Caller | None:
        """The caller as the account is now (roles change); None if it is disabled, or if the token has ended."""
        ...

    async def disabled(self, account_id: str) -> bool:
        """Whether the account is known to be disabled."""
        ...


class Authenticator:
    """Verifies what a request brings, in this order: bearer token, then session cookie with its CSRF token."""

    def __init__(self, verifier: TokenVerifier, accounts: Accounts | None = None) -> None:
        self._verifier = verifier
        self._accounts = accounts

    async def authenticate(self, method: str, headers: Mapping[str, str]) -> Caller:
        """The caller. `headers` finds names in any case.

        Raises TokenMissing, TokenInvalid, TokenEnded, AccountDisabled (all 401), CsrfFailed, or KeysUnavailable.
        """
        authorization = headers.get("authorization")
        if authorization is not None:
            caller = await self._bearer(authorization)
        else:
            caller = await self._cookie(method, headers)
        if self._accounts is None:
            return caller
        present = await self._accounts.present(caller)
        if present is None:
            raise AccountDisabled if await self._accounts.disabled(caller.account_id) else TokenEnded
        return present

    async def _bearer(self, authorization: str) -> Caller:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise TokenInvalid("The Authorization header must be `Bearer <token>`.")
        if token.lstrip().startswith(API_KEY_PREFIX):
            raise TokenInvalid(
                "This is an API key, not an access token. Exchange it for one at POST /api/v1/auth/token "
                "(grant_type=client_credentials, client_secret=<the key>), and send that."
            )
        claims = await self._verifier.verify(token.strip())
        if claims.csrf is not None:
            raise TokenInvalid("The token of a session is valid only in its cookie.")
        return claims.caller()

    async def _cookie(self, method: str, headers: Mapping[str, str]) -> Caller:
        token = session_token(headers.get("cookie"))
        if token is None:
            raise TokenMissing
        claims = await self._verifier.verify(token)
        if claims.csrf is None:
            raise TokenInvalid("The token does not belong to a session.")
        if method not in _SAFE_METHODS:
            sent = headers.get(CSRF_HEADER.lower()) or ""
            if not hmac.compare_digest(sent.encode(), claims.csrf.encode()):
                raise CsrfFailed
        return claims.caller()


def session_token(cookies: str | None) -> str | None:
    """The session's token in a Cookie header; None if there is none."""
    if not cookies or SESSION_COOKIE not in cookies:
        return None
    try:
        found = SimpleCookie(cookies).get(SESSION_COOKIE)
    except CookieError:
        return None  # cookies that cannot be read name no session: whoever sent them is not signed in
    return found.value if found is not None and found.value else None
