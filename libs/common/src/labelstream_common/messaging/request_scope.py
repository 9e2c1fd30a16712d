"""What a unit of work knows of the request it serves: its trace context and its idempotency key.

HTTP sets both before it calls a use case; consumers set the context of the event they apply.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
from pymongo.errors import DuplicateKeyError

from labelstream_common.mongo import Database, Session

IDEMPOTENCY = "idempotency"
IDEMPOTENCY_KEPT_FOR = timedelta(hours=24)


class Context(msgspec.Struct, frozen=True, array_like=True):
    """Where a change comes from: the request (or event chain) it belongs to, what caused it, and its trace."""

    correlation_id: str = ""
    causation_id: str = ""
    traceparent: str = ""


@dataclass(frozen=True)
class StoredAnswer:
    """The first answer to a request with an idempotency key, as it is sent again to a repeat."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RequestScope:
    """The idempotency of one request.

    `key_id` identifies caller, method, path and key; `body_hash` the body; `present` makes the answer from what the
    use case returns; `keep=False` for answers with secrets: then only the key is kept, never the answer.
    """

    key_id: str
    body_hash: str
    present: Callable[[Any], StoredAnswer]
    keep: bool = True


class RequestRepeated(Exception):
    """Another run of the same request was first. Nothing was done here; its answer is in the idempotency collection."""


current_context: ContextVar[Context] = ContextVar("current_context", default=Context())  # noqa: B039 - it is frozen
current_request: ContextVar[RequestScope | None] = ContextVar("current_request", default=None)


@contextmanager
def besides_the_request() -> Iterator[None]:
    """What is committed in here is not the effect of the request: its idempotency key stays unused.

    For what is noted of a request that is refused.
    """
    token = current_request.set(None)
    try:
        yield
    finally:
        current_request.reset(token)


def idempotency_document(scope: RequestScope, value: object, now: datetime) -> dict[str, Any]:
    """The document that keeps the answer made of `value`; a TTL index on `expires_at` ends it after 24 h."""
    answer = scope.present(value) if scope.keep else None
    return {
        "_id": scope.key_id,
        "body_hash": scope.body_hash,
        "expires_at": now + IDEMPOTENCY_KEPT_FOR,
        "status": answer.status if answer else None,
        "body": answer.body if answer else None,
        "headers": dict(answer.headers) if answer else {},
    }


async def keep_answer(database: Database, session: Session, scope: RequestScope, value: object, now: datetime) -> None:
    """Stores the answer in the transaction of its effect. Raises RequestRepeated if a twin was first."""
    try:
        await database[IDEMPOTENCY].insert_one(idempotency_document(scope, value, now), session=session)
    except DuplicateKeyError as error:
        raise RequestRepeated from error
