# Generated from labelstream/aio by generate_blocking.py; change it there.
# ruff: noqa
"""Accounts, one's own and those of others, API keys, sessions, the audit and the mailbox."""

from collections.abc import Iterator, Sequence

from labelstream.blocking.paging import every
from labelstream.blocking.transport import Transport
from labelstream.calls import Call, given, path_of
from labelstream.models import Account, AccountRole, ApiKey, AuditEntry, Letter, Page, Session


class Accounts:
    """`/me`, `/me/api-keys` and, for administrators, `/accounts`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def me(self) -> Account:
        return self._transport.send(Call("GET", "/me", Account))

    def update_me(
        self, *, name: str | None = None, email: str | None = None, current_password: str | None = None
    ) -> Account:
        """Change your own name, or with your password your e-mail address.

        A new address takes effect once the link that is sent to it is used in a browser. Until then it is `new_email`.
        """
        body = given(name=name, email=email, current_password=current_password)
        return self._transport.send(Call("PATCH", "/me", Account, body=body))

    def change_password(self, *, current: str, new: str) -> None:
        """Change your own password. Every session and access token ends, this client's too: sign in again."""
        body = {"current_password": current, "new_password": new}
        self._transport.send(Call("POST", "/me/password", type(None), body=body))

    def send_password_reset(self, email: str) -> None:
        """Send a link by which a password is set in a browser. Does not tell whether the address has an account."""
        body = {"email": email}
        self._transport.send(Call("POST", "/auth/password-reset", type(None), body=body, anonymous=True))

    def create(
        self, email: str, *, name: str = "", role: AccountRole = "member", password: str | None = None
    ) -> Account:
        """Make an account. Without a password it waits for a password reset."""
        body = given(email=email, name=name, role=role, password=password)
        return self._transport.send(Call("POST", "/accounts", Account, body=body))

    def get(self, account_id: str) -> Account:
        return self._transport.send(Call("GET", path_of("accounts", account_id), Account))

    def update(
        self,
        account_id: str,
        *,
        email: str | None = None,
        name: str | None = None,
        role: AccountRole | None = None,
        disabled: bool | None = None,
    ) -> Account:
        """Change an account. The tokens of a disabled one are invalid within a second."""
        body = given(email=email, name=name, role=role, disabled=disabled)
        return self._transport.send(Call("PATCH", path_of("accounts", account_id), Account, body=body))

    def list(self, *, email: str | None = None, role: AccountRole | None = None) -> Iterator[Account]:
        """Every account, the one with an address, or those with a role."""
        return every(self._transport, "/accounts", Page[Account], {"email": email, "role": role})

    def create_api_key(
        self,
        name: str,
        *,
        current_password: str,
        scopes: Sequence[str] | None = None,
        job_ids: Sequence[str] | None = None,
        expires_at: str | None = None,
    ) -> ApiKey:
        """A new key; its `secret` is in this answer and nowhere else, so this call is never repeated by itself.

        `scopes` (of `read`, `label`, `manage`) and `job_ids` limit what its tokens may do; None is everything that the
        account may.
        """
        body = given(
            name=name, current_password=current_password, scopes=scopes, job_ids=job_ids, expires_at=expires_at
        )
        return self._transport.send(Call("POST", "/me/api-keys", ApiKey, body=body, secret=True))

    def api_keys(self) -> Iterator[ApiKey]:
        return every(self._transport, "/me/api-keys", Page[ApiKey])

    def delete_api_key(self, key_id: str) -> None:
        self._transport.send(Call("DELETE", path_of("me", "api-keys", key_id), type(None)))

    def sessions(self) -> Iterator[Session]:
        """Where the account is signed in."""
        return every(self._transport, "/me/sessions", Page[Session])

    def end_session(self, session_id: str) -> None:
        """Its tokens end within a second."""
        self._transport.send(Call("DELETE", path_of("me", "sessions", session_id), type(None)))

    def end_all_sessions(self) -> None:
        """Signs out everywhere, here too; access tokens of API keys end as well, the keys stay."""
        self._transport.send(Call("DELETE", "/me/sessions", type(None)))


class Audit:
    """`/audit`, for administrators, and `/jobs/{id}/audit`, for managers of the job. The newest come first."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        job_id: str | None = None,
        *,
        action: str | None = None,
        actor: str | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> Iterator[AuditEntry]:
        """`actor` is an account's id; `after` and `before` are times (RFC 3339)."""
        path = "/audit" if job_id is None else path_of("jobs", job_id, "audit")
        query = {"action": action, "actor": actor, "after": after, "before": before}
        return every(self._transport, path, Page[AuditEntry], query)


class Mailbox:
    """`/mailbox`: the e-mails of an installation without a mail server, for administrators."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> Iterator[Letter]:
        """The newest first, without what they say."""
        return every(self._transport, "/mailbox", Page[Letter])

    def get(self, letter_id: str) -> Letter:
        return self._transport.send(Call("GET", path_of("mailbox", letter_id), Letter))
