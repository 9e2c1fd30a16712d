"""Whose an item is: the people it was dealt to, and those who took it from the queue for a while.

An item's `assignees` are entries `{account_id}`, in the order in which it came to them, with

| field | meaning |
|---|---|
| `until` | taken from the queue: theirs until then, or for good once they have labeled it |
| `fixed` | a manager assigned it: dealing leaves it there as long as the person is in the job |
| `besides` | a known answer: besides a person's share. In a queue `until` is `WAITING` before they take it |

Whether somebody is done with an item follows from its labels and answers, so it is not stored. `skipped` are those who
do not want it offered again.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeAlias

from label_service.domain.answers import answer_facets
from label_service.domain.items import LABELED, TO_CONFIRM, UNREADABLE, Item, facets, labelers, state_of, status_of
from label_service.domain.reviews import REJECTED

Assignee: TypeAlias = Mapping[str, Any]

HELD, RETURNED, FIRST_LEASE = "o", "n", "t:"
# A known answer that somebody has not taken from the queue yet. So it is nothing of theirs, and in no list of theirs.
WAITING = datetime(1970, 1, 1, tzinfo=UTC)
# Data brought the item labels for which the job has no room.
LEFT_OUT = "x"


class Share(NamedTuple):
    """One person's items, as they see them. `set_apart` cannot be read and have no labels.

    `returned` are to be labeled again: a review rejected them. They are among the others.
    """

    total: int = 0
    labeled: int = 0
    to_confirm: int = 0
    set_apart: int = 0
    returned: int = 0

    @property
    def open(self) -> int:
        return self.total - self.labeled - self.set_apart

    def plus(self, other: "Share", times: int = 1) -> "Share":
        total, labeled, to_confirm, set_apart, returned = other
        return Share(
            self.total + times * total,
            self.labeled + times * labeled,
            self.to_confirm + times * to_confirm,
            self.set_apart + times * set_apart,
            self.returned + times * returned,
        )

    def by_status(self) -> dict[str, int]:
        unlabeled = self.open - self.to_confirm
        return {"total": self.total, "labeled": self.labeled, "unlabeled": unlabeled, "to_confirm": self.to_confirm}

    def told(self) -> dict[str, int]:
        """The counts as they are published."""
        return {**self.by_status(), "unreadable": self.set_apart}


_NOTHING = Share()


def assignees_of(item: Mapping[str, Any]) -> Sequence[Assignee]:
    return item.get("assignees") or ()


def _people_of(item: Mapping[str, Any]) -> list[str]:
    return [one["account_id"] for one in assignees_of(item)]


def is_valid(one: Assignee, now: datetime) -> bool:
    """Whether the item is theirs now: a lease may have run out."""
    until = one.get("until")
    return until is None or until > now


def is_waiting(one: Assignee) -> bool:
    """Whether it is a known answer that they can take from the queue."""
    return one.get("until") == WAITING


def holders(item: Mapping[str, Any], now: datetime) -> list[str]:
    """Whose the item is."""
    return [one["account_id"] for one in assignees_of(item) if is_valid(one, now)]


def is_open(item: Mapping[str, Any]) -> bool:
    """Whether the item still needs somebody, as what only waits to be confirmed does; not what cannot be read."""
    return status_of(item["labels"]) != LABELED and not _is_set_apart(item)


def is_rejected(item: Mapping[str, Any]) -> bool:
    """Whether a review has sent the item back."""
    review = item.get("review")
    return review is not None and review["state"] == REJECTED


def needs_somebody(item: Mapping[str, Any]) -> bool:
    """Whether the item is to be labeled, or labeled again."""
    return is_open(item) or is_rejected(item)


def _is_set_apart(item: Mapping[str, Any]) -> bool:
    return not item["labels"] and item.get("state") == UNREADABLE


def answered_by(item: Mapping[str, Any]) -> set[str]:
    """The people who have answered an item that several label."""
    return {one["by"] for one in item.get("answers") or ()}


def is_done(item: Mapping[str, Any], account_id: str) -> bool:
    """Whether there is nothing left to do here for one whose item it is. What was rejected is to be done again, by
    whoever has it now, or labeled it."""
    if is_rejected(item) and account_id in {*_people_of(item), *labelers(item["labels"]), *answered_by(item)}:
        return False
    return not is_open(item) or account_id in answered_by(item)


def put_back(one: Assignee) -> Assignee | None:
    """What is left of an entry whose lease has ended: a known answer waits again."""
    return {**one, "until": WAITING} if one.get("besides") else None


def open_entries(item: Mapping[str, Any]) -> list[Assignee]:
    """The assignees who still have to label it. Of what was rejected, those who took it from the queue since."""
    if is_rejected(item):
        return [one for one in assignees_of(item) if "until" in one]
    if not is_open(item):
        return []
    answered = answered_by(item)
    return [one for one in assignees_of(item) if one["account_id"] not in answered]


def shares_of(item: Mapping[str, Any]) -> dict[str, Share]:
    """What the item adds to the share of each of its assignees."""
    entries = assignees_of(item)
    if not entries:
        return {}
    status, answered = status_of(item["labels"]), answered_by(item)
    labeled, waiting, apart = status == LABELED, status == TO_CONFIRM, _is_set_apart(item)
    rejected = is_rejected(item)
    shares: dict[str, Share] = {}
    kinds: dict[tuple[bool, bool], Share] = {}  # what tests labelers has an entry for each of them
    for one in entries:
        if is_waiting(one):
            continue
        kind = (labeled or one["account_id"] in answered, rejected and not one.get("besides"))
        if kind not in kinds:
            done, returned = kind
            kinds[kind] = Share(1, int(done), int(waiting and not done), int(apart and not done), int(returned))
        shares[one["account_id"]] = kinds[kind]
    return shares


def move_shares(moves: dict[str, Share], before: Item | None, after: Item | None) -> None:
    """Adds to `moves` what each person has more, or less, because of a change of an item."""
    had, has = shares_of(before or {}), shares_of(after or {})
    for account_id in {**had, **has}:
        lost, gained = had.get(account_id, _NOTHING), has.get(account_id, _NOTHING)
        if lost != gained:
            moves[account_id] = moves.get(account_id, _NOTHING).plus(lost, -1).plus(gained)


def ownership_facets(item: Mapping[str, Any]) -> list[str]:
    """What lists by assignee and leases are found by: `a:` whose it is, `q:` who can take it as a known answer, `o`
    somebody's and open, `n` rejected and nobody's, `k:` who skipped it, `t:` when its first lease runs out."""
    entries = assignees_of(item)
    waiting = {one["account_id"] for one in entries if is_waiting(one)}
    found = [f"a:{account_id}" for account_id in sorted(set(_people_of(item)) - waiting)]
    if waiting and is_open(item):
        found += [waiting_facet(account_id) for account_id in sorted(waiting)]
    if entries and is_open(item):
        found.append(HELD)
    if not entries and is_rejected(item):
        found.append(RETURNED)
    found += [f"k:{account_id}" for account_id in sorted(item.get("skipped") or ())]
    until = leased_until(item)
    if until is not None:
        found.append(lease_facet(until))
    return found


def waiting_facet(account_id: str) -> str:
    return f"q:{account_id}"


def lease_facet(until: datetime) -> str:
    """Such facets are in the order of their times."""
    return f"{FIRST_LEASE}{until.astimezone(UTC).isoformat(timespec='milliseconds')}"


def facets_besides_state(item: Mapping[str, Any]) -> list[str]:
    """The facets of whose the item is, of what it was answered, and of labels for which there was no room."""
    found = ownership_facets(item) + answer_facets(item)
    return [*found, LEFT_OUT] if item.get("left_out") else found


def all_facets(item: Mapping[str, Any]) -> list[str]:
    """Everything that items are found by, but for their ids, times of labeling and hardness."""
    return facets(state_of(item)) + facets_besides_state(item)


def kept_for_good(item: Item, also: str | None = None) -> list[Assignee] | None:
    """The assignees, where those who have labeled the item from the queue keep it. None if that changes nothing.

    `also` has labeled it, though all of its labels may be by others.
    """
    entries = assignees_of(item)
    if all("until" not in one for one in entries):
        return None
    by = labelers(item["labels"]) | answered_by(item) | {also}
    kept = [for_good(one) if "until" in one and one["account_id"] in by else one for one in entries]
    return None if kept == list(entries) else kept


def for_good(one: Assignee) -> Assignee:
    """The same without a time at which it ends."""
    return {name: value for name, value in one.items() if name != "until"}


def leased_until(item: Mapping[str, Any]) -> datetime | None:
    """When the first of its leases runs out."""
    return min((one["until"] for one in assignees_of(item) if "until" in one and not is_waiting(one)), default=None)
