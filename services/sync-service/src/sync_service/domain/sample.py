"""A sample: one object of a bucket, in one dataset. It keeps its id and its version when it leaves and returns.

SampleNotFound         not in this dataset, or removed from it
RestorePeriodOver      it was deleted too long ago to be restored
SourceObjectMissing    the sample stands, but its object is gone from the bucket
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, NamedTuple, NewType, TypeAlias

from labelstream_common.errors import Gone, NotFound
from sync_service.domain.dataset import OWN_STORE, AccountId, Bucket, DatasetId

SampleId = NewType("SampleId", str)
SampleState: TypeAlias = Literal["new", "ok", "unreadable"]


_IN_PARTS = "-"


class SampleNotFound(NotFound):
    code = "sample-not-found"

    def __init__(self, sample_id: str) -> None:
        super().__init__(f"There is no sample {sample_id} in this dataset.")


class SourceObjectMissing(NotFound):
    code = "source-object-missing"

    def __init__(self, path: str) -> None:
        super().__init__(f"The object {path} is gone from the bucket. The next synchronization removes the sample.")


class RestorePeriodOver(Gone):
    code = "restore-period-over"
    title = "It is too late to restore"

    def __init__(self) -> None:
        super().__init__("The images were deleted too long ago to be restored. Import them to bring them back.")


class Presence(StrEnum):
    """`REMOVED`: its object left the source, and brings it back by returning. `DELETED`: a person took it off
    and left the object where it is, so synchronization must not bring it back."""

    PRESENT = "present"
    REMOVED = "removed"
    DELETED = "deleted"


class Cause(StrEnum):
    """Why a sample changed, as its event says it."""

    SYNCHRONIZED = "synchronized"
    IMPORT = "import"
    DELETE = "delete"
    RESTORE = "restore"
    INSPECTED = "inspected"
    CONTENT_SEEN = "content-seen"


class SampleLabel(NamedTuple):
    """A label that came with the data. One `to_confirm` counts only after a person has confirmed it."""

    name: str
    confidence: float | None = None
    by: str | None = None
    at: datetime | None = None
    to_confirm: bool = False


class Measured(NamedTuple):
    """What an image is, upright, whatever its name says."""

    width: int
    height: int
    media_type: str


class Facts(NamedTuple):
    """What inspection found in an object's bytes."""

    state: SampleState
    reason: str | None = None
    sha256: str = ""
    measured: Measured | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """`version` counts its changes, 1, 2, 3 …; `changed_at` is when the last of them was decided.

    `width` and `height` are None until the image is first read. `content_changed`: the object was overwritten with
    other bytes, and no person has changed or confirmed an item of it since; `overwritten` counts how often. `state`,
    `reason` and `sha256` are what inspection found in the present bytes; `sha256_before` is that of the bytes before,
    while only inspection can tell whether these are others. `extra` is what a manifest said besides, as
    JSON. `imported_by`: who brought an image that is not in the dataset's own source. `lost_at`: since when the object
    of a sample that a person took off is gone, as far as a synchronization has seen.
    """

    id: SampleId
    dataset_id: DatasetId
    bucket: str
    path: str
    size: int
    etag: str
    media_type: str
    added_at: datetime
    changed_at: datetime
    version: int = 1
    presence: Presence = Presence.PRESENT
    width: int | None = None
    height: int | None = None
    labels: tuple[SampleLabel, ...] = ()
    hard: bool | None = None
    hardness: float | None = None
    content_changed: bool = False
    overwritten: int = 0
    state: SampleState = "new"
    reason: str | None = None
    sha256: str = ""
    sha256_before: str = ""
    imported_by: AccountId | None = None
    extra: str | None = None
    source_id: str = OWN_STORE
    lost_at: datetime | None = None

    @property
    def place(self) -> Bucket:
        return Bucket(self.source_id, self.bucket)

    @property
    def name(self) -> str:
        return self.path[self.path.rfind("/") + 1 :]

    @property
    def deleted_at(self) -> datetime | None:
        """When a person took it off, its object left where it is; None otherwise."""
        return self.changed_at if self.presence is Presence.DELETED else None

    def is_restorable(self, now: datetime, period: timedelta) -> bool:
        """Whether it is still early enough. What left with its object is not a question of time."""
        return self.deleted_at is None or now < self.deleted_at + period

    @property
    def is_present(self) -> bool:
        return self.presence is Presence.PRESENT

    @property
    def is_lost(self) -> bool:
        """Whether its object is gone, whoever took the sample off."""
        return self.presence is Presence.REMOVED or self.lost_at is not None

    def now(self, presence: Presence, at: datetime) -> "Sample":
        """The sample one version on, there or gone."""
        return replace(self, presence=presence, version=self.version + 1, changed_at=at, lost_at=None)

    def without_object(self, since: datetime | None) -> "Sample":
        """A sample that was taken off, its object gone `since` then or (None) there. Nobody is told: it stays off."""
        return replace(self, lost_at=since)

    def renamed(self, path: str, etag: str, media_type: str, at: datetime) -> "Sample":
        """The sample one version on, its object under another key. What its bytes were read as, they still are."""
        is_known = self.width is not None or not media_type
        kind = self.media_type if is_known else media_type
        return replace(self, path=path, etag=etag, media_type=kind, version=self.version + 1, changed_at=at)

    def inspected(self, found: Facts) -> "Sample":
        """The sample with what its bytes tell: itself if that is known, else one version on if it is there.

        When the sample last changed is not moved by it: a listing compares with that. If nobody could tell before
        whether the object has other bytes, its content is known to have changed now, or not to: but not by a size
        alone, which a thumbnail tells while the state is `new`.
        """
        state, reason, sha256, measured = found
        width, height, media_type = measured or (self.width, self.height, self.media_type)
        decides = state != "new"
        is_other = decides and self.sha256_before not in {"", sha256}
        known = replace(
            self,
            state=state,
            reason=reason,
            sha256=sha256,
            sha256_before="" if decides else self.sha256_before,
            width=width,
            height=height,
            media_type=media_type,
            content_changed=self.content_changed or is_other,
            overwritten=self.overwritten + is_other,
        )
        if known == self:
            return self
        return replace(known, version=self.version + 1) if self.is_present else known

    def seen(self) -> "Sample":
        """The sample one version on, without the mark that its content changed: a person has looked."""
        return replace(self, content_changed=False, version=self.version + 1)

    def with_bytes(self, size: int, etag: str, media_type: str, at: datetime, *, inspects: bool = False) -> "Sample":
        """The sample one version on, present, with its object as it is now.

        New bytes are unknown again, and are what `media_type` says until they are read. Another size is of other
        bytes. Where the size is the same and images are inspected (`inspects`), the SHA-256 decides later: the etag of
        an object that came in parts or is encrypted by its store says nothing about its bytes. Else the etag decides,
        if it does not look like that of an object in parts.
        """
        same = etag == self.etag
        before = self.sha256_before or self.sha256
        is_open = not same and inspects and size == self.size and before != ""
        is_other = not (same or is_open) and (size != self.size or _IN_PARTS not in etag + self.etag)
        return replace(
            self,
            size=size,
            etag=etag,
            media_type=self.media_type if same or not media_type else media_type,
            width=self.width if same else None,
            height=self.height if same else None,
            presence=Presence.PRESENT,
            lost_at=None,
            content_changed=self.content_changed or is_other,
            overwritten=self.overwritten + is_other,
            state=self.state if same else "new",
            reason=self.reason if same else None,
            sha256=self.sha256 if same else "",
            sha256_before=before if is_open else (self.sha256_before if same else ""),
            version=self.version + 1,
            changed_at=at,
        )
