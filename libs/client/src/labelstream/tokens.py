"""Who a client is: what it signs in with, and the tokens it holds meanwhile."""

import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import msgspec

from labelstream.calls import Call

_EARLY = 30.0
"""Seconds before its end at which a token is renewed, so that no request leaves with a dying one."""


class TokenReply(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of the sign-in routes; `expires_in` in seconds."""

    access_token: str
    expires_in: float
    refresh_token: str | None = None


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """An access token with the moment it ends (seconds since the epoch) and what renews it."""

    access_token: str
    expires_at: float
    refresh_token: str | None = None

    @classmethod
    def of(cls, reply: TokenReply) -> "Tokens":
        return cls(
            access_token=reply.access_token,
            expires_at=time.time() + reply.expires_in,
            refresh_token=reply.refresh_token,
        )

    @property
    def fresh(self) -> bool:
        return time.time() < self.expires_at - _EARLY


class TokenStore(Protocol):
    """Where tokens outlive the process.

    A refresh token works once: a second use of the same one ends the sign-in. So whoever renews holds `locked()`,
    reads what another process may have stored meanwhile, and stores before letting go. So does whoever signs out, and
    forgets what has ended.
    """

    def locked(self) -> AbstractContextManager[object]: ...

    def read(self) -> Tokens | None: ...

    def write(self, tokens: Tokens) -> None: ...

    def forget(self) -> None: ...


@dataclass(frozen=True)
class Credentials:
    """What a client signs in with: a ready token, an API key, e-mail and password, or a store of tokens."""

    token: str | None = None
    api_key: str | None = None
    email: str | None = None
    password: str | None = None
    store: TokenStore | None = None


def sign_in_call(email: str, password: str) -> Call[TokenReply]:
    body = {"email": email, "password": password}
    return Call("POST", "/auth/login", TokenReply, body=body, secret=True, anonymous=True)


def refresh_call(refresh_token: str) -> Call[TokenReply]:
    body = {"refresh_token": refresh_token}
    return Call("POST", "/auth/refresh", TokenReply, body=body, secret=True, anonymous=True)


def sign_out_call(refresh_token: str) -> Call[None]:
    return Call("POST", "/auth/logout", type(None), body={"refresh_token": refresh_token}, anonymous=True)


def api_key_call(api_key: str) -> Call[TokenReply]:
    """OAuth2 client credentials (RFC 6749, 4.4). An API key is `lsk.<id>.<random>`: it names itself."""
    form = {"grant_type": "client_credentials", "client_id": api_key.split(".")[1], "client_secret": api_key}
    return Call("POST", "/auth/token", TokenReply, form=form, secret=True, anonymous=True)


def is_api_key(text: str) -> bool:
    """Whether a text is an API key, and not an access token."""
    return text.startswith("lsk.") and text.count(".") == 2
