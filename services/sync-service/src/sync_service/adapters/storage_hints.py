"""Reads the object store's notifications from Kafka: only those that come from now on, and without keeping a place.

They are not events of ours (no envelope, no promise), so the consumers' loop with its offsets and dead letters is not
for them: what cannot be read is passed over, and what is missed is found by the next look at the dataset.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from pydantic import ValidationError

from labelstream_common.messaging.kafka import consumer_of, messages_of
from labelstream_common.messaging.kafka_access import Kafka
from labelstream_contracts import ObjectNotification, topics

_MOST = 500
_CLIENT = "sync-service.storage-hints"


class StorageHints:
    def __init__(self, kafka: Kafka, apply: Callable[[Iterable[ObjectNotification]], Awaitable[None]]) -> None:
        self._kafka = kafka
        self._apply = apply

    async def run(self, stop: asyncio.Event) -> None:
        consumer = consumer_of(self._kafka, client_id=_CLIENT, group_id=None)
        consumer.subscribe([topics.STORAGE_OBJECT.name])
        await consumer.start()
        try:
            await consumer.seek_to_end()
            while not stop.is_set():
                batches = await messages_of(consumer, stop, most=_MOST)
                found = [_notification(message.value) for messages in batches.values() for message in messages]
                await self._apply(each for each in found if each is not None)
        finally:
            await consumer.stop()


def _notification(value: Any) -> ObjectNotification | None:
    try:
        return ObjectNotification.model_validate_json(value or b"")
    except ValidationError:
        return None  # hints only save time: schedules find whatever one of them missed
