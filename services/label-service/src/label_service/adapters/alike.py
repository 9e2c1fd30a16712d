"""Items that carry the same labels, counted together in the database, so that each such set is looked at once."""

from collections.abc import Collection as Ids
from datetime import UTC, datetime
from typing import Any

from bson.binary import Binary

from label_service.adapters.item_keys import job_bytes, job_range
from label_service.domain.alike import Alike
from label_service.domain.items import MODEL, NEW, entry
from label_service.domain.reviews import Review
from labelstream_common.mongo import Collection, Session

_NEVER = datetime.min.replace(tzinfo=UTC)
_COUNTED = {"l": "$$this.label_id", "b": "$$this.by", "s": "$$this.source"}


def carrying(job_id: str, label_ids: Ids[str]) -> dict[str, Any]:
    """The query of the items that carry one of these labels, hidden or not."""
    low, high = job_range(job_bytes(job_id))
    facets = {"$in": [f"l:{label_id}" for label_id in label_ids]}
    return {"facets": facets, "_id": {"$gte": Binary(low), "$lte": Binary(high)}}


async def alike_of(
    items: Collection, query: dict[str, Any], *, in_full: bool = False, session: Session | None = None
) -> list[Alike]:
    """What the items of a query carry; times and confidences, which few items share, only `in_full`."""
    fields = _COUNTED | ({"a": "$$this.at", "c": "$$this.confidence"} if in_full else {})
    alike = {
        "h": "$hard",
        "s": "$state",
        "c": "$content_changed",
        "r": "$review.state",
        "e": {"$map": {"input": "$labels", "in": fields}},
    }
    pipeline: list[dict[str, Any]] = [
        {"$match": query},
        {"$group": {"_id": alike, "n": {"$sum": 1}}},
    ]
    cursor = await items.aggregate(pipeline, session=session, allowDiskUse=True)
    return [_alike(row["_id"], row["n"]) async for row in cursor]


def _alike(found: dict[str, Any], items: int) -> Alike:
    state = found.get("r")
    review = None if state is None else Review(state, _NEVER)
    labels = [_entry(one) for one in found["e"]]
    return Alike(labels, items, found["h"], found.get("s") or NEW, bool(found.get("c")), review)


def _entry(one: dict[str, Any]) -> dict[str, Any]:
    model = one["b"] if one["s"] == MODEL else None
    return entry(one["l"], one["b"], one.get("a", _NEVER), one["s"], confidence=one.get("c"), model=model)
