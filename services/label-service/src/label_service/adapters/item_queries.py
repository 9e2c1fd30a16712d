"""Filters and sorts as MongoDB queries: each page is one range of one index, never a skip."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from bson.binary import Binary

from label_service.adapters.item_keys import job_bytes, job_range, sample_bytes, sample_of
from label_service.adapters.own_answers import either
from label_service.domain.answers import facets_of_agreement_below
from label_service.domain.filters import ItemFilter, Sort
from label_service.domain.items import IMPORT, IMPORTED, LABELED, PERSON, STATE_FACETS, UNLABELED, UNREADABLE, WAITING
from label_service.domain.label_set import LabelSet
from label_service.domain.matching import PathPattern
from label_service.domain.reviews import NO_REVIEW
from label_service.domain.settling import Settling
from labelstream_common.mongo import CursorValue, InvalidCursor, decode_cursor, encode_cursor

Query = dict[str, Any]


class NothingMatches(Exception):
    """The filter names something that is not there, so no item can match it."""


def query_of(job_id: str, wanted: ItemFilter, labels: LabelSet, among: Sequence[Binary] | None = None) -> Query:
    """The query of a filter. Raises NothingMatches.

    `among`: the items whose path matches, if they are few; see `label_service.adapters.path_search`.
    While labels are merged it finds a few items too many, which carry several labels that become one: whoever reads
    looks at each item that carries a hidden label.
    """
    low, high = job_range(job_bytes(job_id))
    query: Query = {"_id": {"$gte": Binary(low), "$lte": Binary(high)} if among is None else {"$in": among}}
    every = _by_labels(wanted, labels)
    if every and wanted.answers_of is not None:
        every = either(wanted, labels, every)
    if wanted.hard is not None:
        every.append({"facets": "h"} if wanted.hard else {"hard": False})
    if wanted.content_changed is not None:
        every.append({"facets": "c"} if wanted.content_changed else {"content_changed": {"$ne": True}})
    if wanted.state is not None:
        every.append({"facets": STATE_FACETS.get(wanted.state, {"$nin": sorted(STATE_FACETS.values())})})
    if wanted.agreement_below is not None:
        facets = facets_of_agreement_below(wanted.agreement_below)
        every.append({"facets": {"$in": facets}, "agreement": {"$lt": wanted.agreement_below}})
    if wanted.path and among is None:
        every += path_queries(PathPattern(wanted.path))
    every += _ownership(wanted)
    if every:
        query["$and"] = every
    return query


def _ownership(wanted: ItemFilter) -> list[Query]:
    """Whose items are asked for, and whose may be seen."""
    now = wanted.at or datetime.now(UTC)
    queries = [held_by(wanted.owned_by, now)] if wanted.owned_by is not None else []
    if wanted.assignee == "none":
        queries.append({"assignees": {"$not": {"$elemMatch": valid_assignee(now)}}})
    elif wanted.assignee is not None and wanted.assignee != wanted.owned_by:
        queries.append(held_by(wanted.assignee, now))
    return queries


def held_by(account_id: str, now: datetime) -> Query:
    """The items that are somebody's now."""
    return {"facets": f"a:{account_id}", **assigned_to(account_id, now)}


def assigned_to(account_id: str, now: datetime) -> Query:
    """`held_by` where the items are named, so that no index is needed."""
    return {"assignees": {"$elemMatch": {"account_id": account_id, **valid_assignee(now)}}}


def valid_assignee(now: datetime) -> Query:
    """An assignee whose lease, if the item is leased, has not run out."""
    return {"$or": [{"until": None}, {"until": {"$gt": now}}]}


def _by_labels(wanted: ItemFilter, labels: LabelSet) -> list[Query]:
    """All that is asked of labels and reviews."""
    settling = labels.settling
    every = _given_by(wanted, settling)
    if wanted.status is not None:
        every += _status(wanted.status, settling)
    every += _label_queries(wanted, labels)
    every += _time_queries(wanted, settling)
    if wanted.review is not None:
        every += _review(wanted.review, settling)
    return every


def facets_of(label_ids: Iterable[str]) -> list[str]:
    return [f"l:{label_id}" for label_id in label_ids]


def entry_with(settling: Settling, **conditions: Any) -> Query:
    """An item with a label that people see and that is so."""
    if settling.gone:
        conditions["label_id"] = {"$nin": sorted(settling.gone)}
    return {"labels": {"$elemMatch": conditions}}


def _status(status: str, settling: Settling) -> list[Query]:
    """Deleted labels that items still carry are not there; a merge changes no status."""
    if not settling.gone:
        return [{"facets": f"s:{status}"}]
    counts, shows = entry_with(settling, source={"$nin": list(WAITING)}), entry_with(settling)
    if status == LABELED:
        return [{"facets": f"s:{status}"}, counts]
    maybe = {"facets": {"$in": [f"s:{status}", *facets_of(sorted(settling.gone))]}}
    if status == UNLABELED:
        return [maybe, {"facets": {"$ne": STATE_FACETS[UNREADABLE]}}, {"$nor": [shows]}]
    return [maybe, shows, {"$nor": [counts]}]


def _review(state: str, settling: Settling) -> list[Query]:
    """An item whose last label is being deleted has no review any more, though one is still stored."""
    if state != NO_REVIEW:
        return [{"facets": f"r:{state}"}]
    if not settling.gone:
        return [{"review": None}]
    return [{"$or": [{"review": None}, {"facets": {"$in": facets_of(sorted(settling.gone))}}]}]


def _given_by(wanted: ItemFilter, settling: Settling) -> list[Query]:
    queries: list[Query] = []
    if wanted.labeled_by is not None:
        queries.append({"facets": f"b:{wanted.labeled_by}"})
        if settling.gone:
            queries.append(entry_with(settling, by=wanted.labeled_by, source=PERSON))
    if wanted.source is not None:
        source = {"$in": list(IMPORTED)} if wanted.source == IMPORT else wanted.source
        queries.append(entry_with(settling, source=source))
    if wanted.confidence_above is not None:
        queries.append(entry_with(settling, source={"$in": list(WAITING)}, confidence={"$gt": wanted.confidence_above}))
    return queries


def _label_queries(wanted: ItemFilter, labels: LabelSet) -> list[Query]:
    if not wanted.labels:
        return []
    found = [labels.meant(reference) for reference in wanted.labels]
    known = list(dict.fromkeys(label_id for label_id in found if label_id is not None))
    if not known or (wanted.label_match == "all" and None in found):
        raise NothingMatches
    becoming = {label_id: facets_of(labels.settling.becoming(label_id)) for label_id in known}
    if wanted.label_match == "all":
        return [_one_of(facets) for facets in becoming.values()]
    return [_one_of([facet for facets in becoming.values() for facet in facets])]


def _one_of(facets: list[str]) -> Query:
    return {"facets": {"$in": facets} if len(facets) > 1 else facets[0]}


def path_queries(pattern: PathPattern) -> list[Query]:
    """What a pattern finds among documents with a `path_key`. Raises NothingMatches."""
    if "\0" in pattern.text:
        raise NothingMatches  # no path has one, and a regular expression must not
    if not pattern.text:
        return []
    escaped = re.escape(pattern.text)
    if not pattern.is_prefix:
        return [{"path_key": {"$regex": escaped}}]
    whole = {"path_key": span_of(pattern.text)}
    return [whole if "/" in pattern.text else {"$or": [whole, {"path_key": {"$regex": f"/{escaped}[^/]*$"}}]}]


def span_of(text: str) -> Query:
    """The texts that begin so."""
    return {"$gte": text, "$lt": text + "\U0010ffff"}


def _time_queries(wanted: ItemFilter, settling: Settling) -> list[Query]:
    """The first instant of a window is not in it, the last is. A label that leaves an item can only make it older."""
    after = {} if wanted.labeled_after is None else {"$gt": wanted.labeled_after}
    before = {} if wanted.labeled_before is None else {"$lte": wanted.labeled_before}
    if not after and not before:
        return []
    if not settling or not before:
        return [{"labeled_at": after | before}]
    leaving = {"facets": {"$in": facets_of(sorted(settling.ends))}}
    return [{"labeled_at": after or {"$ne": None}}, {"$or": [{"labeled_at": before}, leaving]}]


class Leg(NamedTuple):
    """One stretch of a sorted list: items that have the sort's field, then those that have not."""

    number: int
    query: Query
    sort: list[tuple[str, int]]


_TYPES = {"labeled_at": "date", "hardness": "number"}


class Place(NamedTuple):
    """Where a page ended: in which leg, at which value and item; `began`: the `seq` at which the list began."""

    number: int = 0
    value: CursorValue = None
    key: Binary | None = None
    began: int | None = None


def legs_of(job_id: str, query: Query, sort: Sort, place: Place) -> list[Leg]:
    """What is left after a place, in order, of a list that an index of the items gives: of all but that by path."""
    direction = -1 if sort.descending else 1
    number, value, key, _ = place
    if sort.field == "added":
        after = {} if key is None else {"_id": {"$gt" if direction == 1 else "$lt": key}}
        return [Leg(0, _both(query, after), [("_id", direction)])]
    legs: list[Leg] = []
    present: Query = {sort.field: {"$type": _TYPES[sort.field]}}
    if number == 0:
        after = {} if key is None else _after_value(sort.field, value, key, direction)
        first = _both(_both(query, {"job": Binary(job_bytes(job_id)), **present}), after)
        legs.append(Leg(0, first, [(sort.field, direction), ("_id", direction)]))
    bound = {"_id": {"$gt" if direction == 1 else "$lt": key}} if number == 1 else {}
    legs.append(Leg(1, _both(_both(query, {sort.field: None}), bound), [("_id", direction)]))
    return legs


def cursor_after(sort: Sort, leg: Leg, row: dict[str, Any]) -> str:
    """The cursor that goes on after `row`."""
    value = None if leg.number or sort.field == "added" else row[sort.field]
    return cursor_at(sort, leg.number, value, sample_of(row["_id"]))


def cursor_at(sort: Sort, number: int, value: CursorValue, sample_id: str, began: int | None = None) -> str:
    return encode_cursor(f"items {sort}", number, value, sample_id, began)


def _both(one: Query, other: Query) -> Query:
    return {"$and": [one, other]} if other else one


def place_of(job_id: str, sort: Sort, cursor: str | None) -> Place:
    """Raises InvalidCursor."""
    if cursor is None:
        return Place()
    number, value, sample_id, began = decode_cursor(cursor, f"items {sort}", 4)
    if number not in (0, 1) or not (began is None or (type(began) is int and 0 <= began < 2**53)):
        raise InvalidCursor
    return Place(int(number), value, _key(job_id, sample_id), began)  # type: ignore[arg-type]  # it is 0 or 1


def _after_value(field: str, value: CursorValue, key: Binary, direction: int) -> Query:
    beyond = "$gt" if direction == 1 else "$lt"
    return {"$or": [{field: {beyond: value}}, {field: value, "_id": {beyond: key}}]}


def _key(job_id: str, sample_id: CursorValue) -> Binary:
    raw = sample_bytes(sample_id) if isinstance(sample_id, str) else None
    if raw is None:
        raise InvalidCursor
    return Binary(job_bytes(job_id) + raw)
