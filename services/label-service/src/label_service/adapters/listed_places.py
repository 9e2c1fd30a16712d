"""Where items stand in a list that began earlier, and the pages of it: what the orders that change while people label
share.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias, TypeVar

from label_service.adapters.item_keys import keys_of, sample_of
from label_service.adapters.item_queries import Place, Query, cursor_at
from label_service.adapters.item_walk import ROW, Look
from label_service.application.reading import ItemRow
from label_service.application.weights import MOST_BYTES_OF_PAGE
from label_service.domain.filters import Sort
from labelstream_common.mongo import Collection, CursorValue, Page, Session

T = TypeVar("T")

_AT_ONCE = 500
_LISTS_REMEMBERED, _MOVED_REMEMBERED = 20, 200_000
Key: TypeAlias = tuple[int, float, int]


class Placed(NamedTuple):
    """An item at its place in the list: as a key to compare by, and as the cursor says it."""

    key: Key
    value: CursorValue
    row: dict[str, Any]


class Asked(NamedTuple):
    """Which page is asked for. `began`: what the list's clock showed as it began."""

    job_id: str
    query: Query
    look: Look
    sort: Sort
    place: Place
    began: int

    def key(self, number: int, value: CursorValue, item: bytes | str) -> Key:
        """What places compare by: items that have the sort's field come first, whichever way the list goes."""
        direction = -1 if self.sort.descending else 1
        own = int.from_bytes(item[16:]) if isinstance(item, bytes) else int(item.replace("-", ""), 16)
        return number, direction * _number(value), direction * own

    def key_of(self, value: CursorValue, item: bytes | str) -> Key:
        return self.key(int(value is None), value, item)

    def is_left(self, key: Key) -> bool:
        """Whether this comes after the page before."""
        place = self.place
        return place.key is None or key > self.key(place.number, place.value, place.key)

    def page(self, rows: Sequence[Placed], limit: int) -> Page[ItemRow]:
        found: list[ItemRow] = []
        size = 0
        for one in rows[:limit]:
            found.append(self.look.shown(one.row))
            size += self.look.weight(found[-1])
            if size >= MOST_BYTES_OF_PAGE:
                break
        if len(found) == len(rows):
            return Page(found, None)
        last = rows[len(found) - 1]
        return Page(found, cursor_at(self.sort, last.key[0], last.value, found[-1].sample_id, self.began))


async def returning(
    items: Collection,
    asked: Asked,
    wanted: Mapping[str, Key],
    values: Mapping[str, CursorValue],
    *,
    limit: int,
    session: Session | None = None,
) -> list[Placed]:
    """The first of these moved items that match, as they are now, at the places they had."""
    found: list[Placed] = []
    ids = sorted(wanted, key=wanted.__getitem__)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        among = {"$and": [asked.query, {"_id": {"$in": keys_of(asked.job_id, some)}}]}
        rows = await items.find(among, ROW, session=session).batch_size(_AT_ONCE + 1).to_list(None)
        there = {sample_of(row["_id"]): row for row in rows if asked.look.matches(row)}
        found += [Placed(wanted[one], values[one], there[one]) for one in some if one in there]
        if len(found) >= limit:
            break
    return found


def forget_oldest(lists: "OrderedDict[tuple[str, int], T]", moved_in: Callable[[T], int]) -> None:
    """Keeps the lists that were read last, if they are not too much together; what is forgotten is read again."""
    while len(lists) > _LISTS_REMEMBERED or (len(lists) > 1 and sum(map(moved_in, lists.values())) > _MOVED_REMEMBERED):
        lists.popitem(last=False)


def _number(value: CursorValue) -> float:
    if isinstance(value, datetime):
        return value.timestamp()
    return float(value) if isinstance(value, int | float) else 0.0
