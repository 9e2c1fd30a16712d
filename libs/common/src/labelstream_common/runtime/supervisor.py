"""Keeps background tasks running: one that raises is started again, after a pause that grows."""

import asyncio
import time
from collections.abc import Sequence

from labelstream_common.runtime.service import BackgroundTask
from labelstream_common.tasks import end, rest
from labelstream_common.telemetry import get_logger, metrics

log = get_logger(__name__)

_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0
_HEALTHY_AFTER = 30.0
_GRACE = 10.0


async def supervise(tasks: Sequence[BackgroundTask], stop: asyncio.Event) -> None:
    """Runs `tasks` until `stop` is set; then lets each end by itself for 10 s, and cancels what has not."""
    running = [asyncio.create_task(_keep(task, stop), name=task.name) for task in tasks]
    await stop.wait()
    if running:
        _, late = await asyncio.wait(running, timeout=_GRACE)
        for task in late:
            log.warning("supervisor.task.cancelled", task=task.get_name())
        await end(running)


async def _keep(task: BackgroundTask, stop: asyncio.Event) -> None:
    pause = _SHORTEST_PAUSE
    while not stop.is_set():
        began = time.monotonic()
        try:
            await task.run(stop)
        except Exception as error:
            if stop.is_set():
                return
            if time.monotonic() - began > _HEALTHY_AFTER:
                pause = _SHORTEST_PAUSE
            metrics.task_failed(task.name)
            log.exception("supervisor.task.failed", task=task.name, error=repr(error), again_in=pause)
        else:
            if not stop.is_set():
                log.error("supervisor.task.ended", task=task.name, again_in=pause)
        await rest(stop, pause)
        pause = min(pause * 2, _LONGEST_PAUSE)
