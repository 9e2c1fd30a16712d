"""Object stores, and whether they can be reached."""

from typing import Literal

from labelstream.models.reply import Reply


class BucketSource(Reply, frozen=True, kw_only=True):
    bucket: str
    prefix: str = ""
    source_id: str = "platform"


class GrantedBucket(Reply, frozen=True, kw_only=True):
    """A bucket, as far as its keys begin with `prefix`."""

    name: str
    prefix: str = ""


class ObjectSource(Reply, frozen=True, kw_only=True):
    """An object store. `buckets` None means all. Only administrators see more than id, name and buckets."""

    id: str
    name: str
    buckets: list[GrantedBucket] | None = None
    endpoint: str | None = None
    region: str | None = None
    access_key: str | None = None
    granted_to: Literal["members"] | list[str] | None = None
    version: int = 0


class BucketTried(Reply, frozen=True, kw_only=True):
    """Whether a bucket could be listed; `name` is empty where the store itself could not be reached."""

    name: str
    ok: bool
    reason: str | None = None


class SourceTried(Reply, frozen=True, kw_only=True):
    ok: bool
    buckets: list[BucketTried] = []
