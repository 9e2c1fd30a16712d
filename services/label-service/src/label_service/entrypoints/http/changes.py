"""`/jobs/{job_id}/changes`: everything that happened to a job, in order."""

from typing import Annotated

import orjson
from fastapi import Query, Request
from fastapi.responses import Response

from label_service.application.history import SeqNotReached, reached
from label_service.application.reading import job_of
from label_service.domain.errors import JobNotFound
from label_service.entrypoints.http import arriving
from label_service.entrypoints.http.documented import ChangesView
from label_service.entrypoints.http.own_items import sight_of
from label_service.entrypoints.http.parts import LARGEST_SEQ, parts_of
from labelstream_common.access import JobRight
from labelstream_common.http import JsonReply, Router

router = Router(tags=["changes"])


@router.get(
    "/jobs/{job_id}/changes", policy=arriving.job(JobRight.SEE), errors=(JobNotFound, SeqNotReached), reply=ChangesView
)
async def list_changes(
    job_id: str,
    request: Request,
    after: Annotated[int, Query(ge=0, le=LARGEST_SEQ, description="the last `seq` that the caller has seen")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="how many at most")] = 100,
) -> Response:
    """All that happened to a job, in the order of `seq`, as it happened: an entry never changes.

    The entry about a label that is merged or deleted comes first, then those of its images, one by one. Lists, counts,
    exports and the history of an image show the end already.

    People who see only their own items get what happened to these and to labels; `next_after` counts what was left
    out, too.
    """
    parts = parts_of(request)
    reached(await job_of(parts.items, job_id), after, "/after")
    entries = await parts.changes.after(job_id, after, limit)
    last = entries[-1].seq if entries else after
    seen = await (await sight_of(request)).entries(parts, job_id, entries)
    return JsonReply({"items": [orjson.Fragment(entry.json) for entry in seen], "next_after": last})
