"""The difference between two moments: the items that are not the same at both, page by page in the order of ids.

It reads the log between the two and holds no more than a page, however much changed.
"""

import heapq
from collections.abc import Mapping
from typing import Any

import orjson

from label_service.application.change_feed import ChangeFeed, Entry
from label_service.application.history import Moment


async def diff(
    log: ChangeFeed, earlier: Moment, later: Moment, *, after: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """The items that differ, and the id that the next page begins after."""
    ids = await _changed_ids(log, earlier, later, after=after, limit=limit + 1)
    chosen = ids[:limit]
    ends: dict[str, tuple[Any, Any, int, str]] = {}
    async for entry in log.between(earlier.job_id, earlier.seq, later.seq):
        sample_id = _sample_in(entry)
        if sample_id in chosen:
            change = orjson.loads(entry.json)
            before, _, version, _ = ends.get(sample_id, (change["before"], None, change["version"] - 1, ""))
            ends[sample_id] = (before, change["after"], version, change["path"])
    rows = [
        {
            "sample_id": sample_id,
            "path": ends[sample_id][3],
            "before": _shown(ends[sample_id][0], earlier.names),
            "after": _shown(ends[sample_id][1], later.names),
        }
        for sample_id in chosen
    ]
    differing = [row for row in rows if _differs(row)]
    return differing, chosen[-1] if len(ids) > limit else None


async def _changed_ids(log: ChangeFeed, earlier: Moment, later: Moment, *, after: str | None, limit: int) -> list[str]:
    """The smallest `limit` ids beyond `after` among the items that changed."""
    largest: list[tuple[int, str]] = []  # a heap with the largest of the chosen on top
    chosen: set[str] = set()
    async for entry in log.between(earlier.job_id, earlier.seq, later.seq):
        sample_id = _sample_in(entry)
        if not sample_id or sample_id in chosen or (after is not None and sample_id <= after):
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


def _sample_in(entry: Entry) -> str:
    return entry.subject.partition(":")[2]


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
