"""Lists: `?limit=` and `?cursor=` in, `{"items", "next_cursor"}` out; a page ends at its limit or at 4 MB."""

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Generic, TypeVar

import orjson
from fastapi import Depends, Query
from starlette.responses import Response

from labelstream_common.http.models import View
from labelstream_common.http.replies import JsonReply
from labelstream_common.mongo import Page, PageParams
from labelstream_common.mongo.cursors import DEFAULT_LIMIT, MOST

T = TypeVar("T")
V = TypeVar("V")

PAGE_BYTES = 4_000_000


def page_params(
    limit: Annotated[int, Query(ge=1, le=MOST, description="how many at most")] = DEFAULT_LIMIT,
    cursor: Annotated[str | None, Query(max_length=4096, description="`next_cursor` of the page before")] = None,
) -> PageParams:
    return PageParams(limit, cursor or None)


Paging = Annotated[PageParams, Depends(page_params)]
"""A route parameter: `paging: Paging`."""


def encoded_page(
    views: Iterable[object], cursors: Callable[[int], str], next_cursor: str | None, most: int = PAGE_BYTES
) -> Response:
    """A page of views that are encoded one by one until they reach 4 MB.

    `cursors` tells the cursor that goes on after the first so many; `next_cursor` is that of the whole page.
    """
    items: list[orjson.Fragment] = []
    size = 0
    for view in views:
        encoded = orjson.dumps(view, option=orjson.OPT_UTC_Z)
        size += len(encoded)
        if size > most and items:
            next_cursor = cursors(len(items))
            break
        items.append(orjson.Fragment(encoded))
    return JsonReply({"items": items, "next_cursor": next_cursor})


class PageView(View, Generic[V]):
    """One page. `next_cursor` is null on the last."""

    items: Sequence[V]
    next_cursor: str | None = None


def page_reply(page: Page[T], view: Callable[[T], V]) -> PageView[V]:
    """A page of rows as the reply of a list."""
    return PageView[V].model_construct(items=[view(item) for item in page.items], next_cursor=page.next_cursor)
