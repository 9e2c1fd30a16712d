"""Notifications of the object store, as hints: the datasets that an object belongs to are looked at soon.

They get lost and come out of order, so nothing is read from them but that something happened there.
"""

from collections.abc import Awaitable, Callable, Iterable

from labelstream_contracts import ObjectNotification
from sync_service.application.ports import Ports

ApplyHints = Callable[[Iterable[ObjectNotification]], Awaitable[None]]


def apply_hints(ports: Ports) -> ApplyHints:
    async def apply(notifications: Iterable[ObjectNotification]) -> None:
        changed = {
            (record.s3.bucket.name, record.s3.object.path())
            for notification in notifications
            for record in notification.records
        }
        # One object of a directory stands for all of them: a hint is cheap, but a thousand of the same are not.
        for bucket, directory in {(bucket, key[: key.rfind("/") + 1]) for bucket, key in changed}:
            example = next(key for at, key in changed if at == bucket and key[: key.rfind("/") + 1] == directory)
            await ports.schedule.hint(bucket, example)

    return apply
