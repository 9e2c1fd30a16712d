"""Commands by which the items of a job follow the samples of its dataset, and end with the job."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from label_service.domain.items import NEW
from label_service.domain.working_copy import Origin


class Merged(NamedTuple):
    """A sample was deleted as a duplicate of another one, by a person."""

    into: str
    by: str
    change_id: str


@dataclass(frozen=True, slots=True)
class ArrivingSample:
    """A sample as the dataset has it now."""

    sample_id: str
    path: str
    version: int
    labels: Sequence[str]
    removed: bool
    etag: str | None = None
    hard: bool | None = None
    hardness: float | None = None
    to_confirm: bool = False
    confidences: Mapping[str, float] = field(default_factory=dict)
    content_changed: bool = False
    overwritten: int = 0
    state: str = NEW
    reason: str | None = None
    merged: Merged | None = None


@dataclass(frozen=True, slots=True)
class FollowSamples:
    """Make the items what the dataset's samples are, from `after_rev` up to `rev`; with `prepares` the job is ready."""

    origin: Origin
    after_rev: int
    rev: int
    samples: Sequence[ArrivingSample]
    prepares: bool = False
    key_hashes: Mapping[str, int] = field(default_factory=dict)
    label_ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BringLeftOut:
    """Give the items of these samples the labels that their data brought, as far as the job has room for them now.

    The samples were read when the job followed its dataset up to `after_rev`, or later.
    """

    origin: Origin
    after_rev: int
    samples: Sequence[ArrivingSample]
    label_ids: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EndItems:
    """Go on with the end of a deleted job: these items are no more."""

    origin: Origin
    sample_ids: Sequence[str]
