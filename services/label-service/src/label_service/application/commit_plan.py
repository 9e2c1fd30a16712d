"""What a group of commands does to a job, worked out in plain Python before anything is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from label_service.application.committed_jobs import CommittedJob
from label_service.application.events import Encoder, prepared_message, progress_message, shares_messages
from label_service.application.ports import Submission
from label_service.domain.alike import Alike
from label_service.domain.applying import apply
from label_service.domain.commands import Outcome, needs_counts
from label_service.domain.items import Item
from label_service.domain.working_copy import WorkingCopy
from labelstream_common.errors import DomainError
from labelstream_common.messaging import Message, RequestRepeated
from labelstream_contracts import topics

MAX_BYTES_OF_COMMIT = 1_000_000
MAX_BYTES_OF_COMMAND = 4_000_000


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
    """The events of these commands are more than one commit may hold: they go apart.

    `fits` is how many item changes like these one commit may hold.
    """

    def __init__(self, fits: int) -> None:
        super().__init__(f"{fits} item changes fit")
        self.fits = fits


@dataclass(frozen=True, slots=True)
class CommitPlan:
    """What was read, changed; the outcome of each command; and the messages that tell of it all.

    `hardness_before` has the items whose hardness moves: no message tells of it.
    """

    work: WorkingCopy
    outcomes: list[Outcome | Exception]
    messages: list[Message]
    hardness_before: dict[str, float | None]


def needs_recount(committed: CommittedJob, group: Sequence[Submission]) -> bool:
    """Whether labels were hidden, or shown again, since the job was counted, and these commands need its counts."""
    return bool(committed.labels.uncounted) and any(needs_counts(submission.command) for submission in group)


def planned(
    committed: CommittedJob,
    items: FoundItems,
    group: Sequence[Submission],
    repeated: set[str],
    recounted: Sequence[Alike] = (),
) -> CommitPlan:
    """Applies the commands in order. `repeated` are the keys of requests that were done before.

    `recounted` is what a committed that needs a recount is corrected by; see `WorkingCopy.recount`.
    Raises Spoiled, or TooMuchTogether if several commands together make more than a megabyte of events, or one command
    four. What cannot go apart, such as the change of one item, may be larger.
    """
    job, totals, labels = committed
    present, removed = items
    work = WorkingCopy(job, labels.copy(), totals.copy(), dict(present), job.seq, removed=dict(removed))
    if needs_recount(committed, group):
        work.recount(recounted)
    seen = set(repeated)
    outcomes = [_outcome(work, place, submission, seen) for place, submission in enumerate(group)]
    messages = _messages(work, group)
    return CommitPlan(work, outcomes, messages, _hardness_before(work, present))


def _hardness_before(work: WorkingCopy, present: Mapping[str, Item]) -> dict[str, float | None]:
    """Of each item that stays and whose hardness is another now, what it was."""
    touched = [one for one in {*work.written, *work.fields_written} if one in present and one in work.items]
    before = {one: present[one].get("hardness") for one in touched}
    return {one: hardness for one, hardness in before.items() if work.items[one].get("hardness") != hardness}


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
        return shares_messages(work)
    contexts = {submission.command.origin.change_id: place for place, submission in enumerate(group)}
    messages = _bounded(Encoder(work.job.id, work.job.dataset_id, contexts).messages(work), together=len(group) > 1)
    counts = {
        label_id: work.labels.count_of(label_id) + by
        for label_id, by in work.label_counts.items()
        if by and work.labels.knows(label_id)
    }
    messages.append(progress_message(work, counts))
    if work.prepared:
        messages.append(prepared_message(work))
    messages += shares_messages(work)
    return messages


def _bounded(messages: Iterable[Message], *, together: bool) -> list[Message]:
    """Stops encoding as soon as it is too much: what a command may change is bounded by counts, not by bytes."""
    most = MAX_BYTES_OF_COMMIT if together else MAX_BYTES_OF_COMMAND
    found: list[Message] = []
    size = items = 0
    for message in messages:
        size += len(message.value or b"")
        items += message.topic == topics.ANNOTATION.name and not message.part
        if size > most and (together or items > 1):
            raise TooMuchTogether(max(1, items - 1))
        found.append(message)
    return found
