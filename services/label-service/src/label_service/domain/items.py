"""Items: what state an item is in, and everything that follows from it.

An item is a plain mapping, because a million of them pass through here:

| field | meaning |
|---|---|
| `path`, `version`, `hash` | the sample's path, the count of the item's changes, the hash of its event key |
| `etag` | the etag of the sample's bytes, for the URLs that show them |
| `labels` | entries `{label_id, by, at, source, confidence, model}` in the order they were given |
| `hard`, `hardness` | a hard example or not; 0 … 1, how uncertain a model was |
| `content_changed` | the object was overwritten, and nobody has looked at the item since |
| `touched` | a person has changed it: imports leave its labels alone |
| `state`, `reason` | what inspection says of the file (`new`, `ok`, `unreadable`), and why it cannot be read |
| `left_out` | the names of labels that its data brought, and for which the job has no room |
| `overwritten` | how often the object had been overwritten when the item last followed it |
| `review` | `{state, grade, reason, by, at}`: what a reviewer decided, or that it waits; absent or None: no review |

A confirmed prediction is the label of the person who confirmed it, and keeps `confidence` and `model`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from label_service.domain.reviews import Review, review_of

Item: TypeAlias = dict[str, Any]
Entry: TypeAlias = dict[str, Any]

UNLABELED, LABELED, TO_CONFIRM = "unlabeled", "labeled", "to_confirm"
STATUSES = (UNLABELED, LABELED, TO_CONFIRM)
PERSON, IMPORT, MODEL = "person", "import", "model"
NEW, OK, UNREADABLE = "new", "ok", "unreadable"
# How an imported label that waits to be confirmed is stored. People see it as one of an import.
IMPORT_TO_CONFIRM = "import-to-confirm"
WAITING = (MODEL, IMPORT_TO_CONFIRM)
IMPORTED = (IMPORT, IMPORT_TO_CONFIRM)
STATE_FACETS = {OK: "r", UNREADABLE: "u"}


class State(NamedTuple):
    """What people can change about an item, and whether its file can be read. `labels` must not be changed in place."""

    labels: Sequence[Entry]
    hard: bool
    hardness: float | None
    content_changed: bool = False
    sample_state: str = NEW
    review: Review | None = None

    def carrying(self, labels: Sequence[Entry]) -> "State":
        """The same with these labels. If nothing counts any more, there is nothing left that a review could be of."""
        if self.review is not None and any_counts(self.labels) and not any_counts(labels):
            return self._replace(labels=labels, review=None)
        return self._replace(labels=labels)


def state_of(item: Mapping[str, Any]) -> State:
    return State(
        item["labels"],
        item["hard"],
        item.get("hardness"),
        bool(item.get("content_changed")),
        item.get("state") or NEW,
        review_of(item.get("review")),
    )


def entry(
    label_id: str, by: str, at: datetime, source: str, *, confidence: float | None = None, model: str | None = None
) -> Entry:
    return {"label_id": label_id, "by": by, "at": at, "source": source, "confidence": confidence, "model": model}


def waits(one: Mapping[str, Any]) -> bool:
    """Whether the label waits to be confirmed: then it is shown and not counted."""
    return one["source"] in WAITING


def shown_source(source: str) -> str:
    """The source as people see it."""
    return IMPORT if source == IMPORT_TO_CONFIRM else source


def shown_entry(one: Mapping[str, Any], name: str, at: object) -> dict[str, Any]:
    """A label on an item, as events and replies show it. An imported one that waits says so."""
    shown = {
        "label_id": one["label_id"],
        "name": name,
        "by": one["by"],
        "at": at,
        "source": shown_source(one["source"]),
        "confidence": one["confidence"],
        "model": one["model"],
    }
    return {**shown, "to_confirm": True} if one["source"] == IMPORT_TO_CONFIRM else shown


def is_touched(item: Item) -> bool:
    """Whether a person has changed the item. Items of earlier releases tell by what they carry."""
    return bool(item.get("touched")) or any(one["source"] == PERSON for one in item["labels"])


def status_of(labels: Sequence[Entry]) -> str:
    """`labeled` has a label that does not wait to be confirmed; `to_confirm` has only such; `unlabeled` has none."""
    if not labels:
        return UNLABELED
    return TO_CONFIRM if all(map(waits, labels)) else LABELED


def any_counts(labels: Sequence[Entry]) -> bool:
    return not all(map(waits, labels))


def awaits_labels(state: State) -> bool:
    """Whether somebody should label it: it has no labels, and its file is not known to be unreadable.

    This is what `status=unlabeled` finds (the facet `s:unlabeled`), what counts as unlabeled, and what can be dealt.
    """
    return not state.labels and state.sample_state != UNREADABLE


def counted(labels: Sequence[Entry]) -> list[str]:
    """The ids of the labels that count."""
    return [one["label_id"] for one in labels if not waits(one)]


def labelers(labels: Sequence[Mapping[str, Any]]) -> set[str]:
    """The people who gave the labels that count."""
    return {one["by"] for one in labels if one["source"] == PERSON and one["by"]}


def labeled_at(labels: Sequence[Mapping[str, Any]]) -> datetime | None:
    """When the latest label that counts was given."""
    return max((one["at"] for one in labels if not waits(one)), default=None) if labels else None


def facets(state: State) -> list[str]:
    """Every value of the state that a filter compares for equality, in one list under one index.

    `s:` status (`s:unreadable` for what has no labels because it cannot be read), `l:` label, `b:` labeled by, `h` hard
    example, `c` content changed, `r` can be read, `u` cannot be read; neither of these: not inspected yet; `r:` state
    of the review. One index over all of them costs a write as many keys as change, and lets each filter be one range of
    it in the order of ids.
    """
    status = status_of(state.labels)
    found = [f"s:{status}" if status != UNLABELED or awaits_labels(state) else f"s:{UNREADABLE}"]
    found += [f"l:{one['label_id']}" for one in state.labels]
    found += [f"b:{person}" for person in sorted(labelers(state.labels))]
    if state.hard:
        found.append("h")
    if state.content_changed:
        found.append("c")
    if state.sample_state != NEW:
        found.append(STATE_FACETS[state.sample_state])
    if state.review is not None:
        found.append(f"r:{state.review.state}")
    return found
