"""`/jobs/{job_id}/items`, `/stats`: what readers see of a job."""

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response

from label_service.application.history import SeqNotReached, moment_of, past_page
from label_service.application.item_history import item_history
from label_service.application.reading import item_of, job_of, page_of, statistics_of
from label_service.domain.errors import ItemNotFound, JobNotFound
from label_service.domain.filters import ItemFilter, Sort
from label_service.entrypoints.http import arriving
from label_service.entrypoints.http.documented import ItemDetailView, ItemsPage
from label_service.entrypoints.http.filtering import Sorted, Wanted
from label_service.entrypoints.http.history import AsOf
from label_service.entrypoints.http.own_answers import answers_of, with_own_answers
from label_service.entrypoints.http.own_items import Sight, sight_of
from label_service.entrypoints.http.parts import Parts, id_in, parts_of
from label_service.entrypoints.http.schemas import SelectionBody
from label_service.entrypoints.http.views import StatisticsView, item_views, statistics_view
from labelstream_common.access import JobRight
from labelstream_common.http import (
    SELECTION_BODY_BYTES,
    JsonReply,
    PageParams,
    Paging,
    RequestInvalid,
    Router,
    encoded_page,
    etag_of,
)
from labelstream_common.mongo import encode_cursor

router = Router(tags=["items"])

_HISTORY = 20

Offset = Annotated[
    int, Query(ge=0, le=1_000_000_000, description="begin after this number of items, instead of at a cursor")
]


@router.get(
    "/jobs/{job_id}/items", policy=arriving.job(JobRight.SEE), errors=(JobNotFound, SeqNotReached), reply=ItemsPage
)
async def list_items(
    job_id: str,
    wanted: Wanted,
    sort: Sorted,
    paging: Paging,
    request: Request,
    as_of: AsOf = None,
    offset: Offset = 0,
) -> Response:
    """The images of a job with their labels, page by page. All filters combine by AND.

    `offset` jumps to a place in the list as it is now; `next_cursor` goes on from there.
    """
    parts = parts_of(request)
    _check_offset(offset, paging, sort, as_of)
    sight = await sight_of(request)
    wanted = sight.over(wanted)
    if as_of is not None:
        return await _past_items(parts, job_id, as_of, wanted, sort, paging, sight)
    job = await job_of(parts.items, job_id)
    wanted = await with_own_answers(request, job, wanted)
    page, labels = await page_of(
        parts.items, job_id, wanted, sort, limit=paging.limit, cursor=paging.cursor, offset=offset
    )
    views = item_views(parts, job.dataset_id, {label.id: label.name for label in labels}, sight)
    return JsonReply({"items": [views.view(row) for row in page.items], "next_cursor": page.next_cursor})


def _check_offset(offset: int, paging: PageParams, sort: Sort, as_of: int | None) -> None:
    if not offset:
        return
    if paging.cursor is not None:
        raise RequestInvalid("Give either a cursor or an offset, not both.", pointer="/offset")
    if sort.field == "path" or as_of is not None:
        raise RequestInvalid("`offset` cannot be combined with `sort=path` or `as_of`. Use cursors.", pointer="/offset")


async def _past_items(
    parts: Parts, job_id: str, as_of: int, wanted: ItemFilter, sort: Sort, paging: PageParams, sight: Sight
) -> Response:
    """The items at an earlier `seq`, always in the order of ids; of a labeler's own, those that are theirs now."""
    if sort != Sort():
        raise RequestInvalid(
            "With as_of, items are always sorted in the order in which they were added.", pointer="/sort"
        )
    moment = await moment_of(parts.items, parts.past, job_id, as_of)
    after = id_in(paging.cursor, "as_of")
    rows, last = await past_page(parts.past, moment, wanted, after=after, limit=paging.limit)
    own = await sight.of(parts, job_id, [row.sample_id for row in rows])
    rows = [row for row in rows if row.sample_id in own]
    views = item_views(parts, moment.dataset_id, moment.names, sight)
    return encoded_page(
        (views.past(row) for row in rows),
        lambda count: encode_cursor("as_of", rows[count - 1].sample_id),
        encode_cursor("as_of", last) if last else None,
    )


@router.get(
    "/jobs/{job_id}/items/{sample_id}",
    policy=arriving.item(JobRight.SEE),
    errors=(JobNotFound, ItemNotFound),
    reply=ItemDetailView,
)
async def get_item(job_id: str, sample_id: str, request: Request) -> Response:
    """One image of a job, with its latest 20 changes.

    While a label is merged or deleted, images that still carry it are shown as they will be. Then the first of the
    changes is `pending`: the change log has it, with its own `seq`, once the image has been tidied up.
    """
    parts = parts_of(request)
    job = await job_of(parts.items, job_id)
    sight = await sight_of(request)
    row, labels = await item_of(parts.items, job_id, sample_id, await answers_of(request, job))
    if row is None or sample_id not in await sight.of(parts, job_id, [sample_id]):
        raise ItemNotFound(sample_id)
    names = {label.id: label.name for label in labels}
    view = item_views(parts, job.dataset_id, names, sight).view(row)
    view["changes"] = await item_history(
        parts.changes, job_id, sample_id, commits=row.commits, labels=labels, limit=_HISTORY
    )
    return JsonReply(view, headers={"ETag": etag_of(row.version)})


@router.get("/jobs/{job_id}/stats", policy=arriving.job(JobRight.SEE), errors=(JobNotFound,), reply=StatisticsView)
async def get_statistics(job_id: str, wanted: Wanted, request: Request) -> Response:
    """Exact counts over what the filters match: by status, by label, by who labeled."""
    items = parts_of(request).items
    seen = (await sight_of(request)).over(wanted)
    seen = await with_own_answers(request, await job_of(items, job_id), seen)
    found, labels = await statistics_of(items, job_id, seen)
    return JsonReply(statistics_view(found, labels.seen()))


@router.post(
    "/jobs/{job_id}/stats",
    policy=arriving.job(JobRight.SEE),
    errors=(JobNotFound,),
    sheds=False,
    max_body_bytes=SELECTION_BODY_BYTES,
    reply=StatisticsView,
)
async def get_statistics_of_selection(job_id: str, body: SelectionBody, request: Request) -> Response:
    """The same counts over the images named in the body."""
    items = parts_of(request).items
    seen = (await sight_of(request)).over(ItemFilter())
    seen = await with_own_answers(request, await job_of(items, job_id), seen)
    labels = await items.labels(job_id)
    found = await items.statistics(job_id, labels, wanted=seen, sample_ids=body.sample_ids)
    return JsonReply(statistics_view(found, labels.seen()))
