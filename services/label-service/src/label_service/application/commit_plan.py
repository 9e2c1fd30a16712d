"""What a group of commands does to a job, worked out in plain Python before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from label_service.application.events import Encoder, prepared_message, progress_message
from label_service.application.ports import Submission
from label_service.application.standings import Standing
from label_service.domain.applying import apply
from label_service.domain.commands import Outcome, needs_counts
from label_service.domain.items import Item
from label_service.domain.working_copy import Alike, WorkingCopy
from labelstream_common.errors import DomainError
from labelstream_common.messaging import Message, RequestRepeated

MAX_BYTES_OF_COMMIT = 1_000_000


class FoundItems(NamedTuple):
    """By sample: the items that are there, and what those were that are there no more (for followers of samples)."""

    present: dict[str, Item]
    removed: dict[str, Item]


class Spoiled(Exception):
    """A command broke off after it had changed the working copy: the group is planned again without it."""

    def __init__(self, position: int, error: Exception) -> None:
        super().__init__(str(error))
        self.position = position
        self.error = error


class TooMuchTogether(Exception):
    """The events of these commands are more than one change record should hold: they go apart."""


@dataclass(frozen=True, slots=True)
class CommitPlan:
    """What was read, changed; the outcome of each command; and the messages that tell of it all."""

    work: WorkingCopy
    outcomes: list[Outcome | Exception]
    messages: list[Message]


def needs_recount(standing: Standing, group: Sequence[Submission]) -> bool:
    """Whether labels were hidden, or shown again, since the job was counted, and these commands need its counts."""
    return bool(standing.labels.uncounted) and any(needs_counts(submission.command) for submission in group)


def planned(
    standing: Standing,
    items: FoundItems,
    group: Sequence[Submission],
    repeated: set[str],
    recounted: Sequence[Alike] = (),
) -> CommitPlan:
    """Applies the commands in order. `repeated` are the keys of requests that were done before.

    `recounted` is what a standing that needs a recount is corrected by; see `WorkingCopy.recount`.
    Raises Spoiled, or TooMuchTogether if several commands together make more than a megabyte of events.
    """
    job, totals, labels = standing
    present, removed = items
    work = WorkingCopy(job, labels.copy(), totals.copy(), dict(present), job.seq, removed=dict(removed))
    if needs_recount(standing, group):
        work.recount(recounted)
    seen = set(repeated)
    outcomes = [_outcome(work, place, submission, seen) for place, submission in enumerate(group)]
    messages = _messages(work, group)
    if len(group) > 1 and sum(len(message.value or b"") for message in messages) > MAX_BYTES_OF_COMMIT:
        raise TooMuchTogether
    return CommitPlan(work, outcomes, messages)


def _outcome(work: WorkingCopy, place: int, submission: Submission, repeated: set[str]) -> Outcome | Exception:
    if submission.scope:
        if submission.scope.key_id in repeated:
            return RequestRepeated()
        repeated.add(submission.scope.key_id)
    changes = len(work.changes)
    try:
        return apply(work, submission.command)
    except Exception as error:
        if len(work.changes) != changes or not isinstance(error, DomainError):
            raise Spoiled(place, error) from error
        if submission.scope:
            repeated.discard(submission.scope.key_id)
        return error


def _messages(work: WorkingCopy, group: Sequence[Submission]) -> list[Message]:
    if not work.changes:
        return []
    contexts = {submission.command.origin.change_id: place for place, submission in enumerate(group)}
    messages = Encoder(work.job.id, work.job.dataset_id, contexts).messages(work)
    counts = {
        label_id: work.labels.count_of(label_id) + by
        for label_id, by in work.label_counts.items()
        if by and work.labels.knows(label_id)
    }
    messages.append(progress_message(work, counts))
    if work.prepared:
        messages.append(prepared_message(work))
    return messages
