"""All commands as one type, and what the lanes must know of each kind."""

from collections.abc import Sequence
from typing import TypeAlias

from label_service.domain.commands.assignment import (
    Assign,
    BeginDealing,
    DealOn,
    EndLeases,
    ReleaseItems,
    TakeItems,
    TellShares,
)
from label_service.domain.commands.items import (
    Annotate,
    Conclude,
    Confirm,
    ForgetKnownAnswers,
    Predict,
    Reject,
    ReplaceKnownAnswers,
    Restore,
    ReviewItems,
    SetKnownAnswers,
)
from label_service.domain.commands.labels import (
    ChangeLabel,
    CreateLabel,
    HideLabel,
    HideMerged,
    PurgeLabels,
    PutLabelsBack,
    RenameBack,
    TakeLabelOff,
    TurnInto,
)
from label_service.domain.commands.samples import BringLeftOut, EndItems, FollowSamples

OfItems: TypeAlias = (
    Annotate
    | Confirm
    | Reject
    | ReviewItems
    | Conclude
    | SetKnownAnswers
    | ReplaceKnownAnswers
    | ForgetKnownAnswers
    | Predict
    | Restore
    | TakeLabelOff
    | TurnInto
    | FollowSamples
    | BringLeftOut
    | EndItems
)
OfLabels: TypeAlias = CreateLabel | ChangeLabel | RenameBack | HideLabel | PurgeLabels | HideMerged | PutLabelsBack
Assigning: TypeAlias = BeginDealing | DealOn | TakeItems | ReleaseItems | EndLeases | Assign | TellShares
Command: TypeAlias = OfItems | OfLabels | Assigning
_NoItems: TypeAlias = OfLabels | BeginDealing | TellShares


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
        case ReplaceKnownAnswers():
            return list(dict.fromkeys([*command.known, *command.former]))
        case FollowSamples():
            kept = {one.merged.into: None for one in command.samples if one.merged is not None}
            return [*(one.sample_id for one in command.samples), *kept]
        case BringLeftOut():
            return [one.sample_id for one in command.samples]
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
    return not isinstance(command, CreateLabel | HideLabel | HideMerged | PutLabelsBack | EndItems | Assigning)


def hides_labels(command: Command) -> bool:
    """Whether the counts are behind after it: it comes last in its commit, and whatever follows corrects them first."""
    return isinstance(command, HideLabel | HideMerged | PutLabelsBack)
