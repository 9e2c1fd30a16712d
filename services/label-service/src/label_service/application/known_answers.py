"""Known answers of a job: its managers name them all at once, and read them again."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from label_service.application.lanes import Lanes
from label_service.application.ports import CommandTooLarge
from label_service.application.reading import Items, job_of
from label_service.domain.answers import Answer
from label_service.domain.commands import ForgetKnownAnswers, ReplaceKnownAnswers
from label_service.domain.known_answers import KnownAnswerNotUsable, KnownAnswersMoved, can_be_known
from label_service.domain.label_set import LabelSet
from label_service.domain.labels import InvalidLabel, TooManyLabels, UnknownLabel
from label_service.domain.working_copy import Origin
from labelstream_contracts.label_sets import MAX_LABELS_OF_ITEM

_TRIES = 20


class KnownAnswer(NamedTuple):
    """An item and the labels that are right for it, by id or name."""

    sample_id: str
    labels: Sequence[str]


class AnsweredItem(NamedTuple):
    """What people have answered about an item, and whether the last answer was given."""

    answers: Sequence[Answer]
    is_settled: bool


class AnsweredItems(Protocol):
    async def answered(self, job_id: str, sample_id: str) -> AnsweredItem | None:
        """None if the job has no such item."""
        ...

    async def given_in(self, job_id: str, account_id: str, change_id: str, limit: int) -> list[str]:
        """The items whose open answers somebody gave in one request or operation, in the order of ids."""
        ...

    async def known(self, job_id: str) -> list[KnownAnswer]:
        """All items of a job whose answers are known, in the order of ids, with ids of labels."""
        ...

    async def known_edits(self, job_id: str) -> int:
        """How often a job's known answers have changed."""
        ...

    async def answer_fields(self, job_id: str, sample_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """What `can_be_known` looks at, of those of these items that are there."""
        ...


async def replace_known_answers(
    job_id: str,
    wanted: Sequence[KnownAnswer],
    origin: Origin,
    people: Sequence[str],
    *,
    items: Items,
    answered: AnsweredItems,
    lanes: Lanes,
) -> None:
    """Makes these the job's known answers and forgets all others, in one commit: all of it or nothing.

    Only if so many former ones are decided by it that their events do not fit one commit are they forgotten first, in
    pieces. A repeated request then completes what was begun.

    Of two requests at once one replaces what the other has set: never do parts of both remain.

    Raises JobNotFound, JobClosed, UnknownLabel, InvalidLabel, TooManyLabels, KnownAnswerNotUsable, or
    KnownAnswersMoved if others keep replacing them.
    """
    job = await job_of(items, job_id)
    labels = await items.labels(job_id)
    known = {one.sample_id: _label_ids(labels, one.labels, place) for place, one in enumerate(wanted)}
    found = await answered.answer_fields(job_id, list(known))
    for place, one in enumerate(wanted):
        if one.sample_id not in found or not can_be_known(found[one.sample_id]):
            raise KnownAnswerNotUsable(one.sample_id, place)
    job.check_open()
    for _ in range(_TRIES):
        read_at = await answered.known_edits(job_id)
        former = [one.sample_id for one in await answered.known(job_id)]
        try:
            await lanes.submit(job_id, ReplaceKnownAnswers(origin, known, former, people, read_at))
        except KnownAnswersMoved:
            continue  # somebody else was faster: theirs are the former ones now
        except CommandTooLarge:
            # Thousands of former ones have all their answers and are decided now: more events than fit together.
            forgotten = [one for one in former if one not in known]
            await lanes.submit_split(job_id, forgotten, lambda piece: ForgetKnownAnswers(origin, piece))
        else:
            return
    raise KnownAnswersMoved


def _label_ids(labels: LabelSet, references: Sequence[str], place: int) -> list[str]:
    found: list[str] = []
    for number, reference in enumerate(references[: MAX_LABELS_OF_ITEM + 1]):
        pointer = f"/{place}/labels/{number}"
        label_id = labels.meant(reference)
        if label_id is None:
            raise UnknownLabel(reference, pointer)
        if label_id in found:
            raise InvalidLabel("Duplicate label.", pointer=pointer)
        found.append(label_id)
    if len(found) > MAX_LABELS_OF_ITEM:
        raise TooManyLabels.of_item(f"/{place}/labels")
    return found
