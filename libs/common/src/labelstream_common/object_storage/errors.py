"""What the object store can refuse.

Invalid
├── BucketMissing           there is no such bucket (or its name cannot be one)
└── StorageDenied           the installation's key may not do this there
NotFound
└── ObjectMissing           there is no such object
Conflict
└── ObjectRefused           the store does not give out this one object: it is archived, say, or encrypted by another
    └── BeyondEnd           it has no bytes where they were asked for
Unavailable
└── StorageUnavailable      the store does not answer, or refuses the installation's key altogether
"""

from labelstream_common.errors import Conflict, Invalid, NotFound, Unavailable


class BucketMissing(Invalid):
    code = "bucket-missing"
    title = "Bucket not found"

    def __init__(self, bucket: str, *, pointer: str | None = None) -> None:
        super().__init__(f"The object store has no bucket {bucket!r}.", pointer=pointer, bucket=bucket)


class StorageDenied(Invalid):
    code = "storage-denied"
    title = "The object store does not allow this"

    def __init__(self, bucket: str, *, pointer: str | None = None) -> None:
        super().__init__(f"The object store denies access to the bucket {bucket!r}.", pointer=pointer, bucket=bucket)


class ObjectMissing(NotFound):
    code = "object-missing"
    title = "There is no such object"

    def __init__(self, bucket: str, key: str) -> None:
        super().__init__("The object is no longer in the store.", bucket=bucket, key=key)


class ObjectRefused(Conflict):
    """`told` is the store's own code."""

    code = "object-refused"
    title = "The object store refuses this object"

    def __init__(self, key: str, told: str) -> None:
        why = " It is archived; restore it in the store first." if told == "InvalidObjectState" else ""
        super().__init__(f"The object store refuses this object ({told}).{why}", key=key)


class BeyondEnd(ObjectRefused):
    """No bytes are there: the object is empty, or ends before them."""


class StorageUnavailable(Unavailable):
    code = "storage-unavailable"
    title = "The object store does not answer"
