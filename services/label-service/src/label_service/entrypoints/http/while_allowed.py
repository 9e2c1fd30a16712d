"""Streams that end when their caller may not read on."""

import time
from collections.abc import AsyncIterator
from typing import Protocol

from labelstream_common.access import JobRight
from labelstream_common.http import Caller
from labelstream_common.telemetry import get_logger

log = get_logger(__name__)

_LOOK_EVERY = 0.25


class Gate(Protocol):
    """What is asked of `Access`."""

    async def allows(self, caller: Caller, job_id: str, right: JobRight) -> bool: ...


async def while_allowed(
    pieces: AsyncIterator[bytes],
    access: Gate,
    caller: Caller,
    job_id: str,
    right: JobRight,
    *,
    look_every: float = _LOOK_EVERY,
) -> AsyncIterator[bytes]:
    """The pieces, as long as the caller is signed in and has `right` in the job; then it ends, whatever is left.

    Looks before a piece is sent, at most every `look_every` seconds.
    """
    looked = float("-inf")
    async for piece in pieces:
        if time.monotonic() - looked >= look_every:
            if not await access.allows(caller, job_id, right):
                log.info("label.stream.right_lost", job_id=job_id, account_id=caller.account_id)
                return
            looked = time.monotonic()
        yield piece
