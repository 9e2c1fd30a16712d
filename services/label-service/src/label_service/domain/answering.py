"""What a labeler's edit does to an item that takes answers: it becomes their answer, and the last one decides."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from label_service.domain import answers as rules
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.answers import CONSENSUS, Answer
from label_service.domain.consensus import agreement_of, majority
from label_service.domain.decisions import decided
from label_service.domain.items import PERSON, Item, State, entry, state_of
from label_service.domain.reviews import ACCEPTED, PENDING, REJECTED, Review
from label_service.domain.settling import Edit
from label_service.domain.working_copy import Origin, WorkingCopy

BY_CONSENSUS = Actor(ActorKind.SYSTEM, CONSENSUS)


class Answered(NamedTuple):
    """What an edit makes of an item: the person's labels, and whether it is a hard example."""

    labels: Sequence[str]
    hard: bool


class Answering:
    """Turns one person's edit into answers. `edit` is what it does to labels that are their own."""

    def __init__(self, work: WorkingCopy, edit: Edit, account_id: str) -> None:
        self._work = work
        self._edit = edit
        self._account_id = account_id

    def takes(self, item: Item) -> bool:
        """Whether the edit of this item is an answer."""
        return rules.takes_answers(item, self._work.job.team)

    def of(self, item: Item) -> Answered | None:
        """What changes; None if nothing does. Raises TooManyLabels."""
        before = self.seen(item)
        after = self._edit(before)
        labels, had = rules.given_labels(after), rules.answer_of(item, self._account_id)
        same = set(labels) == set(had["labels"] if had else ())
        resubmits = not same or _is_rejected(item)
        if same and not (resubmits and labels) and after.hard == before.hard:
            return None
        return Answered(labels, after.hard)

    def seen(self, item: Item) -> State:
        """The item as the person sees it."""
        return self._work.labels.settling(rules.own_state(item, state_of(item), self._account_id))


def take(work: WorkingCopy, answered: dict[str, Answered], origin: Origin) -> None:
    """Keeps the answers, and settles the items that have all of theirs."""
    if not answered:
        return
    account_id = origin.actor.id
    seconds = rules.seconds_since(work.worked(account_id), origin.at, len(answered))
    for sample_id, one in answered.items():
        _mark_hard(work, sample_id, one.hard, origin)
        item = work.items[sample_id]
        had = rules.answer_of(item, account_id)
        answer: Answer = {
            "by": account_id,
            "labels": list(one.labels),
            "at": origin.at,
            "seconds": had["seconds"] if had else seconds,
            "change_id": origin.change_id,
            "before": had["labels"] if had else None,
            **({"since": work.seq} if item.get("known") else {}),
        }
        _keep(work, sample_id, rules.with_answer(item, answer), origin)
    work.has_worked(account_id, origin.at)


def tidy_up(work: WorkingCopy, sample_ids: Sequence[str], ends: Mapping[str, str | None]) -> None:
    """Takes labels off open answers as they come off items (None), or turns them into others."""
    for sample_id in sample_ids:
        item = work.items.get(sample_id)
        if item is None or not item.get("own"):
            continue
        given = rules.with_ends(item["answers"], ends)
        if given != item["answers"]:
            work.set_fields(sample_id, answers=given, own=rules.own_keys(given))


def take_back(work: WorkingCopy, sample_ids: Sequence[str], change_id: str, origin: Origin) -> int:
    """Takes back what the person answered in a change, as far as it is open and was not corrected since; how many."""
    taken = 0
    for sample_id in sample_ids:
        item = work.items.get(sample_id)
        had = rules.answer_of(item, origin.actor.id) if item is not None else None
        if item is None or had is None or had["change_id"] != change_id or item.get("settled"):
            continue
        answer = {**had, "labels": had["before"] or [], "change_id": origin.change_id, "before": had["labels"]}
        given = rules.with_answer(item, answer)
        work.set_fields(sample_id, answers=given, own=rules.own_keys(given))
        taken += 1
    return taken


def _keep(work: WorkingCopy, sample_id: str, given: list[Answer], origin: Origin) -> None:
    item = work.items[sample_id]
    needed = rules.answers_needed(item, work.job.team)
    if item.get("settled") and not item.get("known"):
        given = _of_who_has(item, given, origin.actor.id)
    if item.get("settled") or (needed is not None and len(given) >= needed):
        settle(work, sample_id, given, origin)
    else:
        work.set_fields(sample_id, answers=given, own=rules.own_keys(given))


def _of_who_has(item: Item, given: list[Answer], account_id: str) -> list[Answer]:
    """Without the answers of people who left a rejected item to others, which would outvote them."""
    held = {one["account_id"] for one in item.get("assignees") or ()}
    return [one for one in given if one["by"] in held or one["by"] == account_id] if held else given


def settle_enough(work: WorkingCopy, sample_ids: Sequence[str], origin: Origin) -> None:
    """Settles those of these items that wait for no further answer, since fewer are asked for or people have left."""
    for sample_id in sample_ids:
        item = work.items[sample_id]
        given, needed = list(item.get("answers") or ()), rules.answers_needed(item, work.job.team)
        if given and needed is not None and len(given) >= needed and rules.is_open(item) and not item.get("settled"):
            settle(work, sample_id, given, origin)


def settle(work: WorkingCopy, sample_id: str, given: list[Answer], origin: Origin) -> None:
    """The answers are all there: their consensus decides, in a change that nobody made by themselves."""
    item = work.items[sample_id]
    by_consensus = Origin(origin.change_id, BY_CONSENSUS, Cause.CONSENSUS, origin.at)
    before = state_of(item)
    decision = decided(before, _consensus(work, item, given, origin), work.labels)
    work.change_item(sample_id, decision, by_consensus)
    work.count(decision, 1)
    counting = [one if "since" in one else {**one, "since": work.seq} for one in given]
    work.set_fields(
        sample_id,
        answers=counting,
        earlier_answers=rules.replaced(item, given, work.seq),
        settled=item.get("settled") or {"seq": work.seq, "version": work.items[sample_id]["version"]},
        agreement=None if item.get("known") else agreement_of([frozenset(one["labels"]) for one in given]),
        own=rules.own_keys(given) if item.get("known") else [],
        touched=True,
    )
    for one in given:
        if "since" not in one or not item.get("settled"):
            work.credit(one["by"], one["at"], len(one["labels"]))


def _consensus(work: WorkingCopy, item: Item, given: Sequence[Answer], origin: Origin) -> State:
    """Labels that more than half gave; what is known already; a tie, and what must be reviewed, waits for a review."""
    state, known, at = state_of(item), item.get("known"), origin.at
    if known:
        chosen = rules.present_labels(known["labels"], work.labels)
        accepted = Review(ACCEPTED, at, known["by"]) if work.job.team.review == "required" else None
        labels = [entry(one, known["by"], at, PERSON) for one in chosen]
        return state._replace(labels=labels, content_changed=False, review=accepted)
    votes = [rules.present_labels(one["labels"], work.labels) for one in given]
    above_half = majority(votes)
    chosen = [label for label in dict.fromkeys(label for vote in votes for label in vote) if label in above_half]
    required = work.job.team.review == "required"
    review = Review(PENDING, at) if required or state.review is not None or not chosen else None
    labels = [entry(one, CONSENSUS, at, PERSON) for one in chosen]
    return state._replace(labels=labels, content_changed=False, review=review)


def _mark_hard(work: WorkingCopy, sample_id: str, hard: bool, origin: Origin) -> None:
    """Whether an item is hard is no answer: it holds for everybody at once."""
    before = state_of(work.items[sample_id])
    if before.hard == hard:
        return
    decision = decided(before, before._replace(hard=hard), work.labels)
    work.change_item(sample_id, decision, origin)
    work.count(decision, 1)


def _is_rejected(item: Item) -> bool:
    review = item.get("review")
    return review is not None and review["state"] == REJECTED
