"""Entries of a job's change feed and of its Kafka topics: the published language as fast typed values.

One struct per event, decoded straight from the bytes; unknown fields are ignored, so a newer server does no harm.
Times are kept as the text that came (RFC 3339, UTC): few readers need them parsed, and parsing costs.
"""

from typing import Literal

import msgspec

from labelstream.models import Grade, ReviewState, Source, Status


class Fact(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Common shape of everything that is read from a feed or topic."""


class Actor(Fact, frozen=True, kw_only=True):
    """Who did it; `id` is an account for a person, a model's name for a model."""

    kind: Source
    id: str | None = None


class LabelEntry(Fact, frozen=True, kw_only=True):
    """A label on an item at that moment. `model` proposed it, also where a person (`by`) has confirmed it since."""

    label_id: str
    name: str
    by: str | None = None
    at: str | None = None
    source: Source | None = None
    confidence: float | None = None
    model: str | None = None


class Review(Fact, frozen=True, kw_only=True):
    """What a reviewer decided about an item's labels; `pending` waits for it since `at`, and has no `by`."""

    state: ReviewState
    grade: Grade | None = None
    reason: str | None = None
    by: str | None = None
    at: str | None = None


class ItemState(Fact, frozen=True, kw_only=True):
    """An item's labels, status, hard flag and review before or after a change."""

    labels: tuple[LabelEntry, ...] = ()
    status: Status = "unlabeled"
    hard: bool = False
    content_changed: bool | None = None
    review: Review | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.labels)


class ItemChanged(Fact, frozen=True, kw_only=True):
    """`labeling.annotation.changed.v1`: one change of one item.

    `version` counts the item's changes from 1 without a hole; `seq` everything that happens to the job. `before` is
    None for an item's beginning, `after` for its end.
    """

    job_id: str
    sample_id: str
    version: int
    seq: int
    change_id: str | None = None
    dataset_id: str | None = None
    path: str = ""
    before: ItemState | None = None
    after: ItemState | None = None
    actor: Actor | None = None
    cause: str = ""
    overwritten: int | None = None
    at: str | None = None


class LabelFacts(Fact, frozen=True, kw_only=True):
    """A label as its event shows it."""

    label_id: str
    name: str
    color: str | None = None
    shortcut: str | None = None
    description: str | None = None


class NameBefore(Fact, frozen=True, kw_only=True):
    """What a rename replaced."""

    name: str


class LabelFact(Fact, frozen=True, kw_only=True):
    """One change of a job's label set, however many images carry the label."""

    job_id: str
    seq: int
    change_id: str | None = None
    actor: Actor | None = None
    at: str | None = None


class LabelCreated(LabelFact, frozen=True, kw_only=True):
    label: LabelFacts


class LabelRenamed(LabelFact, frozen=True, kw_only=True):
    """The new name holds at once for every image that carries the label."""

    label: LabelFacts
    before: NameBefore


class LabelUpdated(LabelFact, frozen=True, kw_only=True):
    """It has another color, shortcut or description: `label` is how it looks now."""

    label: LabelFacts


class LabelMerged(LabelFact, frozen=True, kw_only=True):
    """Labels became another one; each item's change follows as it is made."""

    merged: tuple[LabelFacts, ...] = msgspec.field(name="from")
    into: LabelFacts


class LabelDeleted(LabelFact, frozen=True, kw_only=True):
    """Hidden, its name free; each item's change follows as it is taken off."""

    label: LabelFacts


class LabelImagesDiscarded(LabelFact, frozen=True, kw_only=True):
    """Images that carried only a label that was deleted with its images; the end of each of their items follows."""

    label: LabelFacts
    sample_ids: tuple[str, ...]
    dataset_id: str | None = None


class LabelPurged(LabelFact, frozen=True, kw_only=True):
    """Taken off every item."""

    label: LabelFacts
    items: int = 0


LabelChanged = (
    LabelCreated | LabelRenamed | LabelUpdated | LabelMerged | LabelDeleted | LabelImagesDiscarded | LabelPurged
)
Change = ItemChanged | LabelChanged


class FeedEntry(Fact, frozen=True, kw_only=True):
    """One entry of `GET /jobs/{id}/changes`, with `kind` telling what it is and the rest as it came."""

    kind: Literal["item", "label", "items"]
    seq: int
    raw: msgspec.Raw = msgspec.Raw(b"{}")

    def item(self) -> ItemChanged:
        """The typed change of an entry whose `kind` is `item`."""
        return msgspec.json.decode(self.raw, type=ItemChanged)


class _Head(msgspec.Struct):
    kind: Literal["item", "label", "items"]
    seq: int


class FeedPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the feed; go on with `after=next_after`."""

    raw_items: list[msgspec.Raw] = msgspec.field(default_factory=list, name="items")
    next_after: int | None = None

    @property
    def items(self) -> list[FeedEntry]:
        return [entry_of(raw) for raw in self.raw_items]


def entry_of(content: bytes | str | msgspec.Raw) -> FeedEntry:
    """One entry from its JSON text."""
    head = msgspec.json.decode(content, type=_Head)
    raw = content if isinstance(content, msgspec.Raw) else msgspec.Raw(content)
    return FeedEntry(kind=head.kind, seq=head.seq, raw=raw.copy())
