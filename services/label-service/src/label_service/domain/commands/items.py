"""Commands that edit items: labels, hard flags, reviews, proposals, known answers, undo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from label_service.domain.filters import ItemFilter
from label_service.domain.items import State
from label_service.domain.reviewing import Judgement
from label_service.domain.working_copy import Origin


@dataclass(frozen=True, slots=True)
class Annotate:
    """Give, take or replace labels of items, or mark them as hard examples. Labels are named by id or name.

    `decides`, here and in the other edits: whoever does it may review. So what they give needs no review and, where
    several labelers answer, decides at once. `is_piece`: the request goes on with other items, so that images without
    room are listed even where no image of this piece has any.
    """

    origin: Origin
    sample_ids: Sequence[str]
    add: Sequence[str] = ()
    remove: Sequence[str] = ()
    choice: Sequence[str] | None = None
    replacing: tuple[str, str] | None = None
    hard: bool | None = None
    expect: Mapping[str, int] = field(default_factory=dict)
    create_labels: bool = True
    may_create_labels: bool = True
    label_ids: Mapping[str, str] = field(default_factory=dict)
    only: ItemFilter | None = None
    decides: bool = False
    is_piece: bool = False


@dataclass(frozen=True, slots=True)
class Confirm:
    """Make predicted labels of items (all, or those in `labels` or of more confidence) the person's own.

    `only`, here and in the other edits: items that do not match it any more are left alone.
    """

    origin: Origin
    sample_ids: Sequence[str]
    labels: Sequence[str] | None = None
    expect: Mapping[str, int] = field(default_factory=dict)
    confidence_above: float | None = None
    only: ItemFilter | None = None
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Reject:
    """Take predicted labels of items (all, or those in `labels` or of more confidence) off."""

    origin: Origin
    sample_ids: Sequence[str]
    labels: Sequence[str] | None = None
    expect: Mapping[str, int] = field(default_factory=dict)
    confidence_above: float | None = None
    only: ItemFilter | None = None
    decides: bool = False


@dataclass(frozen=True, slots=True)
class ReviewItems:
    """Accept or reject the annotations of items. Those without any are left alone."""

    origin: Origin
    sample_ids: Sequence[str]
    judgement: Judgement
    expect: Mapping[str, int] = field(default_factory=dict)
    only: ItemFilter | None = None


@dataclass(frozen=True, slots=True)
class Conclude:
    """Go on with the end of an acceptance: judge each item, if it is at the version in `expect` (not named: at any)."""

    origin: Origin
    judgements: Mapping[str, Judgement]
    expect: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SetKnownAnswers:
    """These items have known answers, by which labelers are tested: all in `people`, where items are dealt out."""

    origin: Origin
    known: Mapping[str, Sequence[str]]
    people: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ReplaceKnownAnswers:
    """These items have known answers, and `former` ones that are not among them are like others again: all or none.

    `read_at` is the head's `known_edits` at which `former` were all that the job had.
    """

    origin: Origin
    known: Mapping[str, Sequence[str]]
    former: Sequence[str]
    people: Sequence[str] = ()
    read_at: int | None = None


@dataclass(frozen=True, slots=True)
class ForgetKnownAnswers:
    """These items are like others again."""

    origin: Origin
    sample_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Prediction:
    sample_id: str
    labels: Sequence[tuple[str, float]]
    model: str


@dataclass(frozen=True, slots=True)
class Predict:
    """Put a model's proposals on items. `hard_above`: mark as hard examples those at least this uncertain.

    `is_piece` as in `Annotate`.
    """

    origin: Origin
    predictions: Sequence[Prediction]
    hard_above: float | None = None
    label_ids: Mapping[str, str] = field(default_factory=dict)
    is_piece: bool = False


@dataclass(frozen=True, slots=True)
class Undone:
    """What a change did to an item: the version it led to, and the states around it."""

    version: int
    before: State
    after: State


@dataclass(frozen=True, slots=True)
class Restore:
    """Put items back to earlier states, each only if nobody has changed it since.

    `answered`: items whose open answers were given in the change `answered_in`, which are taken back.
    """

    origin: Origin
    states: Mapping[str, Undone]
    answered: Sequence[str] = ()
    answered_in: str = ""
