"""Lists: `?limit=` and `?cursor=` in, `{"items", "next_cursor"}` out."""

from collections.abc import Callable, Sequence
from typing import Annotated, Generic, NamedTuple, TypeVar

from fastapi import Depends, Query

from labelstream_common.http.models import View
from labelstream_common.mongo import Page

T = TypeVar("T")
V = TypeVar("V")

DEFAULT_LIMIT, MOST = 100, 1000


class PageParams(NamedTuple):
    """Which page of a list is asked for."""

    limit: int = DEFAULT_LIMIT
    cursor: str | None = None


def page_params(
    limit: Annotated[int, Query(ge=1, le=MOST, description="how many at most")] = DEFAULT_LIMIT,
    cursor: Annotated[str | None, Query(max_length=4096, description="`next_cursor` of the page before")] = None,
) -> PageParams:
    return PageParams(limit, cursor or None)


Paging = Annotated[PageParams, Depends(page_params)]
"""A route parameter: `paging: Paging`."""


class PageView(View, Generic[V]):
    """One page. `next_cursor` is null on the last."""

    items: Sequence[V]
    next_cursor: str | None = None


def page_reply(page: Page[T], view: Callable[[T], V]) -> PageView[V]:
    """A page of rows as the reply of a list."""
    return PageView[V].model_construct(items=[view(item) for item in page.items], next_cursor=page.next_cursor)
