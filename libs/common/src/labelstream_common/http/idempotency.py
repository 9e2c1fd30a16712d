"""Idempotency keys: a repeat of a request gets the first answer and does nothing again.

The key and the answer are stored in the transaction of the effect (`labelstream_common.messaging.request_scope`), so
that the two exist together or not at all. What this module adds is the answer as it really went out, the wait for a
twin in this process, and replay. Twins in other processes meet in the database: the second one's transaction waits for
the first's, and finds its key.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from labelstream_common.account_turns import step_aside
from labelstream_common.clock import SystemClock
from labelstream_common.http.errors import AnswerNotKept, KeyReused, RequestInvalid
from labelstream_common.messaging.request_scope import (
    IDEMPOTENCY,
    IDEMPOTENCY_KEPT_FOR,
    RequestRepeated,
    RequestScope,
    StoredAnswer,
    current_request,
)
from labelstream_common.mongo import Database, majority
from labelstream_common.tasks import in_slices
from labelstream_common.telemetry import get_logger

log = get_logger(__name__)

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_LONGEST_KEY = 255
_LARGEST_KEPT = 1024 * 1024
_LARGE_BYTES = 64 * 1024
_KEPT_HEADERS = ("content-type", "etag", "location")

Presenter = Callable[[Any], object]
Proceed = Callable[[], Awaitable[Response]]


@dataclass(frozen=True)
class KeyRules:
    """How a route treats keys. `status` and `present` make the answer that is stored with the effect; `secret`
    answers are never kept; `look_first=False` leaves finding a repeat to the commit (for hot routes)."""

    status: int = 200
    present: Presenter | None = None
    secret: bool = False
    look_first: bool = True


def key_in(request: Request) -> str | None:
    """The request's Idempotency-Key. Raises RequestInvalid if it is empty, too long or not printable ASCII."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 0 < len(key) <= _LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise RequestInvalid(f"The key must be 1 to {_LONGEST_KEY} printable ASCII characters.", pointer=f"/{HEADER}")
    return key


class Idempotency:
    """Repeats of one service's requests."""

    def __init__(self, database: Database) -> None:
        self._answers = majority(database[IDEMPOTENCY])
        self._running: dict[str, asyncio.Future[None]] = {}

    async def stored(self, request: Request, account_id: str, key: str, body: bytes) -> Response | None:
        """The first answer to this request, if it was done. Raises KeyReused or AnswerNotKept."""
        scope = await _scope(request, account_id, key, body, KeyRules())
        return await self._replay(scope)

    async def run(
        self, request: Request, account_id: str, body: bytes, *, key: str, rules: KeyRules, proceed: Proceed
    ) -> Response:
        """The first answer if there is one, else that of `proceed`, which is kept if it is a 2xx.

        Waits for a twin under way. Raises KeyReused, AnswerNotKept, or what `proceed` raises.
        """
        scope = await _scope(request, account_id, key, body, rules)
        repeats = rules.look_first
        while (twin := self._running.get(scope.key_id)) is not None:
            repeats = True
            step_aside()
            await asyncio.shield(twin)
        done = self._running[scope.key_id] = asyncio.get_running_loop().create_future()
        try:
            replayed = await self._replay(scope) if repeats else None
            return replayed or await self._first(scope, proceed)
        finally:
            del self._running[scope.key_id]
            done.set_result(None)

    async def _first(self, scope: RequestScope, proceed: Proceed) -> Response:
        token = current_request.set(scope)
        try:
            response = await proceed()
        except Exception as error:
            # A twin elsewhere may have been first: then its answer is this request's, whatever went wrong here.
            replayed = await self._replay(scope)
            if replayed is None or isinstance(error, KeyReused):
                raise
            return replayed
        finally:
            current_request.reset(token)
        if scope.keep and 200 <= response.status_code < 300:
            await self._keep(scope, response)
        return response

    async def _replay(self, scope: RequestScope) -> Response | None:
        found = await self._answers.find_one({"_id": scope.key_id})
        if found is None:
            return None
        if found["body_hash"] != scope.body_hash:
            raise KeyReused
        if not found["status"]:
            raise AnswerNotKept
        return Response(bytes(found["body"]), found["status"], headers={**found["headers"], REPLAYED: "true"})

    async def _keep(self, scope: RequestScope, response: Response) -> None:
        """Stores the answer as it goes out, unless the transaction has already stored the same."""
        body = getattr(response, "body", None)
        if not isinstance(body, bytes) or len(body) > _LARGEST_KEPT:
            return
        answer = StoredAnswer(response.status_code, body, _kept_headers(response))
        if isinstance(scope.present, _Present) and scope.present.last == answer:
            return
        fields = {"body_hash": scope.body_hash, "status": answer.status, "body": body, "headers": dict(answer.headers)}
        expiry = {"expires_at": SystemClock().now() + IDEMPOTENCY_KEPT_FOR}
        try:
            await self._answers.update_one({"_id": scope.key_id}, {"$set": fields, "$setOnInsert": expiry}, upsert=True)
        except Exception as error:
            log.warning("http.answer.not-kept", error=repr(error))


class _Present:
    """Makes the stored answer of what a use case returns, and remembers it."""

    def __init__(self, rules: KeyRules) -> None:
        self._rules = rules
        self.last: StoredAnswer | None = None

    def __call__(self, value: Any) -> StoredAnswer:
        self.last = self._answer(value)
        return self.last

    def _answer(self, value: Any) -> StoredAnswer:
        if self._rules.status == 204:
            return StoredAnswer(204, b"")
        shown = self._rules.present(value) if self._rules.present and value is not None else value
        if isinstance(shown, StoredAnswer):
            return shown  # a route with more than one status says which
        try:
            body = None if shown is None else _json(shown)
        except TypeError:
            body = None
        if body is None:
            return StoredAnswer(0, b"")  # done, and the answer not known before it goes out
        return StoredAnswer(self._rules.status, body, {"content-type": "application/json"})


def _json(value: object) -> bytes:
    serializer = getattr(value, "__pydantic_serializer__", None)
    if serializer is not None:
        return bytes(serializer.to_json(value))
    return orjson.dumps(value)


def _kept_headers(response: Response) -> Mapping[str, str]:
    return {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}


async def _scope(request: Request, account_id: str, key: str, body: bytes, rules: KeyRules) -> RequestScope:
    path = request.scope["path"]
    identity = "\n".join((account_id, request.method, path, key))
    return RequestScope(
        key_id=hashlib.sha256(identity.encode()).hexdigest(),
        body_hash=await body_hash(key, body, request.scope["query_string"]),
        present=_Present(rules),
        keep=not rules.secret,
    )


async def body_hash(key: str, body: bytes, query: bytes) -> str:
    """Equal for bodies that say the same: key order and white space of JSON do not count.

    Those above 64 KiB have to be the same byte for byte, as they are when a client sends one again: to understand them
    twice would keep others waiting. The key, which is stored nowhere, salts it: a body may hold a password.
    """
    if len(body) > _LARGE_BYTES:
        return await _hash_of_bytes(key, body, query)
    try:
        canonical = orjson.dumps(orjson.loads(body), option=orjson.OPT_SORT_KEYS)
    except orjson.JSONDecodeError:
        canonical = body
    return hashlib.sha256(b"\n".join((key.encode(), canonical, query))).hexdigest()


async def _hash_of_bytes(key: str, body: bytes, query: bytes) -> str:
    found = hashlib.sha256(b"\n".join((key.encode(), query, b"")))
    await in_slices(found.update, (body[at : at + _LARGE_BYTES] for at in range(0, len(body), _LARGE_BYTES)))
    return found.hexdigest()


__all__ = ["HEADER", "REPLAYED", "Idempotency", "KeyRules", "RequestRepeated", "key_in"]
