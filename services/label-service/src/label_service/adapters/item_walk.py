"""A walk through items in the order of an index, and the look at those whose labels leave."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from label_service.adapters.item_keys import sample_of
from label_service.adapters.item_queries import Query
from label_service.application.reading import Assigned, ItemRow
from label_service.application.weights import most_bytes, weight_of
from label_service.domain.answers import Answer, answer_to_show, labels_of, present_labels
from label_service.domain.filters import ItemFilter
from label_service.domain.items import NEW, State
from label_service.domain.label_set import LabelSet
from label_service.domain.matching import Matcher
from label_service.domain.ownership import assignees_of, is_done
from label_service.domain.reviews import review_of
from labelstream_common.mongo import Collection, Session

ROW = {"job": 0, "facets": 0, "hash": 0}
_ROWS_AT_ONCE = 250


async def walk(
    items: Collection,
    query: Query,
    order: list[tuple[str, int]],
    look: "Look",
    *,
    wanted: int,
    limited: bool = True,
    fields: Mapping[str, int] = ROW,
    session: Session | None = None,
) -> AsyncGenerator[dict[str, Any], None]:
    """The rows that a look shows to match. Usually `wanted` are taken; `limited`: never more."""
    rows = items.find(query, fields, session=session).sort(order).batch_size(min(wanted, _ROWS_AT_ONCE) + 1)
    if limited and look.is_needless:
        rows = rows.limit(wanted)
    try:
        while chunk := await rows.to_list(_ROWS_AT_ONCE):
            for row in chunk:
                if look.matches(row):
                    yield row
    finally:
        await rows.close()


class Look:
    """The look at rows that carry hidden labels: as people see them, do they match?"""

    def __init__(self, wanted: ItemFilter, labels: LabelSet) -> None:
        self._labels = labels
        self._settling = labels.settling
        self._matcher = Matcher(wanted, labels.meant)
        self._account_id = wanted.answers_of

    @property
    def is_needless(self) -> bool:
        return not self._settling

    def matches(self, row: dict[str, Any]) -> bool:
        if not self._settling:
            return True
        stored = _stored(row)
        settled = self._settling(stored)
        if settled is stored or self._answer(row) is not None:  # the query looks at keys of answers itself
            return True
        return self._matcher.matches_state(settled)

    def shown(self, row: dict[str, Any]) -> ItemRow:
        settled = self._seen(row)
        return ItemRow(
            sample_id=sample_of(row["_id"]),
            path=row["path"],
            labels=settled.labels,
            hard=row["hard"],
            hardness=row.get("hardness"),
            version=row["version"],
            commits=row["commits"],
            added_seq=row["added_seq"],
            etag=row.get("etag"),
            content_changed=settled.content_changed,
            assignees=_assigned(row, settled),
            state=settled.sample_state,
            reason=row.get("reason"),
            review=settled.review,
            agreement=row.get("agreement"),
        )

    def _answer(self, row: Mapping[str, Any]) -> Answer | None:
        return None if self._account_id is None else answer_to_show(row, self._account_id)

    def _seen(self, row: Mapping[str, Any]) -> State:
        answer = self._answer(row)
        if answer is None:
            return self._settling(_stored(row))
        labels = labels_of({**answer, "labels": present_labels(answer["labels"], self._labels)})
        return _stored(row)._replace(labels=labels, review=None)

    def weight(self, row: ItemRow) -> int:
        """About how many bytes of a reply it takes."""
        label_ids = (one["label_id"] for one in row.labels)
        names = {label_id: self._labels.name(label_id) for label_id in label_ids if self._labels.knows(label_id)}
        reason = row.review.reason if row.review else None
        return weight_of(row.path, row.labels, names) + 2 * most_bytes(reason or "")


def _stored(row: Mapping[str, Any]) -> State:
    return State(
        row["labels"],
        row["hard"],
        None,
        bool(row.get("content_changed")),
        row.get("state") or NEW,
        review_of(row.get("review")),
    )


def _assigned(row: Mapping[str, Any], seen: State) -> Sequence[Assigned]:
    if not row.get("assignees"):
        return ()
    item = {**row, "labels": seen.labels}
    return [
        Assigned(one["account_id"], is_done(item, one["account_id"]), one.get("until")) for one in assignees_of(item)
    ]
