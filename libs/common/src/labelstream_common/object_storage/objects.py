"""What the object store knows of an object."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StoredObject:
    """`key` is the whole key, `size` in bytes, `etag` without quotes, `modified` aware UTC.

    `encoding` is the object's Content-Encoding: its bytes always come as they lie, however they are encoded.
    """

    key: str
    size: int
    etag: str
    modified: datetime | None
    media_type: str | None = None
    encoding: str | None = None
