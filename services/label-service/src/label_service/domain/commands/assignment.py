"""Commands about whose an item is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from label_service.domain.filters import ItemFilter
from label_service.domain.working_copy import Origin


@dataclass(frozen=True, slots=True)
class BeginDealing:
    """Deal by the job's present settings, to these people: a round through all open items begins.

    `keepers` work in the job without being labelers.
    """

    origin: Origin
    people: Sequence[str]
    keepers: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class DealOn:
    """Go on with a round that stands at `after`: these are the next open items, and perhaps the last."""

    origin: Origin
    sample_ids: Sequence[str]
    number: int
    after: str | None
    is_last: bool


@dataclass(frozen=True, slots=True)
class TellShares:
    """Tell others what people have of the job's items, where an earlier release told nobody."""

    origin: Origin


@dataclass(frozen=True, slots=True)
class TakeItems:
    """Take up to `limit` of these items from the queue, or renew what is held, until a moment."""

    origin: Origin
    sample_ids: Sequence[str]
    limit: int
    until: datetime


@dataclass(frozen=True, slots=True)
class ReleaseItems:
    """Give items back to the queue; with `skip` they are not offered to this person again."""

    origin: Origin
    sample_ids: Sequence[str]
    skip: bool = False


@dataclass(frozen=True, slots=True)
class EndLeases:
    """Items whose lease has run out are nobody's again."""

    origin: Origin
    sample_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Assign:
    """Give items to somebody, whoever had them; to nobody: they are dealt out again, or back in the queue."""

    origin: Origin
    sample_ids: Sequence[str]
    to: str | None
    expect: Mapping[str, int] = field(default_factory=dict)
    only: ItemFilter | None = None
