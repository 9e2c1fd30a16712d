"""Lists sorted by hardness, while models propose: each page goes on in the order in which the list began.

A cursor names how many commits the job had as its list began. Items whose hardness has moved since stand elsewhere in
the index by now; where they stood is kept beside the log (`hardness_moves`). A page is read at one moment.
"""

from collections import OrderedDict
from contextlib import aclosing
from dataclasses import dataclass, field

from label_service.adapters.collections import HARDNESS_MOVES, ITEMS, JOBS
from label_service.adapters.hardness_moves import moved_since
from label_service.adapters.item_keys import sample_of
from label_service.adapters.item_queries import Query, legs_of, place_of
from label_service.adapters.item_walk import Look, walk
from label_service.adapters.listed_places import Asked, Placed, forget_oldest, returning
from label_service.application.reading import ItemRow
from label_service.domain.filters import Sort
from labelstream_common.mongo import Client, Database, Page, Session


@dataclass
class _Moved:
    """The items of one list whose hardness has moved since it began: what it was then."""

    read_until: int
    was: dict[str, float | None] = field(default_factory=dict)


class HardnessOrder:
    """Pages of the lists sorted by hardness."""

    def __init__(self, client: Client, database: Database) -> None:
        self._client = client
        self._items = database[ITEMS]
        self._jobs = database[JOBS]
        self._moves = database[HARDNESS_MOVES]
        self._lists: OrderedDict[tuple[str, int], _Moved] = OrderedDict()

    async def page(
        self, job_id: str, query: Query, look: Look, sort: Sort, *, limit: int, cursor: str | None
    ) -> Page[ItemRow]:
        place = place_of(job_id, sort, cursor)
        async with self._client.start_session(snapshot=True) as session:
            job = await self._jobs.find_one({"_id": job_id}, {"commits": 1}, session=session)
            present = int(job["commits"]) if job else 0
            began = present if place.began is None else place.began
            asked = Asked(job_id, query, look, sort, place, began)
            was = await self._moved(job_id, began, present, session)
            rows = await self._unmoved(asked, was, limit + 1, session)
            last = rows[-1].key if len(rows) > limit else None
            away = {one: asked.key_of(hardness, one) for one, hardness in was.items()}
            wanted = {one: key for one, key in away.items() if asked.is_left(key) and (last is None or key < last)}
            rows += await returning(self._items, asked, wanted, was, limit=limit + 1, session=session)
        rows.sort(key=lambda one: one.key)
        return asked.page(rows, limit)

    async def _unmoved(
        self, asked: Asked, elsewhere: dict[str, float | None], wanted: int, session: Session
    ) -> list[Placed]:
        """The next items that stand in the index where they stood as the list began."""
        found: list[Placed] = []
        for leg in legs_of(asked.job_id, asked.query, asked.sort, asked.place):
            room = wanted - len(found)
            walked = walk(self._items, leg.query, leg.sort, asked.look, wanted=room, limited=False, session=session)
            async with aclosing(walked) as rows:  # before the session ends
                async for row in rows:
                    if sample_of(row["_id"]) in elsewhere:
                        continue
                    hardness = None if leg.number else row["hardness"]
                    found.append(Placed(asked.key_of(hardness, row["_id"]), hardness, row))
                    if len(found) == wanted:
                        return found
        return found

    async def _moved(self, job_id: str, began: int, present: int, session: Session) -> dict[str, float | None]:
        """What has moved in the list that began at `began`; of each item the first move says what it had then."""
        found = self._lists.setdefault((job_id, began), _Moved(began))
        self._lists.move_to_end((job_id, began))
        async for sample_id, hardness in moved_since(self._moves, job_id, found.read_until, present, session):
            found.was.setdefault(sample_id, hardness)
        found.read_until = max(found.read_until, present)
        forget_oldest(self._lists, lambda each: len(each.was))
        return found.was
