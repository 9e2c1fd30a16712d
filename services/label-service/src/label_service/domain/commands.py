"""The commands of a job's writers, as plain values. `label_ids` are ids for labels that may have to be created."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeAlias

from label_service.domain.filters import ItemFilter
from label_service.domain.items import NEW, State
from label_service.domain.labels import Label
from label_service.domain.reviewing import Judgement
from label_service.domain.working_copy import Origin


@dataclass(frozen=True, slots=True)
class Annotate:
    """Give, take or replace labels of items, or mark them as hard examples. Labels are named by id or name.

    `decides`, here and in the other edits: whoever does it may review. So what they give needs no review and, where
    several labelers answer, decides at once.
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
    """Put a model's proposals on items. `hard_above`: mark as hard examples those at least this uncertain."""

    origin: Origin
    predictions: Sequence[Prediction]
    hard_above: float | None = None
    label_ids: Mapping[str, str] = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True)
class CreateLabel:
    origin: Origin
    label_id: str
    name: str
    color: str | None = None
    shortcut: str | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class ChangeLabel:
    """Change what is given; `shortcut` "" takes it away. `if_versions` are those that the caller may mean."""

    origin: Origin
    label_id: str
    name: str | None = None
    color: str | None = None
    shortcut: str | None = None
    description: str | None = None
    if_versions: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class RenameBack:
    """Undo a renaming, if nobody has renamed the label again."""

    origin: Origin
    label_id: str
    name: str
    present_name: str


@dataclass(frozen=True, slots=True)
class HideLabel:
    """Begin a label's deletion: people no longer see it, and its name is free. It may take images along."""

    origin: Origin
    label_id: str
    if_versions: frozenset[int] | None = None
    takes_images: bool = False


@dataclass(frozen=True, slots=True)
class TakeLabelOff:
    """Go on with a deletion: take the hidden label off these items."""

    origin: Origin
    label_id: str
    sample_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class PurgeLabel:
    """End a deletion: no item carries the label any more."""

    origin: Origin
    label_id: str
    items: int


@dataclass(frozen=True, slots=True)
class HideMerged:
    """Begin a merge: `sources` are hidden, and their items follow."""

    origin: Origin
    sources: Sequence[str]
    into: str


@dataclass(frozen=True, slots=True)
class TurnInto:
    """Go on with a merge: on these items, `sources` become `into`."""

    origin: Origin
    sources: Sequence[str]
    into: str
    sample_ids: Sequence[str]


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
class EndItems:
    """Go on with the end of a deleted job: these items are no more."""

    origin: Origin
    sample_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class PutLabelsBack:
    """Take a deletion or a merge back: people see the labels again, on the items that still carry them.

    `hidden_by` limits it to labels that this change hid last. `purged`: how labels were that no item carries anymore.
    """

    origin: Origin
    label_ids: Sequence[str]
    hidden_by: str | None = None
    purged: Sequence[Label] = ()


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


Command: TypeAlias = (
    Annotate
    | Confirm
    | Reject
    | ReviewItems
    | Conclude
    | SetKnownAnswers
    | ForgetKnownAnswers
    | Predict
    | Restore
    | CreateLabel
    | ChangeLabel
    | RenameBack
    | HideLabel
    | TakeLabelOff
    | PurgeLabel
    | HideMerged
    | TurnInto
    | PutLabelsBack
    | FollowSamples
    | EndItems
    | BeginDealing
    | DealOn
    | TakeItems
    | ReleaseItems
    | EndLeases
    | Assign
)


@dataclass(frozen=True, slots=True)
class Conflicting:
    """An item that was left alone: it is not what the command expected, or has no room for more labels."""

    sample_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did. `counts` are the totals after it of what its actor may see, `images` how many are to be
    deleted by it, `taken` the items that are theirs from the queue."""

    change_id: str
    changed: int = 0
    unchanged: int = 0
    created_labels: Sequence[Label] = ()
    conflicts: Sequence[Conflicting] = ()
    missing: Sequence[str] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    label: Label | None = None
    images: int = 0
    taken: Sequence[str] = ()


_NoItems: TypeAlias = (
    CreateLabel | ChangeLabel | RenameBack | HideLabel | PurgeLabel | HideMerged | PutLabelsBack | BeginDealing
)
_Assigning: TypeAlias = BeginDealing | DealOn | TakeItems | ReleaseItems | EndLeases | Assign


def samples_of(command: Command) -> Sequence[str]:  # noqa: PLR0911 - one line a kind of command
    """The items that a command reads."""
    match command:
        case Predict():
            return [one.sample_id for one in command.predictions]
        case Restore():
            return list(dict.fromkeys([*command.states, *command.answered]))
        case Conclude():
            return list(command.judgements)
        case SetKnownAnswers():
            return list(command.known)
        case FollowSamples():
            kept = {one.merged.into: None for one in command.samples if one.merged is not None}
            return [*(one.sample_id for one in command.samples), *kept]
        case _ if isinstance(command, _NoItems):
            return ()
        case _:
            return command.sample_ids


def size_of(command: Command) -> int:
    """How many item changes a command may make: what a commit's size is measured in."""
    return max(1, len(samples_of(command)))


def edits_items(command: Command) -> bool:
    """Whether somebody asked for it as an edit of items, which can be undone even if it changed none."""
    return isinstance(command, Annotate | Confirm | Reject | ReviewItems | Conclude | Predict | Restore)


def needs_counts(command: Command) -> bool:
    """Whether it moves or tells the job's counts, which then must be exact. Hiding a label does neither."""
    return not isinstance(command, CreateLabel | HideLabel | HideMerged | PutLabelsBack | EndItems | _Assigning)


def hides_labels(command: Command) -> bool:
    """Whether the counts are behind after it: it comes last in its commit, and whatever follows corrects them first."""
    return isinstance(command, HideLabel | HideMerged | PutLabelsBack)
