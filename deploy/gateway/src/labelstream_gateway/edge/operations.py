"""`GET /operations` over all services: their lists, woven into one.

Ids of operations are UUIDv7 behind the name of their service, so the order of their UUIDs is the order of creation.
"""

import asyncio
import heapq
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from labelstream_common.errors import DomainError
from labelstream_common.http import QueryParameters, whole_number
from labelstream_common.http.problems import problem_of
from labelstream_common.mongo import InvalidCursor, decode_opaque, encode_opaque
from labelstream_common.mongo.cursors import DEFAULT_LIMIT, MOST
from labelstream_gateway.edge.problems import unavailable
from labelstream_gateway.routing import API, Target

PARAMETERS = QueryParameters(frozenset({"state", "sort", "limit", "cursor"}))
_FORWARDED = ("authorization", "cookie", "x-request-id", "traceparent")


@dataclass(frozen=True)
class Position:
    """How far one service's list was given: beyond the id `after` on the page that begins at `cursor`."""

    cursor: str | None = None
    after: str | None = None
    ended: bool = False


@dataclass(frozen=True)
class Stretch:
    """Enough of a service's list for one reply: each item with the cursor of its page, and where the list goes on."""

    items: list[tuple[dict[str, Any], str | None]]
    next_cursor: str | None
    began: Position


@dataclass(frozen=True)
class Asked:
    """What the caller asked for, as every service is asked for it."""

    query: Mapping[str, str]
    headers: Mapping[str, str]
    limit: int
    newest_first: bool

    @classmethod
    def by(cls, request: Request) -> "Asked":
        """A limit that is no number, or an order that there is not, is for the services to refuse, like any other wrong
        parameter."""
        query = {name: value for name, value in request.query_params.items() if name in PARAMETERS.known - {"cursor"}}
        headers = {name: request.headers[name] for name in _FORWARDED if name in request.headers}
        limit = whole_number(query.get("limit"), most=MOST)
        return cls(query, headers, DEFAULT_LIMIT if limit is None else limit, query.get("sort") == "-added")

    def is_beyond(self, operation_id: str, after: str) -> bool:
        """Whether the list comes to an operation only after that one."""
        if self.newest_first:
            return _age(operation_id) < _age(after)
        return _age(operation_id) > _age(after)


class Refused(Exception):
    """A service's answer that is no page: it becomes the answer to the caller."""

    def __init__(self, response: Response) -> None:
        self.response = response


async def list_operations(clients: Mapping[Target, httpx.AsyncClient], request: Request) -> Response:
    asked = Asked.by(request)
    try:
        PARAMETERS.check(request)
        positions = decode(request.query_params.get("cursor"), clients)
    except DomainError as error:
        return await _refusal(error, clients, asked)
    open_ends = [target for target in clients if not positions[target].ended]
    try:
        stretches = await asyncio.gather(
            *(_stretch(target, clients[target], positions[target], asked) for target in open_ends)
        )
    except Refused as refused:
        return refused.response
    items, moved = weave(dict(zip(open_ends, stretches, strict=True)), asked)
    positions |= moved
    rest = any(not position.ended for position in positions.values())
    return JSONResponse({"items": items, "next_cursor": encode(positions) if rest else None})


async def _refusal(error: DomainError, clients: Mapping[Target, httpx.AsyncClient], asked: Asked) -> Response:
    """What to tell a caller with a bad query: before that, whatever a service has against the rest (a bad token)."""
    target, client = next(iter(clients.items()))
    try:
        await _ask(target, client, None, asked)
    except Refused as refused:
        return refused.response
    return problem_of(error)


def weave(stretches: Mapping[Target, Stretch], asked: Asked) -> tuple[list[dict[str, Any]], dict[Target, Position]]:
    """The first of all, as many as were asked for, and where each list stands then."""
    in_order = heapq.merge(
        *([(target, item) for item, _ in stretch.items] for target, stretch in stretches.items()),
        key=lambda each: _age(each[1]["id"]),
        reverse=asked.newest_first,
    )
    taken = list(islice(in_order, asked.limit))
    counts = Counter(target for target, _ in taken)
    moved = {target: _moved(stretch, counts[target]) for target, stretch in stretches.items()}
    return [item for _, item in taken], moved


def _moved(stretch: Stretch, taken: int) -> Position:
    if taken == len(stretch.items):
        return Position(stretch.next_cursor, ended=stretch.next_cursor is None)
    if taken == 0:
        return stretch.began
    last, cursor = stretch.items[taken - 1]
    return Position(cursor, last["id"])


def _age(operation_id: str) -> str:
    return operation_id.partition("-")[2]


async def _stretch(target: Target, client: httpx.AsyncClient, position: Position, asked: Asked) -> Stretch:
    """At least `limit` items beyond the position, unless the list ends before. Raises Refused."""
    items: list[tuple[dict[str, Any], str | None]] = []
    cursor = position.cursor
    while True:
        reply = await _ask(target, client, cursor, asked)
        items += [
            (item, cursor)
            for item in reply["items"]
            if position.after is None or asked.is_beyond(item["id"], position.after)
        ]
        if len(items) >= asked.limit or reply["next_cursor"] is None:
            return Stretch(items, reply["next_cursor"], position)
        cursor = reply["next_cursor"]


async def _ask(target: Target, client: httpx.AsyncClient, cursor: str | None, asked: Asked) -> dict[str, Any]:
    params = {**asked.query, "cursor": cursor} if cursor else asked.query
    try:
        answer = await client.get(f"{API}/operations", params=params, headers=asked.headers)
    except httpx.HTTPError as error:
        raise Refused(unavailable(target.value)) from error
    if answer.status_code != 200:
        kept = {name: answer.headers[name] for name in ("www-authenticate", "retry-after") if name in answer.headers}
        media_type = answer.headers.get("content-type")
        raise Refused(Response(answer.content, answer.status_code, kept, media_type))
    reply: dict[str, Any] = answer.json()
    return reply


def encode(positions: Mapping[Target, Position]) -> str:
    plain = {target.value: [at.cursor, at.after, at.ended] for target, at in positions.items()}
    return encode_opaque(plain)


def decode(text: str | None, clients: Mapping[Target, httpx.AsyncClient]) -> dict[Target, Position]:
    """Raises InvalidCursor."""
    if not text:
        return {target: Position() for target in clients}
    plain = decode_opaque(text)
    try:
        return {target: _position(*plain[target.value]) for target in clients}
    except (KeyError, TypeError, IndexError) as error:
        raise InvalidCursor from error


def _position(cursor: object, after: object, ended: object) -> Position:
    for value in (cursor, after):
        if not isinstance(value, str | None):
            raise TypeError(value)
    return Position(cursor, after, bool(ended))  # type: ignore[arg-type]  # checked above
