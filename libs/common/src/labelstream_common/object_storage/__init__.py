"""The object store: any that speaks S3, over minio-py, whose blocking calls stay in this package's own threads."""

from labelstream_common.object_storage.errors import (
    BucketMissing,
    ObjectMissing,
    ObjectRefused,
    StorageDenied,
    StorageUnavailable,
)
from labelstream_common.object_storage.failures import explained
from labelstream_common.object_storage.listing import StoredObject
from labelstream_common.object_storage.reach import AddressRefused, Reach
from labelstream_common.object_storage.store import ObjectStore

__all__ = [
    "AddressRefused",
    "BucketMissing",
    "ObjectMissing",
    "ObjectRefused",
    "ObjectStore",
    "Reach",
    "StorageDenied",
    "StorageUnavailable",
    "StoredObject",
    "explained",
]
