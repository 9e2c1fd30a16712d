"""Lists and counts for somebody with open answers, who sees these in place of the items' labels.

Items that they have answered are found by facets, one for each of `label_service.domain.answers.own_keys`.
"""

from collections.abc import Iterable
from typing import Any

from bson.binary import Binary

from label_service.adapters.item_keys import job_bytes, job_range
from label_service.domain.answers import own_facet
from label_service.domain.filters import ItemFilter
from label_service.domain.items import LABELED, PERSON
from label_service.domain.label_set import LabelSet
from label_service.domain.reviews import NO_REVIEW

Query = dict[str, Any]


def answered_with(job_id: str, label_ids: Iterable[str]) -> Query:
    """The items of a job with open answers that have one of these labels."""
    low, high = job_range(job_bytes(job_id))
    facets = [own_facet(f"l:{label_id}") for label_id in label_ids]
    return {"facets": {"$in": facets}, "_id": {"$gte": Binary(low), "$lte": Binary(high)}}


def answered(wanted: ItemFilter, labels: LabelSet) -> list[Query] | None:
    """What an item that `wanted.answers_of` has answered must be like to match; None if none can.

    The labels that are asked for have been found to be there.
    """
    account_id = wanted.answers_of
    if wanted.status not in (None, LABELED) or wanted.labeled_by not in (None, account_id):
        return None
    if wanted.source not in (None, PERSON) or wanted.confidence_above is not None:
        return None
    if wanted.review not in (None, NO_REVIEW):
        return None
    return [*_labels(wanted, labels), *_times(wanted)]


def _labels(wanted: ItemFilter, labels: LabelSet) -> list[Query]:
    found = [label_id for label_id in map(labels.meant, wanted.labels) if label_id is not None]
    facets = [
        [own_facet(f"{wanted.answers_of}:{each}") for each in labels.settling.becoming(label_id)]
        for label_id in dict.fromkeys(found)
    ]
    if not facets:
        return []
    if wanted.label_match == "all":
        return [{"facets": {"$in": some}} for some in facets]
    return [{"facets": {"$in": [facet for some in facets for facet in some]}}]


def answered_by(account_id: str) -> Query:
    """The items that somebody has answered and sees their answer of."""
    return {"facets": own_facet(account_id)}


def not_answered_by(account_id: str) -> Query:
    """All others. No index helps: it is looked at item by item, among those that another condition finds."""
    return {"own": {"$ne": account_id}}


def _times(wanted: ItemFilter) -> list[Query]:
    after = {} if wanted.labeled_after is None else {"$gt": wanted.labeled_after}
    before = {} if wanted.labeled_before is None else {"$lte": wanted.labeled_before}
    if not after and not before:
        return []
    return [{"answers": {"$elemMatch": {"by": wanted.answers_of, "at": after | before}}}]


def either(wanted: ItemFilter, labels: LabelSet, by_labels: list[Query]) -> list[Query]:
    """`by_labels` of the items that they have not answered, or what `answered` says of those that they have."""
    account_id = wanted.answers_of
    assert account_id is not None, "somebody's answers are meant"  # noqa: S101 - states the contract to the reader
    others = {"$and": [not_answered_by(account_id), *by_labels]}
    own = answered(wanted, labels)
    return [others] if own is None else [{"$or": [others, {"$and": [answered_by(account_id), *own]}]}]
