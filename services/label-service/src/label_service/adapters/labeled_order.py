"""Lists sorted by the time of labeling, while people label: each page goes on in the order in which the list began.

A cursor names the `seq` at which its list began. Items that have changed since stand elsewhere in the index by now;
what they were at that `seq` is read from the log, so nothing that was there throughout is skipped or repeated.
"""

from collections import OrderedDict
from collections.abc import Collection as Ids
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from label_service.adapters.alike import carrying
from label_service.adapters.change_log import ChangeLog
from label_service.adapters.collections import ITEMS, LABELS
from label_service.adapters.item_keys import sample_of
from label_service.adapters.item_queries import Query, legs_of, place_of
from label_service.adapters.item_walk import Look, walk
from label_service.adapters.label_history import labels_at
from label_service.adapters.listed_places import Asked, Placed, forget_oldest, returning
from label_service.application.reading import ItemRow
from label_service.application.told_states import state_in
from label_service.domain.filters import Sort
from label_service.domain.items import State, labeled_at
from label_service.domain.settling import Settling
from labelstream_common.messaging.records import CHANGES
from labelstream_common.mongo import Database, Page


class Moved:
    """The items of one list that stand elsewhere now: when each was labeled as the list began (None: it was not)."""

    def __init__(self, settling: Settling, seq: int) -> None:
        self.settling = settling
        self.read_until = seq
        self.at: dict[str, datetime | None] = {}


class LabeledOrder:
    """Pages of the lists sorted by the time of labeling."""

    def __init__(self, database: Database) -> None:
        self._items = database[ITEMS]
        self._labels = database[LABELS]
        self._changes = database[CHANGES]
        self._log = ChangeLog(database)
        self._lists: OrderedDict[tuple[str, int], Moved] = OrderedDict()

    async def page(
        self, job_id: str, query: Query, look: Look, sort: Sort, *, limit: int, cursor: str | None
    ) -> Page[ItemRow]:
        place = place_of(job_id, sort, cursor)
        began = place.began if place.began is not None else await self._log.latest(job_id)
        asked = Asked(job_id, query, look, sort, place, began)
        rows = await self._unmoved(asked, (await self._moved(job_id, began)).at, limit + 1)
        moved = (await self._moved(job_id, began)).at  # also what has moved while the rows were read
        last = rows[-1].key if len(rows) > limit else None
        staying = {sample_of(one.row["_id"]) for one in rows}
        away = {one: asked.key_of(at, one) for one, at in moved.items() if one not in staying}
        wanted = {one: key for one, key in away.items() if asked.is_left(key) and (last is None or key < last)}
        rows += await returning(self._items, asked, wanted, moved, limit=limit + 1)
        rows.sort(key=lambda one: one.key)
        return asked.page(rows, limit)

    async def _unmoved(self, asked: Asked, elsewhere: Ids[str], wanted: int) -> list[Placed]:
        """The next items that stand in the index where they stood as the list began."""
        found: list[Placed] = []
        for leg in legs_of(asked.job_id, asked.query, asked.sort, asked.place):
            room = wanted - len(found)
            async for row in walk(self._items, leg.query, leg.sort, asked.look, wanted=room, limited=False):
                if _changed_since(row, asked.began) or sample_of(row["_id"]) in elsewhere:
                    continue
                at = None if leg.number else row["labeled_at"]
                found.append(Placed(asked.key(leg.number, at, row["_id"]), at, row))
                if len(found) == wanted:
                    return found
        return found

    async def _moved(self, job_id: str, began: int) -> Moved:
        """What has moved in the list that began at `began`, up to now. To be asked after the page was read."""
        found = self._lists.get((job_id, began))
        if found is None:
            labels = await labels_at(self._labels, self._changes, job_id, began)
            found = Moved(labels.settling, began)
            await self._note_carriers(found, job_id, began)
        latest = await self._log.latest(job_id)
        async for entry in self._log.between(job_id, found.read_until, latest):
            _, _, sample_id = entry.subject.partition(":")
            if sample_id and sample_id not in found.at:
                before = orjson.loads(entry.json)["before"]
                if before is not None:
                    found.at[sample_id] = labeled_at(found.settling(state_in(before)).labels)
        found.read_until = max(found.read_until, latest)
        self._lists[job_id, began] = found
        self._lists.move_to_end((job_id, began))
        forget_oldest(self._lists, lambda each: len(each.at))
        return found

    async def _note_carriers(self, moved: Moved, job_id: str, began: int) -> None:
        """Items whose hidden labels make them stand elsewhere in the index than people see."""
        if not moved.settling:
            return
        fields = {"labels": 1, "commits": 1}
        async for row in self._items.find(carrying(job_id, moved.settling.ends), fields):
            if row["commits"] and row["commits"][-1] > began:
                continue  # the log tells what it was
            stored = labeled_at(row["labels"])
            seen = labeled_at(moved.settling(State(row["labels"], False, None)).labels)
            if seen != stored:
                moved.at[sample_of(row["_id"])] = seen


def _changed_since(row: Mapping[str, Any], began: int) -> bool:
    commits = row["commits"]
    return row["added_seq"] > began or bool(commits and commits[-1] > began)
