"""Filters and sorts as MongoDB queries: each page is one range of one index, never a skip."""

import re
from typing import Any, NamedTuple

from bson.binary import Binary

from label_service.adapters.item_keys import job_bytes, job_range, sample_bytes, sample_of
from label_service.domain.filters import ItemFilter, Sort
from label_service.domain.labels import Label, LabelSet, in_nfc
from labelstream_common.mongo import CursorValue, InvalidCursor, decode_cursor, encode_cursor

Query = dict[str, Any]


class NothingMatches(Exception):
    """The filter names something that is not there, so no item can match it."""


def query_of(job_id: str, wanted: ItemFilter, labels: LabelSet) -> Query:
    """The query of a filter. Raises NothingMatches."""
    low, high = job_range(job_bytes(job_id))
    query: Query = {"_id": {"$gte": Binary(low), "$lte": Binary(high)}}
    every: list[Query] = [{"facets": facet} for facet in _facets(wanted)]
    every += _label_queries(wanted, labels)
    every += _path_queries(job_id, wanted)
    every += _time_queries(wanted)
    for field in ("assignee", "review"):
        value = getattr(wanted, field)
        if value is not None:
            every.append({field if field == "assignee" else "review.state": value})
    if wanted.source is not None:
        every.append({"labels.source": wanted.source})
    if wanted.confidence_above is not None:
        every.append({"labels": {"$elemMatch": {"source": "model", "confidence": {"$gt": wanted.confidence_above}}}})
    if every:
        query["$and"] = every
    return query


def _facets(wanted: ItemFilter) -> list[str]:
    facets = []
    if wanted.labeled_by is not None:
        facets.append(f"b:{wanted.labeled_by}")
    if wanted.hard:
        facets.append("h")
    if wanted.status is not None:
        facets.append(f"s:{wanted.status}")
    return facets


def _label_queries(wanted: ItemFilter, labels: LabelSet) -> list[Query]:
    queries: list[Query] = [] if wanted.hard is not False else [{"hard": False}]
    if not wanted.labels:
        return queries
    found: list[Label | None] = [labels.find(in_nfc(reference)) for reference in wanted.labels]
    known = [f"l:{label.id}" for label in found if label is not None]
    if not known or (wanted.label_match == "all" and len(known) < len(found)):
        raise NothingMatches
    if wanted.label_match == "all":
        return queries + [{"facets": facet} for facet in dict.fromkeys(known)]
    return [*queries, {"facets": {"$in": list(dict.fromkeys(known))}} if len(known) > 1 else {"facets": known[0]}]


def _path_queries(job_id: str, wanted: ItemFilter) -> list[Query]:
    if not wanted.path:
        return []
    if wanted.path.endswith("*"):
        span = {"$gte": wanted.path[:-1], "$lt": wanted.path[:-1] + "\U0010ffff"}
        job = Binary(job_bytes(job_id))
        return [{"$or": [{"job": job, "path": span}, {"job": job, "name": span}]}]
    if "\0" in wanted.path:
        raise NothingMatches  # no path has one, and a regular expression must not
    return [{"path": {"$regex": re.escape(wanted.path), "$options": "i"}}]


def _time_queries(wanted: ItemFilter) -> list[Query]:
    bounds: Query = {}
    if wanted.labeled_after is not None:
        bounds["$gt"] = wanted.labeled_after
    if wanted.labeled_before is not None:
        bounds["$lt"] = wanted.labeled_before
    return [{"labeled_at": bounds}] if bounds else []


class Leg(NamedTuple):
    """One stretch of a sorted list: items that have the sort's field, then those that have not."""

    number: int
    query: Query
    sort: list[tuple[str, int]]


_TYPES = {"labeled_at": "date", "hardness": "number"}


def legs_of(job_id: str, query: Query, sort: Sort, cursor: str | None) -> list[Leg]:
    """What is left of the list after `cursor`, in order. Raises InvalidCursor."""
    direction = -1 if sort.descending else 1
    number, value, key = _place(job_id, sort, cursor) if cursor else (0, None, None)
    if sort.field == "added":
        after = {} if key is None else {"_id": {"$gt" if direction == 1 else "$lt": key}}
        return [Leg(0, _both(query, after), [("_id", direction)])]
    legs = []
    present: Query = {sort.field: {"$type": _TYPES[sort.field]}} if sort.field in _TYPES else {}
    if number == 0:
        after = {} if key is None else _after_value(sort.field, value, key, direction)
        first = _both(_both(query, {"job": Binary(job_bytes(job_id)), **present}), after)
        legs.append(Leg(0, first, [(sort.field, direction), ("_id", direction)]))
    if sort.field in _TYPES:
        bound = {"_id": {"$gt" if direction == 1 else "$lt": key}} if number == 1 else {}
        legs.append(Leg(1, _both(_both(query, {sort.field: None}), bound), [("_id", direction)]))
    return legs


def cursor_after(sort: Sort, leg: Leg, row: dict[str, Any]) -> str:
    """The cursor that goes on after `row`."""
    value = None if leg.number or sort.field == "added" else row[sort.field]
    return encode_cursor(f"items {sort}", leg.number, value, sample_of(row["_id"]))


def _both(one: Query, other: Query) -> Query:
    return {"$and": [one, other]} if other else one


def _place(job_id: str, sort: Sort, cursor: str) -> tuple[int, CursorValue, Binary]:
    number, value, sample_id = decode_cursor(cursor, f"items {sort}", 3)
    if number not in (0, 1):
        raise InvalidCursor
    return int(number), value, _key(job_id, sample_id)  # type: ignore[arg-type]  # it is 0 or 1


def _after_value(field: str, value: CursorValue, key: Binary, direction: int) -> Query:
    beyond = "$gt" if direction == 1 else "$lt"
    return {"$or": [{field: {beyond: value}}, {field: value, "_id": {beyond: key}}]}


def _key(job_id: str, sample_id: CursorValue) -> Binary:
    raw = sample_bytes(sample_id) if isinstance(sample_id, str) else None
    if raw is None:
        raise InvalidCursor
    return Binary(job_bytes(job_id) + raw)
