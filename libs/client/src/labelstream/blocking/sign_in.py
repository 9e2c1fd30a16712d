# Generated from labelstream/aio by generate_blocking.py; change it there.
# ruff: noqa
"""Keeps a client signed in: one renewal at a time, shared by all its requests."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from threading import Lock

from labelstream.calls import Call
from labelstream.errors import Gone, Invalid, NotSignedIn
from labelstream.tokens import Credentials, TokenReply, Tokens, api_key_call, refresh_call, sign_in_call


class SignIn:
    """The tokens of one client, renewed before they end and after a refusal."""

    def __init__(self, credentials: Credentials, exchange: Callable[[Call[TokenReply]], TokenReply]) -> None:
        self._credentials = credentials
        self._exchange = exchange
        self._tokens: Tokens | None = None
        self._lock = Lock()

    def token(self) -> str | None:
        """The access token for the next request; None when there is nothing to sign in with."""
        if self._credentials.token is not None:
            return self._credentials.token
        if self._tokens is None or not self._tokens.fresh:
            with self._lock:
                self._renew_if_needed(refused=None)
        return self._tokens.access_token if self._tokens else None

    def renew(self, *, refused: str | None) -> bool:
        """After a 401: whether there now is another token than the one of the `refused` header."""
        if self._credentials.token is not None:
            return False
        with self._lock:
            self._renew_if_needed(refused=(refused or "").removeprefix("Bearer "))
        return self._holds((refused or "").removeprefix("Bearer "))

    def with_password(self, email: str, password: str) -> Tokens:
        """Sign in anew; what was held before is forgotten."""
        with self._lock:
            with self._store_locked():
                return self._keep(Tokens.of(self._exchange(sign_in_call(email, password))))

    def end(self, end: Callable[[str], None]) -> None:
        """End the session by its refresh token, if there is one. Its tokens are then forgotten, in the store too."""
        with self._lock:
            with self._store_locked():  # so that no other process renews what ends here
                self._read_store()
                if self._tokens is not None and self._tokens.refresh_token is not None:
                    end(self._tokens.refresh_token)
                    self._forget()

    def _renew_if_needed(self, *, refused: str | None) -> None:
        if self._holds(refused):
            return
        self._read_store()  # another process may have renewed them; the lock is for renewing only
        if self._holds(refused):
            return
        with self._store_locked():
            self._read_store()
            if not self._holds(refused) and (reply := self._renewed()):
                self._keep(Tokens.of(reply))

    def _read_store(self) -> None:
        if self._credentials.store is not None:
            self._tokens = self._credentials.store.read() or self._tokens

    def _holds(self, refused: str | None) -> bool:
        tokens = self._tokens
        return tokens is not None and tokens.fresh and tokens.access_token != refused

    def _renewed(self) -> TokenReply | None:
        own = self._credentials
        if self._tokens is not None and self._tokens.refresh_token is not None:
            try:
                return self._exchange(refresh_call(self._tokens.refresh_token))
            except (NotSignedIn, Invalid, Gone):
                self._tokens = None
                if own.api_key is None and own.password is None:
                    raise
        if own.api_key is not None:
            return self._exchange(api_key_call(own.api_key))
        if own.email is not None and own.password is not None:
            return self._exchange(sign_in_call(own.email, own.password))
        return None

    def _keep(self, tokens: Tokens) -> Tokens:
        self._tokens = tokens
        if self._credentials.store is not None:
            self._credentials.store.write(tokens)
        return tokens

    def _forget(self) -> None:
        self._tokens = None
        if self._credentials.store is not None:
            self._credentials.store.forget()

    def _store_locked(self) -> AbstractContextManager[object]:
        return self._credentials.store.locked() if self._credentials.store is not None else nullcontext()
