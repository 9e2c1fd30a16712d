"""Measures how late the event loop is: everything in a process shares it, so one slow callback delays all."""

import asyncio
import time

from labelstream_common.telemetry import metrics
from labelstream_common.telemetry.logs import get_logger

log = get_logger(__name__)

_EVERY = 1.0
_SUSPICIOUS = 0.5


async def watch_loop_lag(service: str, stop: asyncio.Event) -> None:
    """Reports the loop's lag once a second until `stop`; logs one that a person would notice."""
    while not stop.is_set():
        began = time.perf_counter()
        await asyncio.sleep(_EVERY)
        late = max(0.0, time.perf_counter() - began - _EVERY)
        metrics.loop_lag(service, late)
        if late > _SUSPICIOUS:
            log.warning("telemetry.loop.late", seconds=round(late, 3))
