"""`GET /operations` over all services: their lists, newest first, woven into one.

Ids of operations are UUIDv7 behind the name of their service, so the order of their UUIDs is the order of creation.
"""

import asyncio
import heapq
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from labelstream_common.http.problems import problem_of
from labelstream_common.mongo import InvalidCursor
from labelstream_gateway.edge.problems import unavailable
from labelstream_gateway.routing import API, Target

_DEFAULT_LIMIT = 100
_FORWARDED = ("authorization", "cookie", "x-request-id", "traceparent")


@dataclass(frozen=True)
class Position:
    """How far one service's list was given: below the id `after` on the page that begins at `cursor`."""

    cursor: str | None = None
    after: str | None = None
    ended: bool = False


@dataclass(frozen=True)
class Page:
    """What is left of a service's page, and where the next one begins."""

    items: list[dict[str, Any]]
    next_cursor: str | None
    began: Position


class Refused(Exception):
    """A service's answer that is no page: it becomes the answer to the caller."""

    def __init__(self, response: Response) -> None:
        self.response = response


async def list_operations(clients: Mapping[Target, httpx.AsyncClient], request: Request) -> Response:
    query = dict(request.query_params)
    try:
        positions = decode(query.pop("cursor", None), clients)
    except InvalidCursor as error:
        return problem_of(error)
    open_ends = [target for target in clients if not positions[target].ended]
    try:
        pages = await asyncio.gather(
            *(_page(target, clients[target], positions[target], query, request) for target in open_ends)
        )
    except Refused as refused:
        return refused.response
    limit = int(query.get("limit", _DEFAULT_LIMIT))
    items, moved = weave(dict(zip(open_ends, pages, strict=True)), limit)
    positions |= moved
    rest = any(not position.ended for position in positions.values())
    return JSONResponse({"items": items, "next_cursor": encode(positions) if rest else None})


def weave(pages: Mapping[Target, Page], limit: int) -> tuple[list[dict[str, Any]], dict[Target, Position]]:
    """The `limit` newest of all pages, and where each list stands then."""
    every = heapq.merge(
        *([(target, item) for item in page.items] for target, page in pages.items()),
        key=lambda each: _age(each[1]["id"]),
        reverse=True,
    )
    taken = [each for each, _ in zip(every, range(limit), strict=False)]
    moved = {target: _moved(page, [item for of, item in taken if of is target]) for target, page in pages.items()}
    return [item for _, item in taken], moved


def _moved(page: Page, taken: list[dict[str, Any]]) -> Position:
    if len(taken) == len(page.items):
        return Position(page.next_cursor, ended=page.next_cursor is None)
    return Position(page.began.cursor, taken[-1]["id"]) if taken else page.began


def _age(operation_id: str) -> str:
    return operation_id.partition("-")[2]


async def _page(
    target: Target, client: httpx.AsyncClient, position: Position, query: Mapping[str, str], request: Request
) -> Page:
    """The first page that holds something older than `position.after`. Raises Refused."""
    while True:
        reply = await _ask(target, client, position.cursor, query, request)
        items = [item for item in reply["items"] if not position.after or _age(item["id"]) < _age(position.after)]
        if items or reply["next_cursor"] is None:
            return Page(items, reply["next_cursor"], position)
        position = Position(reply["next_cursor"], position.after)


async def _ask(
    target: Target, client: httpx.AsyncClient, cursor: str | None, query: Mapping[str, str], request: Request
) -> dict[str, Any]:
    headers = {name: request.headers[name] for name in _FORWARDED if name in request.headers}
    params = {**query, "cursor": cursor} if cursor else dict(query)
    try:
        answer = await client.get(f"{API}/operations", params=params, headers=headers)
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
    return urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(text: str | None, clients: Mapping[Target, httpx.AsyncClient]) -> dict[Target, Position]:
    """Raises InvalidCursor."""
    if not text:
        return {target: Position() for target in clients}
    try:
        plain = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return {target: _position(*plain[target.value]) for target in clients}
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidCursor from error


def _position(cursor: object, after: object, ended: object) -> Position:
    for value in (cursor, after):
        if not isinstance(value, str | None):
            raise TypeError(value)
    return Position(cursor, after, bool(ended))  # type: ignore[arg-type]  # checked above
