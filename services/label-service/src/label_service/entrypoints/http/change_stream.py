"""`GET /jobs/{job_id}/changes/stream`: the feed as server-sent events, for as long as the caller may see the job."""

import asyncio
import time
from collections.abc import AsyncIterator

from fastapi import Request
from fastapi.responses import Response, StreamingResponse

from label_service.application.history import SeqNotReached, reached
from label_service.application.reading import job_of
from label_service.domain.errors import JobNotFound
from label_service.entrypoints.http import arriving
from label_service.entrypoints.http.own_items import sight_in
from label_service.entrypoints.http.parts import Parts, parts_of
from labelstream_common.access import JobRight
from labelstream_common.http import LIVE_STREAMS, Caller, RequestInvalid, Router, caller_of, whole_number

router = Router(tags=["changes"])

_HEARTBEAT = 15.0
_LIFE = 600.0
_CHECK_ACCESS_EVERY = 0.25
_PAGE, _BYTES_OF_PIECE = 200, 1_000_000
_HEADER = "/Last-Event-ID"


@router.get(
    "/jobs/{job_id}/changes/stream",
    policy=arriving.job(JobRight.SEE),
    errors=(JobNotFound, SeqNotReached),
    media_type="text/event-stream",
    share=LIVE_STREAMS,
)
async def stream_changes(job_id: str, request: Request) -> Response:
    """The changes of a job as server-sent events, from now on or from `Last-Event-ID`. It stays open."""
    parts = parts_of(request)
    job = await job_of(parts.items, job_id)
    seen = _last_event_id(request)
    start = job.seq if seen is None else reached(job, seen, _HEADER)
    events = _events(parts, job_id, await caller_of(request), start, request)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


def _last_event_id(request: Request) -> int | None:
    text = request.headers.get("last-event-id")
    if text is None:
        return None
    seq = whole_number(text)
    if seq is None:
        raise RequestInvalid("Last-Event-ID must be a `seq`, a whole number.", pointer=_HEADER)
    return seq


async def _events(parts: Parts, job_id: str, caller: Caller, seen: int, request: Request) -> AsyncIterator[bytes]:
    """Entries as they come. Ends when the caller loses the job, at shutdown, or after ten minutes: clients go on."""
    stopping: asyncio.Event | None = getattr(request.app.state, "stopping", None)
    began = spoke = time.monotonic()
    yield b"id: %d\nretry: 1000\n\n" % seen  # who reconnects before the first entry goes on from here
    while time.monotonic() - began < _LIFE and not (stopping and stopping.is_set()):
        if await parts.access.present(caller) is None or await parts.access.standing(job_id, caller) is None:
            return
        if await parts.pulse.beyond(job_id, seen, _CHECK_ACCESS_EVERY):
            entries = await parts.changes.after(job_id, seen, _PAGE, _BYTES_OF_PIECE)
            if entries:
                shown = await (await sight_in(parts, job_id, caller)).entries(parts, job_id, entries)
                seen, spoke = entries[-1].seq, time.monotonic()
                yield b"".join(b"id: %d\ndata: %b\n\n" % (entry.seq, entry.json) for entry in shown)
                if not shown or shown[-1].seq < seen:
                    yield b"id: %d\n\n" % seen  # what others did is left out, and not asked for again
        elif time.monotonic() - spoke > _HEARTBEAT:
            spoke = time.monotonic()
            yield b": still here\n\n"
