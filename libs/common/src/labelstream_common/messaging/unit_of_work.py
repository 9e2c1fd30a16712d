"""The unit of work of ordinary services: state, change record and idempotency key in one transaction."""

from collections.abc import Callable, Sequence
from types import TracebackType

import msgspec

from labelstream_common.clock import Clock
from labelstream_common.messaging import records
from labelstream_common.messaging.audit import KeepAudit, audit_message, dated
from labelstream_common.messaging.messages import Message
from labelstream_common.messaging.request_scope import Context, current_context, current_request, keep_answer
from labelstream_common.mongo import Client, Database, Session
from labelstream_common.mongo.transactions import abort, commit, start
from labelstream_contracts import AuditRecorded

Encode = Callable[[object], Message | Sequence[Message]]


class UnitOfWork:
    """One transaction. Leaving the block commits it; an exception leaves nothing behind.

    Losing a race raises MongoDB's transient error: put `labelstream_common.mongo.retried` on the use case.
    """

    def __init__(
        self, client: Client, database: Database, encode: Encode, clock: Clock, keep_audit: KeepAudit | None = None
    ) -> None:
        self._client = client
        self._database = database
        self._encode = encode
        self._clock = clock
        self._keep_audit = keep_audit
        self._messages: list[Message] = []
        self._audited: list[AuditRecorded] = []
        self._result: object = None
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """The session that every call of this transaction is made with."""
        assert self._session is not None, "a unit of work is used inside its `async with` block"  # noqa: S101
        return self._session

    def record(self, event: object) -> None:
        """Adds a domain event, or an entry of the audit: it is published if, and only if, this transaction commits."""
        if isinstance(event, AuditRecorded):
            self._audited.append(dated(event, self._clock.now()))
            return
        encoded = self._encode(event)
        self._messages.extend([encoded] if isinstance(encoded, Message) else encoded)

    def returns(self, value: object) -> None:
        """Says what the reply is made of, so that a repeat of the request gets the same one."""
        self._result = value

    async def __aenter__(self) -> "UnitOfWork":
        self._session = self._client.start_session()
        await start(self._session)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        session = self.session
        try:
            if error is not None:
                await abort(session)
                return
            try:
                await self._keep(session)
            except BaseException:
                await abort(session)
                raise
            await commit(session)
        finally:
            await session.end_session()

    async def _keep(self, session: Session) -> None:
        now = self._clock.now()
        messages = self._messages
        if self._keep_audit is None:
            messages = [*messages, *map(audit_message, self._audited)]
        elif self._audited:
            await self._keep_audit(session, self._audited)
        await records.append(self._database, session, messages, at=now, contexts=[current_context.get()])
        scope = current_request.get()
        if scope is not None:
            await keep_answer(self._database, session, scope, self._result, now)


class JoinedWork:
    """Work inside a transaction that somebody else commits: what a follower records goes with its offsets.

    Leaving the block stores what was recorded, each event in the context in which it was recorded; an exception leaves
    that to whoever aborts the transaction.
    """

    def __init__(
        self, session: Session, database: Database, encode: Encode, clock: Clock, keep_audit: KeepAudit | None = None
    ) -> None:
        self.session = session
        self._database = database
        self._encode = encode
        self._clock = clock
        self._keep_audit = keep_audit
        self._messages: list[Message] = []
        self._audited: list[AuditRecorded] = []
        self._contexts: list[Context] = []

    def record(self, event: object) -> None:
        """Adds a domain event, or an entry of the audit: it is published if, and only if, the transaction commits."""
        if isinstance(event, AuditRecorded):
            event = dated(event, self._clock.now())
            if self._keep_audit is not None:
                self._audited.append(event)
                return
            encoded: Message | Sequence[Message] = audit_message(event)
        else:
            encoded = self._encode(event)
        context = current_context.get()
        if not self._contexts or self._contexts[-1] != context:
            self._contexts.append(context)
        own = [encoded] if isinstance(encoded, Message) else encoded
        self._messages += [msgspec.structs.replace(one, context=len(self._contexts) - 1) for one in own]

    async def __aenter__(self) -> "JoinedWork":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            now = self._clock.now()
            if self._keep_audit is not None and self._audited:
                await self._keep_audit(self.session, self._audited)
            await records.append(self._database, self.session, self._messages, at=now, contexts=self._contexts)


class UnitOfWorkFactory:
    """Makes units of work over one database. `encode` turns a domain event into the message(s) that publish it.

    `keep_audit` takes the entries of the audit, where it is in this database; by default they are published.
    """

    def __init__(
        self, client: Client, database: Database, encode: Encode, clock: Clock, keep_audit: KeepAudit | None = None
    ) -> None:
        self._client = client
        self._database = database
        self._encode = encode
        self._clock = clock
        self._keep_audit = keep_audit

    def __call__(self) -> UnitOfWork:
        return UnitOfWork(self._client, self._database, self._encode, self._clock, self._keep_audit)

    def within(self, session: Session) -> JoinedWork:
        """For followers: joins the transaction of `session`."""
        return JoinedWork(session, self._database, self._encode, self._clock, self._keep_audit)
