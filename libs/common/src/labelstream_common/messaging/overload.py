"""Refusing in time: when what waits to be published is too old or too much, changes get 429 until it is less."""

import asyncio
import contextlib
from datetime import timedelta

from pymongo.errors import PyMongoError

from labelstream_common.clock import Clock
from labelstream_common.messaging.outbox import Outbox
from labelstream_common.mongo import Database
from labelstream_common.tasks import rest
from labelstream_common.telemetry import get_logger, metrics

log = get_logger(__name__)

OLDEST = timedelta(seconds=60)
MOST_RECORDS = 20_000
_LOOK_EVERY, _LOOK_AT_REST_EVERY = 0.5, 2.0
_RETRY_AFTER = 5.0


class OutboxGauge:
    """Measures a service's outbox, twice a second while something waits there.

    `retry_after` is what the guard of its routes asks.
    """

    def __init__(self, database: Database, clock: Clock, *, service: str) -> None:
        self._outbox = Outbox(database)
        self._clock = clock
        self._service = service
        self._full = False
        self._waiting = False

    def retry_after(self) -> float | None:
        """Seconds after which a refused caller may come again; None while there is room."""
        return _RETRY_AFTER if self._full else None

    async def run(self, stop: asyncio.Event) -> None:
        """Measures until told to stop."""
        while not stop.is_set():
            with contextlib.suppress(PyMongoError):  # while the database is away the last measure holds
                await self._measure()
            await rest(stop, _LOOK_EVERY if self._waiting else _LOOK_AT_REST_EVERY)

    async def _measure(self) -> None:
        records, since = await self._outbox.backlog(at_most=MOST_RECORDS + 1)
        age = self._clock.now() - since if since else timedelta()
        metrics.outbox(self._service, records, age.total_seconds())
        self._waiting = records > 0
        full = records > MOST_RECORDS or age > OLDEST
        if full != self._full:
            log.warning("outbox.room.changed", service=self._service, full=full, records=records, age=str(age))
        self._full = full
