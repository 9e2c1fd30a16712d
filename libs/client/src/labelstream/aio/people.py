"""Accounts, API keys and the annotators of a job."""

from collections.abc import AsyncIterator, Sequence

from labelstream.aio.paging import every
from labelstream.aio.transport import AsyncTransport
from labelstream.calls import Call, given, path_of
from labelstream.models import Account, Annotator, ApiKey, AuditEntry, Letter, Page, Session


class AsyncAccounts:
    """`/me`, `/me/api-keys` and, for administrators, `/accounts`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def me(self) -> Account:
        return await self._transport.send(Call("GET", "/me", Account))

    async def create(self, email: str, *, name: str = "", role: str = "member", password: str | None = None) -> Account:
        body = given(email=email, name=name, role=role, password=password)
        return await self._transport.send(Call("POST", "/accounts", Account, body=body))

    async def update(self, account_id: str, *, role: str | None = None, disabled: bool | None = None) -> Account:
        body = given(role=role, disabled=disabled)
        return await self._transport.send(Call("PATCH", path_of("accounts", account_id), Account, body=body))

    def list(self) -> AsyncIterator[Account]:
        return every(self._transport, "/accounts", Page[Account])

    async def create_api_key(
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
        return await self._transport.send(Call("POST", "/me/api-keys", ApiKey, body=body, secret=True))

    def api_keys(self) -> AsyncIterator[ApiKey]:
        return every(self._transport, "/me/api-keys", Page[ApiKey])

    async def delete_api_key(self, key_id: str) -> None:
        await self._transport.send(Call("DELETE", path_of("me", "api-keys", key_id), type(None)))

    def sessions(self) -> AsyncIterator[Session]:
        """Where the account is signed in."""
        return every(self._transport, "/me/sessions", Page[Session])

    async def end_session(self, session_id: str) -> None:
        """Its tokens end within a second."""
        await self._transport.send(Call("DELETE", path_of("me", "sessions", session_id), type(None)))

    async def end_all_sessions(self) -> None:
        """Signs out everywhere, here too; access tokens of API keys end as well, the keys stay."""
        await self._transport.send(Call("DELETE", "/me/sessions", type(None)))


class AsyncAudit:
    """`/audit`, for administrators, and `/jobs/{id}/audit`, for managers of the job. The newest come first."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    def list(
        self,
        job_id: str | None = None,
        *,
        action: str | None = None,
        actor: str | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> AsyncIterator[AuditEntry]:
        """`actor` is an account's id; `after` and `before` are times (RFC 3339)."""
        path = "/audit" if job_id is None else path_of("jobs", job_id, "audit")
        query = {"action": action, "actor": actor, "after": after, "before": before}
        return every(self._transport, path, Page[AuditEntry], query)


class AsyncMailbox:
    """`/mailbox`: the e-mails of an installation without a mail server, for administrators."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    def list(self) -> AsyncIterator[Letter]:
        """The newest first, without what they say."""
        return every(self._transport, "/mailbox", Page[Letter])

    async def get(self, letter_id: str) -> Letter:
        return await self._transport.send(Call("GET", path_of("mailbox", letter_id), Letter))


class AsyncAnnotators:
    """`/jobs/{id}/annotators`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    def list(self, job_id: str) -> AsyncIterator[Annotator]:
        return every(self._transport, path_of("jobs", job_id, "annotators"), Page[Annotator])

    async def add(self, job_id: str, email: str, *, role: str = "labeler") -> Annotator:
        """Adds without sending anything: the annotator is `not_invited` until an e-mail is asked for."""
        body = {"email": email, "role": role}
        return await self._transport.send(Call("POST", path_of("jobs", job_id, "annotators"), Annotator, body=body))

    async def change_role(self, job_id: str, annotator_id: str, role: str) -> Annotator:
        path = path_of("jobs", job_id, "annotators", annotator_id)
        return await self._transport.send(Call("PATCH", path, Annotator, body={"role": role}))

    async def send_email(self, job_id: str, annotator_id: str) -> Annotator:
        """Sends the labeling job by e-mail; `letter` of the annotator says what becomes of it."""
        path = path_of("jobs", job_id, "annotators", annotator_id) + ":send-email"
        return await self._transport.send(Call("POST", path, Annotator))

    async def remove(self, job_id: str, annotator_id: str) -> None:
        """Takes effect everywhere within a second."""
        path = path_of("jobs", job_id, "annotators", annotator_id)
        await self._transport.send(Call("DELETE", path, type(None)))
