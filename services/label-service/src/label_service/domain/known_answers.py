"""Items whose right answer is known: they are mixed in among the others to test labelers, who cannot tell them apart.

KnownAnswerNotUsable    the job has no such item, or somebody has decided about it already
KnownAnswersMoved       somebody else has replaced the job's known answers meanwhile
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from label_service.domain.answering import settle
from label_service.domain.answers import is_open
from label_service.domain.commands import (
    Conflicting,
    ForgetKnownAnswers,
    Outcome,
    ReplaceKnownAnswers,
    SetKnownAnswers,
)
from label_service.domain.ownership import WAITING, assignees_of, is_valid
from label_service.domain.working_copy import WorkingCopy
from labelstream_common.errors import Conflict, Invalid

MOST_KNOWN_ANSWERS = 10_000


class KnownAnswerNotUsable(Invalid):
    code = "known-answer-not-usable"

    def __init__(self, sample_id: str, place: int) -> None:
        super().__init__(
            "A known answer must be for an image of this job that nobody has labeled yet.",
            pointer=f"/{place}/sample_id",
            sample_id=sample_id,
        )


class KnownAnswersMoved(Conflict):
    code = "known-answers-moved"

    def __init__(self) -> None:
        super().__init__("Somebody else is replacing the known answers of this job. Try again.")


def can_be_known(item: Mapping[str, Any]) -> bool:
    """Whether labelers can still be tested with the item."""
    return bool(item.get("known")) or (is_open(item) and not item.get("answers"))


def set_known(work: WorkingCopy, command: SetKnownAnswers) -> Outcome:
    """Everybody in `people` gets these items besides their share. An item that was decided meanwhile is a conflict."""
    conflicts: list[Conflicting] = []
    missing: list[str] = []
    changed = 0
    for sample_id, label_ids in command.known.items():
        item = work.items.get(sample_id)
        if item is None:
            missing.append(sample_id)
        elif not can_be_known(item):
            conflicts.append(Conflicting(sample_id, item["version"]))
        else:
            changed += _make_known(work, sample_id, label_ids, command)
    work.has_known = work.has_known or changed > 0
    work.known_edits += changed > 0
    return Outcome(
        command.origin.change_id,
        changed=changed,
        conflicts=conflicts,
        missing=missing,
        counts=work.totals.by_status(),
    )


def _make_known(work: WorkingCopy, sample_id: str, label_ids: Sequence[str], command: SetKnownAnswers) -> bool:
    """Whether that changes anything."""
    item = work.items[sample_id]
    known, fields = item.get("known"), _dealt(work, item, command.people)
    if not known or known["labels"] != list(label_ids):
        known = {"labels": list(label_ids), "by": command.origin.actor.id, "at": command.origin.at}
    elif all(item.get(name) == value for name, value in fields.items()):
        return False
    work.set_fields(sample_id, known=known, **fields)
    return True


def replace_known(work: WorkingCopy, command: ReplaceKnownAnswers) -> Outcome:
    """Raises KnownAnswersMoved or KnownAnswerNotUsable, and then the former ones stay."""
    if command.read_at is not None and work.job.known_edits + work.known_edits != command.read_at:
        raise KnownAnswersMoved
    for place, sample_id in enumerate(command.known):
        item = work.items.get(sample_id)
        if item is None or not can_be_known(item):
            raise KnownAnswerNotUsable(sample_id, place)
    former = [one for one in command.former if one not in command.known]
    forgotten = forget_known(work, ForgetKnownAnswers(command.origin, former))
    outcome = set_known(work, SetKnownAnswers(command.origin, command.known, command.people))
    return replace(outcome, changed=outcome.changed + forgotten.changed)


def _dealt(work: WorkingCopy, item: Mapping[str, Any], people: Sequence[str]) -> dict[str, Any]:
    if work.job.team.assignment == "none":
        return {}
    return {"assignees": besides(item, people, queue=work.job.team.assignment == "queue")}


def besides(item: Mapping[str, Any], people: Sequence[str], *, queue: bool) -> list[dict[str, Any]]:
    """Everybody's entry: those who have answered keep theirs. In a queue it waits until they take it, or skip it."""
    answered = [one["by"] for one in item.get("answers") or ()]
    if not queue:
        return [{"account_id": one, "besides": True} for one in dict.fromkeys([*answered, *people])]
    taken = {one["account_id"]: one["until"] for one in assignees_of(item) if "until" in one}
    skipped = set(item.get("skipped") or ())
    waiting = [one for one in people if one not in answered and one not in skipped]
    return [
        *({"account_id": one, "besides": True} for one in answered),
        *({"account_id": one, "besides": True, "until": taken.get(one, WAITING)} for one in dict.fromkeys(waiting)),
    ]


def forget_known(work: WorkingCopy, command: ForgetKnownAnswers) -> Outcome:
    """From now on they are items like others, and are dealt out anew. Where one answer decides, the answers go. Whoever
    has taken one from the queue keeps it until their time is over."""
    changed, in_queue = 0, work.job.team.assignment == "queue"
    for sample_id in command.sample_ids:
        item = work.items.get(sample_id)
        if item is None or not item.get("known"):
            continue
        changed += 1
        if item.get("settled"):
            work.set_fields(sample_id, known=None, own=[])
            continue
        given = list(item.get("answers") or ()) if work.job.team.overlap > 1 else []
        answered = {one["by"] for one in given}
        left = [
            {name: value for name, value in one.items() if name != "besides"}
            for one in item.get("assignees") or ()
            if one["account_id"] in answered or (in_queue and "until" in one and is_valid(one, command.origin.at))
        ]
        fields = {} if work.job.team.assignment == "none" else {"assignees": left}
        plain = [{name: value for name, value in one.items() if name != "since"} for one in given]
        own = item.get("own") if given else []
        work.set_fields(sample_id, known=None, answers=plain, own=own, **fields)
        if plain and len(plain) >= work.job.team.overlap:
            settle(work, sample_id, plain, command.origin)
    work.known_edits += changed > 0
    return Outcome(command.origin.change_id, changed=changed, counts=work.totals.by_status())
