"""Lists sorted by path: the samples of the dataset give the order, and the items are looked up by their ids."""

from collections.abc import AsyncIterator
from typing import Any

from label_service.adapters.collections import ITEMS, PATH_INDEX, SAMPLES
from label_service.adapters.item_keys import keys_of, sample_of
from label_service.adapters.item_queries import Place, Query, cursor_at, path_queries, place_of
from label_service.adapters.item_walk import ROW, Look
from label_service.adapters.path_search import PathSearch
from label_service.application.reading import ItemRow
from label_service.application.weights import MOST_BYTES_OF_PAGE
from label_service.domain.filters import Sort
from label_service.domain.matching import PathPattern
from labelstream_common.mongo import Collection, Cursor, Database, InvalidCursor, Page

FEW = 5_000
_LOOK_FIRST = 2_000
_AT_ONCE = 500


class PathOrder:
    """Pages of the lists sorted by path."""

    def __init__(self, database: Database, search: PathSearch) -> None:
        self._items = database[ITEMS]
        self._samples = database[SAMPLES]
        self._search = search

    async def page(
        self, job_id: str, query: Query, path: str | None, look: Look, sort: Sort, *, limit: int, cursor: str | None
    ) -> Page[ItemRow]:
        """Raises NothingMatches."""
        place = _place(job_id, sort, cursor)
        walk = Walk(job_id, await self._search.dataset_of(job_id), query, path, sort)
        found: list[ItemRow] = []
        next_cursor, size = None, 0
        async for row in self._rows(walk, place, limit + 1):
            if not look.matches(row):
                continue
            if len(found) == limit or size >= MOST_BYTES_OF_PAGE:
                return Page(found, next_cursor)
            found.append(look.shown(row))
            next_cursor = cursor_at(sort, 0, row["path_key"], found[-1].sample_id)
            size += look.weight(found[-1])
        return Page(found, None)

    async def _rows(self, walk: "Walk", place: Place, wanted: int) -> AsyncIterator[dict[str, Any]]:
        """The items of a query from a place on. Where the first samples hardly match, it asks whether few do at all."""
        looked, at_once = 0, min(wanted, _AT_ONCE)
        async for chunk in self._samples_after(walk, place, at_once):
            async for row in self._in_order(walk, [sample["_id"] for sample in chunk]):
                yield row
            before, looked = looked, looked + len(chunk)
            if before < _LOOK_FIRST <= looked and walk.is_filtered:
                left = await self._few_after(walk, (chunk[-1]["path_key"], chunk[-1]["_id"]))
                if left is not None:
                    for start in range(0, len(left), _AT_ONCE):
                        async for row in self._in_order(walk, left[start : start + _AT_ONCE]):
                            yield row
                    return

    async def _samples_after(self, walk: "Walk", place: Place, at_once: int) -> AsyncIterator[list[dict[str, Any]]]:
        for samples in walk.cursors(self._samples, place):
            try:
                while chunk := await samples.to_list(at_once):
                    yield chunk
                    at_once = _AT_ONCE
            finally:
                await samples.close()

    async def _in_order(self, walk: "Walk", sample_ids: list[str]) -> AsyncIterator[dict[str, Any]]:
        keys = keys_of(walk.job_id, sample_ids)
        query = {"$and": [{"_id": {"$in": keys}}, walk.query]}
        rows = await self._items.find(query, ROW).batch_size(len(keys) + 1).to_list(None)
        found = {sample_of(row["_id"]): row for row in rows}
        for sample_id in sample_ids:
            if sample_id in found:
                yield found[sample_id]

    async def _few_after(self, walk: "Walk", last: tuple[str, str]) -> list[str] | None:
        """The samples of all items of a query that come after `last`, in order; None if they are more than a few."""
        rows = await self._items.find(walk.query, {"path_key": 1}).limit(FEW + 1).batch_size(FEW + 2).to_list(None)
        if len(rows) > FEW:
            return None
        keys = sorted(((row["path_key"], sample_of(row["_id"])) for row in rows), reverse=walk.sort.descending)
        return [key[1] for key in keys if (key < last if walk.sort.descending else key > last)]


class Walk:
    """Which list is walked through."""

    def __init__(self, job_id: str, dataset_id: str, query: Query, path: str | None, sort: Sort) -> None:
        self.job_id = job_id
        self.query = query
        self.sort = sort
        self.is_filtered = "$and" in query or "$in" in query["_id"]
        self._dataset_id = dataset_id
        self._path = path_queries(PathPattern(path)) if path else []

    def cursors(self, samples: Collection, place: Place) -> list[Cursor]:
        """The samples after a place, in order; each is one range of the index, and is read from that alone."""
        whole: Query = {"dataset_id": self._dataset_id}
        if self._path:
            whole["$and"] = self._path
        queries = [whole]
        if place.key is not None:
            beyond, last = "$lt" if self.sort.descending else "$gt", sample_of(place.key)
            queries = [
                {**whole, "path_key": place.value, "_id": {beyond: last}},
                {**whole, "path_key": {beyond: place.value}},
            ]
        direction = -1 if self.sort.descending else 1
        order = [("path_key", direction), ("_id", direction)]
        return [
            samples.find(query, {"path_key": 1}).sort(order).hint(PATH_INDEX).batch_size(_AT_ONCE + 1)
            for query in queries
        ]


def _place(job_id: str, sort: Sort, cursor: str | None) -> Place:
    """Raises InvalidCursor."""
    place = place_of(job_id, sort, cursor)
    if place.key is not None and not (place.number == 0 and isinstance(place.value, str)):
        raise InvalidCursor
    return place
