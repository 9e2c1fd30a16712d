"""Commands about whose items are. None of them changes an item's state: no event, no `seq`, no version."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from label_service.domain.answering import settle_enough
from label_service.domain.commands import (
    Assign,
    BeginDealing,
    Conflicting,
    DealOn,
    EndLeases,
    Outcome,
    ReleaseItems,
    TakeItems,
)
from label_service.domain.dealing import PRESENT_RULES, Dealing, OpenItem, Round, deal, is_even, next_round, quotas
from label_service.domain.errors import NotAQueue
from label_service.domain.items import Item
from label_service.domain.known_answers import besides
from label_service.domain.ownership import (
    Assignee,
    answered_by,
    assignees_of,
    for_good,
    is_done,
    is_open,
    is_rejected,
    is_valid,
    needs_somebody,
    open_entries,
    put_back,
)
from label_service.domain.returning import deal_rejected
from label_service.domain.working_copy import Origin, WorkingCopy

MOST_ROUNDS = 3
LeftAlone = Callable[[str, Item], bool]


def begin_dealing(work: WorkingCopy, command: BeginDealing) -> Outcome:
    team = work.job.team
    people = tuple(command.people) if team.assignment != "none" else ()
    first = _first_round(work, people) if team.assignment == "even" else Round(narrow=_stays_a_queue(work))
    work.dealing = Dealing(people, tuple(command.keepers), team.assignment, team.overlap, first, PRESENT_RULES)
    return Outcome(command.origin.change_id)


def _first_round(work: WorkingCopy, people: Sequence[str]) -> Round:
    loads = {person: work.share(person).open for person in people}
    slots = (work.totals.unlabeled + work.totals.to_confirm) * min(work.job.team.overlap, len(people))
    return Round(quota=quotas(people, loads, slots, _seed(work)), ahead=loads)


def _stays_a_queue(work: WorkingCopy) -> bool:
    """Whether only people have changed: then most items need no look. A round that is not over begins anew."""
    before = work.dealing or work.job.dealing
    if before is None or (before.assignment, work.job.team.assignment) != ("queue", "queue"):
        return False
    return before.round is None or before.round.narrow


def deal_on(work: WorkingCopy, command: DealOn) -> Outcome:
    """Does nothing if somebody else has gone on, or begun anew, since the items were read."""
    dealing = work.dealing or work.job.dealing
    round_ = dealing.round if dealing else None
    if dealing is None or round_ is None or (round_.number, round_.after) != (command.number, command.after):
        return Outcome(command.origin.change_id)
    there = [one for one in command.sample_ids if one in work.items]
    items = [one for one in there if is_open(work.items[one]) and not is_rejected(work.items[one])]
    ahead: Mapping[str, int] = {}
    if dealing.assignment == "even":
        changed, ahead = _deal(work, items, dealing, round_)
    else:
        changed = _take_back(work, items, dealing, command.origin)
    if dealing.assignment != "none":
        changed += _give_known(work, items, dealing)
        changed += deal_rejected(work, there, dealing)
    settle_enough(work, items, command.origin)
    after = command.sample_ids[-1] if command.sample_ids else command.after
    reached = replace(round_, after=after, ahead=ahead)
    work.dealing = replace(dealing, round=_after_round(work, dealing, reached) if command.is_last else reached)
    return Outcome(command.origin.change_id, changed=changed)


def _after_round(work: WorkingCopy, dealing: Dealing, last: Round) -> Round | None:
    """One more round where it is not even, because people labeled meanwhile."""
    if dealing.assignment != "even":
        return None
    loads = {person: work.share(person).open for person in dealing.people}
    if last.number >= MOST_ROUNDS or is_even(dealing.people, loads):
        return None
    return next_round(last, dealing.people, loads, _seed(work))


def deal_what_lacks_people(work: WorkingCopy) -> None:
    """What has come with this command, has lost its labels, or was sent back, is dealt out in the same commit."""
    dealing = work.dealing or work.job.dealing
    undealt, work.undealt = sorted(work.undealt & work.items.keys()), set()
    if dealing is None or dealing.assignment == "none" or dealing.assignment != work.job.team.assignment:
        return
    if dealing.assignment == "even":
        items = [one for one in undealt if is_open(work.items[one]) and not is_rejected(work.items[one])]
        _deal(work, items, dealing, None)
    deal_rejected(work, undealt, dealing)
    work.undealt.clear()


def _deal(
    work: WorkingCopy, sample_ids: Sequence[str], dealing: Dealing, round_: Round | None
) -> tuple[int, dict[str, int]]:
    hands = [hand for one in sample_ids if (hand := open_item(one, work.items[one], dealing)) is not None]
    loads = {person: work.share(person).open for person in dealing.people}
    dealt = deal(hands, dealing.people, loads, overlap=dealing.overlap, seed=_seed(work), round_=round_)
    changed = 0
    for hand in hands:
        loose = dealt.loose.get(hand.sample_id, hand.loose)
        item = work.items[hand.sample_id]
        entries = _entries(item, {*hand.kept, *loose}, loose)
        if entries != list(assignees_of(item)):
            work.set_fields(hand.sample_id, assignees=entries)
            changed += 1
    work.undealt.difference_update(hand.sample_id for hand in hands)
    return changed, dealt.ahead


def open_item(sample_id: str, item: Item, dealing: Dealing) -> OpenItem | None:
    """An open item as dealing sees it; None for one with a known answer, which everybody gets besides their share."""
    entries = assignees_of(item)
    if item.get("known") or any(one.get("besides") for one in entries):
        return None
    staying = {*dealing.people, *dealing.keepers}
    fixed = {one["account_id"] for one in entries if one.get("fixed") and one["account_id"] in staying}
    kept = fixed | answered_by(item)
    loose = [one["account_id"] for one in entries if one["account_id"] not in kept]
    return OpenItem(sample_id, tuple(sorted(kept)), tuple(loose))


def _entries(item: Item, wanted: set[str], loose: Sequence[str]) -> list[Assignee]:
    """Those of the assignees who stay, without an end to it, and who comes to them."""
    stay = [for_good(one) for one in assignees_of(item) if one["account_id"] in wanted]
    there = {one["account_id"] for one in stay}
    return [*stay, *({"account_id": person} for person in loose if person not in there)]


def _give_known(work: WorkingCopy, sample_ids: Sequence[str], dealing: Dealing) -> int:
    """What tests labelers is everybody's besides their share: also who has just joined, and where nobody had it."""
    changed = 0
    for sample_id in sample_ids:
        item = work.items[sample_id]
        if not item.get("known"):
            continue
        entries = besides(item, dealing.people, queue=dealing.assignment == "queue")
        if _by_person(entries) != _by_person(assignees_of(item)):
            work.set_fields(sample_id, assignees=entries)
            changed += 1
    return changed


def _by_person(entries: Sequence[Assignee]) -> dict[str, Assignee]:
    return {one["account_id"]: one for one in entries}


def _take_back(work: WorkingCopy, sample_ids: Sequence[str], dealing: Dealing, origin: Origin) -> int:
    """Where nothing is dealt any more, people keep what they took from the queue, and what a manager assigned."""
    changed = 0
    for sample_id in sample_ids:
        item = work.items[sample_id]
        answered = answered_by(item)
        kept = [
            one
            for one in assignees_of(item)
            if one["account_id"] in answered
            or one.get("besides")
            or one.get("fixed")
            or (dealing.assignment == "queue" and "until" in one and is_valid(one, origin.at))
        ]
        if kept != list(assignees_of(item)):
            work.set_fields(sample_id, assignees=kept)
            changed += 1
    return changed


def take_items(work: WorkingCopy, command: TakeItems) -> Outcome:
    """Raises NotAQueue."""
    if work.job.team.assignment != "queue":
        raise NotAQueue
    person, now = command.origin.actor.id, command.origin.at
    taken: list[str] = []
    for sample_id in command.sample_ids:
        item = work.items.get(sample_id)
        if len(taken) == command.limit:
            break
        if item is None or not _is_for(item, person, command, work.job.team.overlap):
            continue
        others = [one for one in _lasting(item, now) if one["account_id"] != person]
        mine = next((one for one in assignees_of(item) if one["account_id"] == person), None)
        if mine is None or "until" in mine:
            mine = {**(mine or {"account_id": person}), "until": command.until}
        work.set_fields(sample_id, assignees=[*others, mine])
        taken.append(sample_id)
    return Outcome(command.origin.change_id, changed=len(taken), taken=taken)


def _is_for(item: Item, person: str, command: TakeItems, overlap: int) -> bool:
    """Whether somebody holds the item, or can have it."""
    if not needs_somebody(item) or person in (item.get("skipped") or ()):
        return False
    if is_done(item, person) and not is_rejected(item):
        return False
    if item.get("known") and not is_rejected(item):
        return any(one["account_id"] == person for one in assignees_of(item))
    holders = {one["account_id"] for one in assignees_of(item) if is_valid(one, command.origin.at)}
    return person in holders or len(holders) < overlap


def _lasting(item: Item, now: datetime) -> list[Assignee]:
    """The assignees without those whose lease has run out; of known answers they can take it again."""
    kept = [one if is_valid(one, now) else put_back(one) for one in assignees_of(item)]
    return [one for one in kept if one is not None]


def release_items(work: WorkingCopy, command: ReleaseItems) -> Outcome:
    """What somebody does not hold, or has labeled, is listed as missing. Raises NotAQueue."""
    if work.job.team.assignment != "queue":
        raise NotAQueue
    person, now = command.origin.actor.id, command.origin.at
    released: int = 0
    missing: list[str] = []
    for sample_id in dict.fromkeys(command.sample_ids):
        item = work.items.get(sample_id)
        if item is None or not any(one["account_id"] == person and is_valid(one, now) for one in open_entries(item)):
            missing.append(sample_id)
            continue
        others = [one for one in assignees_of(item) if one["account_id"] != person]
        mine = [put_back(one) for one in assignees_of(item) if one["account_id"] == person and not command.skip]
        fields: dict[str, Any] = {"assignees": [*others, *(one for one in mine if one is not None)]}
        if command.skip:
            fields["skipped"] = [*(item.get("skipped") or ()), person]
        work.set_fields(sample_id, **fields)
        released += 1
    if command.skip:  # a known answer waits for one person less
        settle_enough(work, [one for one in command.sample_ids if one in work.items], command.origin)
    return Outcome(command.origin.change_id, changed=released, missing=missing)


def end_leases(work: WorkingCopy, command: EndLeases) -> Outcome:
    ended = 0
    for sample_id in command.sample_ids:
        item = work.items.get(sample_id)
        if item is None:
            continue
        kept = _lasting(item, command.origin.at)
        if kept != list(assignees_of(item)):
            work.set_fields(sample_id, assignees=kept)
            ended += 1
    return Outcome(command.origin.change_id, changed=ended)


def assign(work: WorkingCopy, command: Assign, left_alone: LeftAlone | None) -> Outcome:
    """People who have answered an item keep it, beside the one that it is given to."""
    changed, unchanged = 0, 0
    missing: list[str] = []
    conflicts: list[Conflicting] = []
    for sample_id in dict.fromkeys(command.sample_ids):
        item = work.items.get(sample_id)
        if item is None:
            missing.append(sample_id)
        elif left_alone is not None and left_alone(sample_id, item):
            conflicts.append(Conflicting(sample_id, item["version"]))
        elif (entries := _assigned(item, command.to)) == list(assignees_of(item)):
            unchanged += 1
        else:
            work.set_fields(sample_id, assignees=entries)
            changed += 1
    counts = work.totals.by_status()
    return Outcome(command.origin.change_id, changed, unchanged, conflicts=conflicts, missing=missing, counts=counts)


def _assigned(item: Item, to: str | None) -> list[Assignee]:
    answered = answered_by(item)
    kept = [one for one in assignees_of(item) if one["account_id"] in answered or one.get("besides")]
    if to is None or any(one["account_id"] == to for one in kept):
        return kept
    return [*kept, {"account_id": to, "fixed": True}]


def _seed(work: WorkingCopy) -> str:
    return f"{work.job.id}:{work.job.commits}"
