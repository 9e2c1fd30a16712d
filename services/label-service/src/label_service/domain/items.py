"""Items: what state an item is in, and everything that follows from it.

An item is a plain mapping, because a million of them pass through here:

| field | meaning |
|---|---|
| `path`, `version`, `hash` | the sample's path, the count of the item's changes, the hash of its event key |
| `etag` | the etag of the sample's bytes, for the URLs that show them |
| `labels` | entries `{label_id, by, at, source, confidence, model}` in the order they were given |
| `hard`, `hardness` | a hard example or not; 0 … 1, how uncertain a model was |

A confirmed prediction is the label of the person who confirmed it, and keeps `confidence` and `model`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

Item: TypeAlias = dict[str, Any]
Entry: TypeAlias = dict[str, Any]

UNLABELED, LABELED, TO_CONFIRM = "unlabeled", "labeled", "to_confirm"
STATUSES = (UNLABELED, LABELED, TO_CONFIRM)
PERSON, IMPORT, MODEL = "person", "import", "model"


class State(NamedTuple):
    """What people can change about an item. `labels` must not be changed in place."""

    labels: Sequence[Entry]
    hard: bool
    hardness: float | None


def state_of(item: Item) -> State:
    return State(item["labels"], item["hard"], item.get("hardness"))


def entry(
    label_id: str, by: str, at: datetime, source: str, *, confidence: float | None = None, model: str | None = None
) -> Entry:
    return {"label_id": label_id, "by": by, "at": at, "source": source, "confidence": confidence, "model": model}


def waits(one: Mapping[str, Any]) -> bool:
    """Whether the label waits to be confirmed: then it is shown and not counted."""
    return bool(one["source"] == MODEL)


def status_of(labels: Sequence[Entry]) -> str:
    """`labeled` has a label that does not wait to be confirmed; `to_confirm` has only such; `unlabeled` has none."""
    if not labels:
        return UNLABELED
    return TO_CONFIRM if all(map(waits, labels)) else LABELED


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
    """Every value that a filter compares for equality, in one list under one index.

    `s:` status, `l:` label, `b:` labeled by, `h` hard example. One index over all of them costs a write as many keys
    as change, and lets each filter be one range of it in the order of ids.
    """
    found = [f"s:{status_of(state.labels)}"]
    found += [f"l:{one['label_id']}" for one in state.labels]
    found += [f"b:{person}" for person in sorted(labelers(state.labels))]
    if state.hard:
        found.append("h")
    return found
