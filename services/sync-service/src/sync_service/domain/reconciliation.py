"""What a listing of the source means for the samples: the decision of synchronization, a range of keys at a time.

Both sides come in ascending order of their keys' UTF-8 bytes, as S3 lists and MongoDB sorts, so that one pass over
ranges compares any number of them in flat memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from sync_service.domain.sample import Presence, SampleId

# A change record stays below 2 MB: an event is its key (twice, and names) and some 450 bytes around it.
RANGE_OBJECTS = 1_000
RANGE_BYTES = 1_500_000
_EVENT_BYTES = 450

MAX_EXAMPLES = 100


class Listed(NamedTuple):
    """An object of the source: an image, or what is `left_out` for a reason.

    An empty `media_type` without a reason is what nobody knows yet: its ending says nothing.
    """

    path: str
    size: int
    etag: str
    media_type: str
    left_out: str = ""

    @property
    def is_unknown(self) -> bool:
        return not (self.media_type or self.left_out)


class Known(NamedTuple):
    """What the comparison needs of a stored sample."""

    id: SampleId
    path: str
    etag: str
    presence: Presence
    changed_at: datetime
    size: int = 0
    is_lost: bool = False
    """Whether a person took it off, and its object is known to be gone."""


class Change(NamedTuple):
    """A stored sample and the object that it is now."""

    known: Known
    listed: Listed


class Tally(NamedTuple):
    """What a synchronization came to; a sample that returns counts as added, one that moved only as renamed."""

    added: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0
    renamed: int = 0

    def plus(self, other: "Tally") -> "Tally":
        return Tally(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


NOTHING = Tally()


class Skip(NamedTuple):
    """An object that does not become a sample, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class Skipped:
    """What was left out: how many, and the first of them."""

    count: int = 0
    examples: tuple[Skip, ...] = ()

    def plus(self, more: Sequence[Skip]) -> "Skipped":
        room = max(0, MAX_EXAMPLES - len(self.examples))
        return Skipped(self.count + len(more), (*self.examples, *more[:room]))


NONE_SKIPPED = Skipped()


@dataclass(frozen=True)
class Plan:
    """What one range of keys changes, each part in listing order.

    `trashed`: samples that a person took off whose objects have gone, or are there again.
    """

    added: list[Listed] = field(default_factory=list)
    returned: list[Change] = field(default_factory=list)
    updated: list[Change] = field(default_factory=list)
    removed: list[Known] = field(default_factory=list)
    unchanged: int = 0
    skipped: list[Skip] = field(default_factory=list)
    trashed: list[Known] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.returned or self.updated or self.removed or self.trashed)

    def without_moves(self) -> "Plan":
        """What can be done at once; what comes and goes may be the same object under another key."""
        return replace(self, added=[], removed=[])

    @property
    def tally(self) -> Tally:
        added = len(self.added) + len(self.returned)
        return Tally(added, len(self.updated), len(self.removed), self.unchanged)


def reconcile(listed: Sequence[Listed], known: Sequence[Known], *, listed_at: datetime) -> Plan:
    """The changes of one range: `listed` and `known` are everything that either side has in it.

    A sample that changed since the listing was asked for is left alone: the listing may be older than that change.
    """
    plan = Plan()
    unchanged = 0
    there = {each.path: each for each in known}
    for each in listed:
        if each.left_out:
            plan.skipped.append(Skip(each.path, each.left_out))
            continue
        sample = there.pop(each.path, None)
        if sample is None:
            plan.added.append(each)
        elif sample.presence is Presence.DELETED:
            if sample.is_lost:
                plan.trashed.append(sample)
        elif sample.changed_at >= listed_at:
            unchanged += sample.presence is Presence.PRESENT
        elif sample.presence is Presence.REMOVED:
            plan.returned.append(Change(sample, each))
        elif sample.etag != each.etag:
            plan.updated.append(Change(sample, each))
        else:
            unchanged += 1
    without_object = [sample for sample in there.values() if sample.changed_at < listed_at]
    plan.removed.extend(sample for sample in without_object if sample.presence is Presence.PRESENT)
    in_trash = (sample for sample in without_object if sample.presence is Presence.DELETED)
    plan.trashed.extend(sample for sample in in_trash if not sample.is_lost)
    return replace(plan, unchanged=unchanged)


def left_out(path: str, size: int, *, max_bytes: int) -> str:
    """Why an object cannot be a sample, whatever it is of; an empty text if nothing speaks against it."""
    if has_dots(path):
        return DOTS
    if size == 0:
        return "It is empty."
    if size > max_bytes:
        return f"It has {size:,} bytes; at most {max_bytes:,} are accepted."
    return ""


DOTS = "Its key has '.' or '..' as a directory."


def has_dots(path: str) -> bool:
    """Whether '.' or '..' is a directory or the name. Millions of keys have no dot there at all."""
    looks_odd = "./" in path or path.endswith(("/.", "/..")) or path in {".", ".."}
    return looks_odd and any(part in {".", ".."} for part in path.split("/"))


NO_IMAGE = "It is not an accepted image."


def fitting(listed: Sequence[Listed]) -> int:
    """How many of `listed`, from the first, fit one transaction: at least one if there is any."""
    size = 0
    for count, each in enumerate(listed[:RANGE_OBJECTS]):
        size += _EVENT_BYTES + 3 * len(each.path.encode())
        if size > RANGE_BYTES and count:
            return count
    return min(len(listed), RANGE_OBJECTS)
