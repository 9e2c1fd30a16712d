"""Finds items by path. Where few match, their keys come from an index; where many do, any walk meets them soon."""

from bson.binary import Binary

from label_service.adapters.item_queries import NothingMatches, path_parts
from label_service.domain.matching import PathPattern
from labelstream_common.mongo import Collection

FEW = 5_000


async def few_with_path(items: Collection, job_id: str, path: str | None) -> list[Binary] | None:
    """The `_id`s of the items whose path matches; None if no path is asked for, or more than a few match.

    Raises NothingMatches.
    """
    pattern = PathPattern(path) if path else None
    if pattern is None or not pattern.text or "\0" in pattern.text:
        return None
    found: dict[bytes, Binary] = {}
    for index, query in path_parts(job_id, pattern):
        rows = items.find(query, {"_id": 1}).hint(index).limit(FEW + 1)
        found |= {bytes(row["_id"]): Binary(row["_id"]) for row in await rows.to_list(None)}
        if len(found) > FEW:
            return None
    if not found:
        raise NothingMatches
    return list(found.values())
