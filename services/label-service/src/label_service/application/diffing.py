"""The difference between two moments: the items that are not the same at both, page by page in the order of ids.

It reads the log between the two and holds no more than a page, however much changed. An item also differs where only
its labels were deleted, merged or put back between the moments, though nothing had changed the item itself yet.
"""

import heapq
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any

import orjson

from label_service.application.change_feed import ChangeFeed, Entry
from label_service.application.events import entry_fields, shown_review
from label_service.application.history import Moment, Past, PastRow
from label_service.application.weights import MOST_BYTES_OF_PAGE, weight_of


async def diff(
    log: ChangeFeed, past: Past, earlier: Moment, later: Moment, *, after: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """The items that differ, and the id that the next page begins after. A page ends at 4 MB as well."""
    smallest = _Smallest(limit + 1, after)
    async for entry in log.between(earlier.job_id, earlier.seq, later.seq):
        smallest.add(_samples_in(entry))
    moved = _moved_labels(earlier, later)
    if moved:
        smallest.add(await past.carriers(later.job_id, moved, after=after, limit=limit + 1))
        async for sample_ids in _carried_once(log, later, moved):
            smallest.add(sample_ids)
    ids = smallest.ids()
    rows = await _rows(past, ids[:limit], earlier, later)
    differing = [row for row in rows if _essence(row["before"]) != _essence(row["after"])]
    return differing, rows[-1]["sample_id"] if len(ids) > len(rows) else None


async def _rows(past: Past, chosen: Sequence[str], earlier: Moment, later: Moment) -> list[dict[str, Any]]:
    """The rows of the first few items: all of them, or those that reach 4 MB."""
    before, looked = await past.states(earlier, chosen)
    present, looked = await past.states(later, chosen[:looked])
    rows: list[dict[str, Any]] = []
    size = 0
    for one in chosen[:looked]:
        pair = ((before.get(one), earlier), (present.get(one), later))
        size += sum(weight_of(row.path, row.labels, moment.names) for row, moment in pair if row)
        if rows and size > MOST_BYTES_OF_PAGE:
            break
        rows.append(_row(one, before.get(one), present.get(one), earlier, later))
    return rows


class _Smallest:
    """The smallest few of many ids beyond `after`."""

    def __init__(self, limit: int, after: str | None) -> None:
        self._limit = limit
        self._after = after or ""
        self._largest: list[tuple[int, str]] = []  # a heap with the largest of the chosen on top
        self._chosen: set[str] = set()

    def add(self, sample_ids: Iterable[str]) -> None:
        for sample_id in sample_ids:
            if sample_id in self._chosen or sample_id <= self._after:
                continue
            key = -int(sample_id.replace("-", ""), 16)
            if len(self._chosen) < self._limit:
                heapq.heappush(self._largest, (key, sample_id))
            elif key > self._largest[0][0]:
                self._chosen.discard(heapq.heappushpop(self._largest, (key, sample_id))[1])
            else:
                continue
            self._chosen.add(sample_id)

    def ids(self) -> list[str]:
        return sorted(self._chosen)


def _moved_labels(earlier: Moment, later: Moment) -> list[str]:
    """The labels that items carry which mean something else at the later moment, without having changed."""
    before, after = earlier.labels.settling.ends, later.labels.settling.ends
    return [one for one in {**before, **after} if before.get(one, one) != after.get(one, one)]


async def _carried_once(log: ChangeFeed, moment: Moment, moved: Sequence[str]) -> AsyncIterator[Sequence[str]]:
    """The items that carried one of these labels at the moment, and have changed since."""
    if all(label_id in moment.labels.tidied for label_id in moved):
        until = max(moment.labels.tidied[label_id] for label_id in moved)
    else:
        until = await log.latest(moment.job_id)
    marks = [b'"%b"' % label_id.encode() for label_id in moved]
    async for entry in log.between(moment.job_id, moment.seq, until):
        if not _adds_items(entry) and any(mark in entry.json for mark in marks):
            yield _samples_in(entry)


def _adds_items(entry: Entry) -> bool:
    return ":" not in entry.subject


def _samples_in(entry: Entry) -> Sequence[str]:
    """The item that changed, or those that were added."""
    if _adds_items(entry):
        added: list[str] = orjson.loads(entry.json)["added_ids"]
        return added
    return (entry.subject.partition(":")[2],)


def _row(
    sample_id: str, before: PastRow | None, after: PastRow | None, earlier: Moment, later: Moment
) -> dict[str, Any]:
    there = after or before
    return {
        "sample_id": sample_id,
        "path": there.path if there else "",
        "before": _shown(before, earlier.names),
        "after": _shown(after, later.names),
    }


def _shown(row: PastRow | None, names: Mapping[str, str]) -> dict[str, Any] | None:
    if row is None:
        return None
    labels = [entry_fields(one, names[one["label_id"]]) for one in row.labels]
    shown: dict[str, Any] = {"labels": labels, "status": row.status, "hard": row.hard}
    if row.review is not None:
        shown["review"] = shown_review(row.review)
    return {**shown, "content_changed": True} if row.content_changed else shown


def _essence(state: Mapping[str, Any] | None) -> object:
    if state is None:
        return None
    return (
        {(one["label_id"], one["source"]) for one in state["labels"]},
        state["status"],
        state["hard"],
        "content_changed" in state,
        _review_essence(state.get("review")),
    )


def _review_essence(review: Mapping[str, Any] | None) -> object:
    return None if review is None else (review["state"], review["grade"], review["reason"])
