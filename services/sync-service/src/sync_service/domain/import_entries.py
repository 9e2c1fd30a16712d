"""What an import says about one image, and what that does to the sample: found, filtered, decided.

An import gives an image exactly the labels that it names there. What people did to the items of jobs is not here: a
sample only knows what came with the data.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from labelstream_contracts.label_names import InvalidLabelName, label_name
from labelstream_contracts.label_sets import MAX_LABELS_OF_ITEM
from sync_service.domain.dataset import MAX_KEY_BYTES, AccountId, DatasetId, Source
from sync_service.domain.imports import ImportCounts, ImportSettings, LabelingStatus, Rejection
from sync_service.domain.reconciliation import DOTS, Listed, has_dots
from sync_service.domain.sample import Sample, SampleId, SampleLabel

_EVENT_BYTES, _LABEL_BYTES = 450, 110
_OF_ANOTHER_SOURCE = "The dataset has an image of another source in a bucket of this name, with this key."


class Found(NamedTuple):
    """An image that an import names. `listed` is None until the object store has been asked for it.

    `extra` are the fields of a manifest that mean nothing here: they are given back when it is exported; as JSON.
    """

    bucket: str
    path: str
    labels: tuple[SampleLabel, ...] = ()
    hard: bool | None = None
    hardness: float | None = None
    line: int | None = None
    extra: str | None = None
    listed: Listed | None = None

    @property
    def event_bytes(self) -> int:
        """About how much of a change record its event takes, and of a transaction what is only kept."""
        size = _EVENT_BYTES + 3 * len(self.path.encode()) + len(self.bucket) + len(self.extra or "")
        for one in self.labels:
            size += _LABEL_BYTES + len(one.name.encode())
        return size

    # What a million images pass through is made at once: `_replace` takes five times as long.

    def at(self, listed: Listed) -> "Found":
        return Found(*self[:-1], listed)

    def labeled(self, labels: tuple[SampleLabel, ...]) -> "Found":
        return self if labels == self.labels else Found(self.bucket, self.path, labels, *self[3:])

    def rejected(self, reason: str) -> Rejection:
        return Rejection(self.path, self.line, reason)


class InvalidLabels(ValueError):
    """The labels of an image cannot be its labels; the message is a sentence."""


@lru_cache(maxsize=4_096)
def _known_name(text: str) -> str:
    """Remembered: a million images share a few labels."""
    name = label_name(text)
    return text if name == text else name


def checked_labels(labels: Sequence[SampleLabel]) -> tuple[SampleLabel, ...]:
    """The labels in normal form C, each name once. Raises InvalidLabels."""
    found: dict[str, SampleLabel] = {}
    for one in labels:
        try:
            name = _known_name(one.name)
        except InvalidLabelName as error:
            raise InvalidLabels(f"The label {shortened(one.name)} is invalid: {error}") from error
        found.setdefault(name, one if name is one.name else one._replace(name=name))
    if len(found) > MAX_LABELS_OF_ITEM:
        raise InvalidLabels(f"It has {len(found)} labels; an image can have at most {MAX_LABELS_OF_ITEM}.")
    return tuple(found.values())


def key_fault(path: str) -> str:
    """Why a text cannot be the key of an object that the store is asked for; empty if nothing speaks against it."""
    if len(path) > MAX_KEY_BYTES // 4 and len(path.encode(errors="replace")) > MAX_KEY_BYTES:
        return f"Its key is longer than {MAX_KEY_BYTES:,} bytes."
    if has_dots(path):
        return DOTS
    if not path.isprintable() and any(unicodedata.category(character) in {"Cc", "Cs"} for character in path):
        return "Its key has control characters."
    return ""


def shortened(text: str, most: int = 80) -> str:
    return repr(text) if len(text) <= most else repr(text[:most] + "…")


class Wanted:
    """The filters of an import."""

    def __init__(self, settings: ImportSettings) -> None:
        self._included = frozenset(settings.include_labels)
        self._excluded = frozenset(settings.exclude_labels)
        self._hard_only = settings.hard_only
        self._status = settings.labeling_status

    def of(self, found: Found) -> Found | None:
        """The image with the labels that it is to have; None if it is left out.

        A file that cannot be accepted goes through, so that it is rejected with its reason: it has no labels.
        """
        if found.listed is not None and found.listed.left_out:
            return found
        if self._hard_only and not found.hard:
            return None
        if self._excluded and any(one.name in self._excluded for one in found.labels):
            return None
        if self._included and not any(one.name in self._included for one in found.labels):
            return None
        return found.labeled(self._given(found.labels))

    def _given(self, labels: tuple[SampleLabel, ...]) -> tuple[SampleLabel, ...]:
        if self._status is LabelingStatus.UNLABELED:
            return ()
        if self._included:
            labels = tuple(one for one in labels if one.name in self._included)
        if self._status is LabelingStatus.TO_CONFIRM:
            return tuple(one._replace(to_confirm=True) for one in labels)
        return labels


@dataclass(frozen=True)
class Arrivals:
    """What a batch of an import does to the samples, as they are now."""

    added: list[Sample] = field(default_factory=list)
    returned: list[Sample] = field(default_factory=list)
    updated: list[Sample] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    unchanged: int = 0

    @property
    def counts(self) -> ImportCounts:
        imported = len(self.added) + len(self.returned) + len(self.updated)
        return ImportCounts(imported, self.unchanged, len(self.rejected))

    @property
    def changed(self) -> list[Sample]:
        return [*self.added, *self.returned, *self.updated]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.returned or self.updated)


class Into(NamedTuple):
    """The dataset, the object store that the images lie in, and who brings them, if not from the dataset's source."""

    dataset_id: DatasetId
    source_id: str
    by: AccountId | None = None
    own: Source | None = None
    inspects: bool = False

    def brought_by(self, bucket: str, path: str) -> AccountId | None:
        """Whose grant reading the image rests on; None for that of who made the dataset."""
        if self.own is not None and self.own.source_id == self.source_id and self.own.covers(bucket, path):
            return None
        return self.by


def arrive(
    found: Sequence[tuple[Found, Listed]],
    known: Mapping[tuple[str, str], Sample],
    new_ids: Sequence[SampleId],
    into: Into,
    now: datetime,
) -> Arrivals:
    """Decides about images that are there, each once. A sample that was deleted comes back: this was asked for.

    A sample stays of the source that it came from: what another holds at the same place is another image.
    """
    arrivals, unchanged = Arrivals(), 0
    for (one, listed), new_id in zip(found, new_ids, strict=True):
        sample = known.get((one.bucket, one.path))
        if sample is None:
            arrivals.added.append(_new_sample(one, listed, new_id, into, now))
            continue
        if sample.source_id != into.source_id:
            arrivals.rejected.append(one.rejected(_OF_ANOTHER_SOURCE))
            continue
        after = _imported(sample, one, listed, into, now)
        if after is sample:
            unchanged += 1
        elif sample.is_present:
            arrivals.updated.append(after)
        else:
            arrivals.returned.append(after)
    return replace(arrivals, unchanged=unchanged)


def _new_sample(one: Found, listed: Listed, sample_id: SampleId, into: Into, now: datetime) -> Sample:
    return Sample(
        id=sample_id,
        dataset_id=into.dataset_id,
        source_id=into.source_id,
        bucket=one.bucket,
        path=one.path,
        size=listed.size,
        etag=listed.etag,
        media_type=listed.media_type,
        added_at=now,
        changed_at=now,
        labels=one.labels,
        hard=one.hard,
        hardness=one.hardness,
        extra=one.extra,
        imported_by=into.brought_by(one.bucket, one.path),
    )


def _imported(sample: Sample, one: Found, listed: Listed, into: Into, now: datetime) -> Sample:
    """The sample as the import leaves it: itself if nothing differs. What the import does not say of hardness stays."""
    by = into.brought_by(one.bucket, one.path)
    hard = sample.hard if one.hard is None else one.hard
    hardness = sample.hardness if one.hardness is None else one.hardness
    extra = sample.extra if one.extra is None else one.extra
    said = (one.labels, hard, hardness, extra, by)
    before = (sample.labels, sample.hard, sample.hardness, sample.extra, sample.imported_by)
    if sample.is_present and sample.etag == listed.etag and said == before:
        return sample
    after = sample.with_bytes(listed.size, listed.etag, listed.media_type, now, inspects=into.inspects)
    return replace(after, labels=one.labels, hard=hard, hardness=hardness, extra=extra, imported_by=by)
