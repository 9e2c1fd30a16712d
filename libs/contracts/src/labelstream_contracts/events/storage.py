"""`storage.object.v1`: raw notifications of an object store, in S3's own shape. Hints only: they get lost."""

from typing import Annotated
from urllib.parse import unquote_plus

from pydantic import Field

from labelstream_contracts.events.payload import Part


class NotifiedBucket(Part):
    """The bucket of a notified object."""

    name: str


class NotifiedObject(Part):
    """An object; the key stands URL-encoded in notifications."""

    key: str

    def path(self) -> str:
        """The object's key as the store's API takes it."""
        return unquote_plus(self.key)


class NotifiedEntity(Part):
    """What a record speaks of."""

    bucket: NotifiedBucket
    object: NotifiedObject


class ObjectRecord(Part):
    """One change of one object, e.g. `s3:ObjectCreated:Put`."""

    event_name: Annotated[str, Field(alias="eventName")]
    s3: NotifiedEntity


class ObjectNotification(Part):
    """The value of a message on `storage.object.v1`."""

    records: Annotated[tuple[ObjectRecord, ...], Field(alias="Records")] = ()
