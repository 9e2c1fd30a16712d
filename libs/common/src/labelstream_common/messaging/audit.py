"""Audit entries: acts that matter for security or cannot be undone.

Whoever does such a thing records an entry in the transaction of the act, as `work.record(audited(…))`. It is published
like any event, if and only if the transaction commits; team-service, which keeps the audit, takes its own at once.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from labelstream_common.auth.caller import Caller
from labelstream_common.ids import new_id
from labelstream_common.messaging.messages import Message
from labelstream_common.mongo import Session
from labelstream_contracts import AuditAction, AuditActor, AuditRecorded, AuditSubject

KeepAudit = Callable[[Session, Sequence[AuditRecorded]], Awaitable[None]]
"""Stores entries in the transaction of a session, where the audit is in the same database."""

SERVICE_PREFIX: Final = "service:"
NOBODY: Final = AuditActor(kind="anonymous")
SYSTEM: Final = AuditActor(kind="system")


@dataclass(frozen=True, slots=True)
class Requester:
    """Where a request came from, and on whose behalf: None for a public route."""

    address: str = ""
    caller: Caller | None = None

    @property
    def actor(self) -> AuditActor:
        return NOBODY if self.caller is None else actor_of(self.caller.account_id)

    @property
    def api_key(self) -> str | None:
        return self.caller.credential if self.caller is not None and self.caller.key is not None else None


current_requester: ContextVar[Requester | None] = ContextVar("current_requester", default=None)


def audited(
    action: AuditAction,
    about: AuditSubject,
    *,
    job_id: str | None = None,
    by: AuditActor | None = None,
    unasked: bool = False,
    detail: Mapping[str, Any] | None = None,
) -> AuditRecorded:
    """An entry about what the present request does. `by`: who, where the request itself does not say.

    `unasked` is for what no request asks for: the address of one that this task may have been started by is none.
    """
    requester = (None if unasked else current_requester.get()) or Requester()
    key = requester.api_key
    return AuditRecorded(
        audit_id=new_id(),
        action=action.value,
        actor=by or (SYSTEM if unasked else requester.actor),
        about=about,
        job_id=job_id,
        address=requester.address,
        detail={**(detail or {}), **({"api_key": key} if key else {})},
    )


def actor_of(account_id: str) -> AuditActor:
    """Whoever an account id names: services sign in as `service:<name>`."""
    if account_id.startswith(SERVICE_PREFIX):
        return AuditActor(kind="service", id=account_id.removeprefix(SERVICE_PREFIX))
    return AuditActor(kind="person", id=account_id)


def dated(entry: AuditRecorded, at: datetime) -> AuditRecorded:
    return entry if entry.at is not None else entry.model_copy(update={"at": at})


def audit_message(entry: AuditRecorded) -> Message:
    """The entry as it is published, in a stream apart from what it is about: it takes no number of a job."""
    return Message(
        topic=entry.topic.name,
        type=entry.event_type,
        key=entry.key(),
        subject=entry.subject(),
        version=entry.sequence(),
        value=entry.to_json(),
        stream=f"audit:{entry.key()}",
    )
