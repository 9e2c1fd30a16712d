"""The difference between two moments: the items that are not the same at both, page by page in the order of ids.

It reads the log between the two and holds no more than a page, however much changed.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from label_service.application.change_feed import ChangeFeed, Entry
from label_service.application.history import Moment
from label_service.domain.items import UNLABELED


class Paths(Protocol):
    async def paths(self, job_id: str, sample_ids: Sequence[str]) -> dict[str, str]: ...


@dataclass(slots=True)
class _Ends:
    """What an item was before the first change between the moments, and after the last."""

    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    path: str | None


_NEW: Mapping[str, Any] = {"labels": [], "status": UNLABELED, "hard": False}


async def diff(
    log: ChangeFeed, paths: Paths, earlier: Moment, later: Moment, *, after: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """The items that differ, and the id that the next page begins after."""
    ids = await _changed_ids(log, earlier, later, after=after, limit=limit + 1)
    chosen = ids[:limit]
    ends = await _ends(log, earlier, later, frozenset(chosen))
    known = await paths.paths(later.job_id, [one for one, found in ends.items() if found.path is None])
    rows = [
        {
            "sample_id": sample_id,
            "path": ends[sample_id].path or known.get(sample_id, ""),
            "before": _shown(ends[sample_id].before, earlier.names),
            "after": _shown(ends[sample_id].after, later.names),
        }
        for sample_id in chosen
    ]
    differing = [row for row in rows if _differs(row)]
    return differing, chosen[-1] if len(ids) > limit else None


async def _ends(log: ChangeFeed, earlier: Moment, later: Moment, chosen: frozenset[str]) -> dict[str, _Ends]:
    ends: dict[str, _Ends] = {}
    async for entry in log.between(earlier.job_id, earlier.seq, later.seq):
        for sample_id in chosen.intersection(_samples_in(entry)):
            if _adds_items(entry):
                ends.setdefault(sample_id, _Ends(None, _NEW, None))
                continue
            change = orjson.loads(entry.json)
            found = ends.setdefault(sample_id, _Ends(change["before"], None, None))
            found.after, found.path = change["after"], change["path"]
    return ends


async def _changed_ids(log: ChangeFeed, earlier: Moment, later: Moment, *, after: str | None, limit: int) -> list[str]:
    """The smallest `limit` ids beyond `after` among the items that changed."""
    largest: list[tuple[int, str]] = []  # a heap with the largest of the chosen on top
    chosen: set[str] = set()
    async for entry in log.between(earlier.job_id, earlier.seq, later.seq):
        for sample_id in _samples_in(entry):
            if sample_id in chosen or (after is not None and sample_id <= after):
                continue
            key = -int(sample_id.replace("-", ""), 16)
            if len(chosen) < limit:
                heapq.heappush(largest, (key, sample_id))
            elif key > largest[0][0]:
                chosen.discard(heapq.heappushpop(largest, (key, sample_id))[1])
            else:
                continue
            chosen.add(sample_id)
    return sorted(chosen)


def _adds_items(entry: Entry) -> bool:
    return ":" not in entry.subject


def _samples_in(entry: Entry) -> Sequence[str]:
    """The item that changed, or those that were added."""
    if _adds_items(entry):
        added: list[str] = orjson.loads(entry.json)["added_ids"]
        return added
    return (entry.subject.partition(":")[2],)


def _shown(state: Mapping[str, Any] | None, names: Mapping[str, str]) -> dict[str, Any] | None:
    if state is None:
        return None
    labels = [{**one, "name": names[one["label_id"]]} for one in state["labels"] if one["label_id"] in names]
    return {"labels": labels, "status": state["status"], "hard": state["hard"]}


def _differs(row: Mapping[str, Any]) -> bool:
    return _essence(row["before"]) != _essence(row["after"])


def _essence(state: Mapping[str, Any] | None) -> object:
    if state is None:
        return None
    return ({(one["label_id"], one["source"]) for one in state["labels"]}, state["status"], state["hard"])
