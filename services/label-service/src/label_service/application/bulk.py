"""Work on more items than one commit holds: an operation that goes on chunk by chunk, and after any crash.

A chunk and the operation's progress commit together, so each item is looked at once, whatever happens. "Everything that
matches" is walked by id.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from label_service.application.editing import (
    ItemEdit,
    cause_of,
    person_origin,
    resolved,
    restored,
    stored,
    with_new_labels,
)
from label_service.application.lanes import Lanes
from label_service.application.reading import Items, job_of
from label_service.domain.annotating import check_annotate
from label_service.domain.commands import Annotate, Outcome
from label_service.domain.filters import ItemFilter
from label_service.domain.label_set import LabelSet
from labelstream_common.access import JobRight
from labelstream_common.messaging import UnitOfWorkFactory
from labelstream_common.mongo import Session, retried
from labelstream_common.operations import MOST_EXAMPLES, Counted, Fence, Operation, Operations

EDIT = "edit-items"
SeesOwnItemsOnly = Callable[[str, str], Awaitable[bool]]
MOST_IDS = 10_000


@retried
async def start_edit(
    job_id: str,
    edit: ItemEdit,
    wanted: ItemFilter | None,
    *,
    items: Items,
    operations: Operations,
    unit_of_work: UnitOfWorkFactory,
) -> Operation:
    """Queues an edit of many items: of its own, or of everything that matches `wanted`.

    Raises TooManyOperations, JobNotFound, JobClosed, or what the edit's labels would be refused for: the caller
    learns it at once.
    """
    by = edit.origin.actor.id
    await operations.check_room(by, f"job:{job_id}")
    labels = await _labels_for(edit, job_id, items)
    sample_ids = list(dict.fromkeys(edit.sample_ids))
    total = len(sample_ids) if wanted is None else await items.count(job_id, wanted, labels)
    ids = {label.name: label.id for label in labels if not label.hidden}
    params = {
        "job_id": job_id,
        "change_id": edit.origin.change_id,
        "account_id": by,
        "at": edit.origin.at,
        "edit": stored(resolved(edit, ids)),
        "filter": None if wanted is None else stored_filter(wanted.resolved(ids)),
    }
    async with unit_of_work() as work:
        operation = await operations.start(
            EDIT,
            params,
            by=by,
            session=work.session,
            total=total,
            scope=f"job:{job_id}",
            entries=[[one, edit.expect.get(one)] for one in sample_ids] if wanted is None else None,
            result=nothing_yet(edit.origin.change_id),
        )
        work.returns(operation)
    return operation


async def _labels_for(edit: ItemEdit, job_id: str, items: Items) -> LabelSet:
    """The job's labels, if its state and they allow the edit."""
    job = await job_of(items, job_id)
    labels = await items.labels(job_id)
    complete = with_new_labels(edit)
    if isinstance(complete, Annotate):
        check_annotate(labels, complete)
    job.check_open()
    return labels


def right_for(operation: Operation) -> JobRight:
    """What somebody must be allowed for their edit to go on."""
    edit = operation.params["edit"]
    if edit["kind"] == "assign":
        return JobRight.MANAGE_ANNOTATORS
    return JobRight.REVIEW if edit["kind"] == "review" or edit.get("decides") else JobRight.LABEL


async def everybody_sees_all(_account_id: str, _job_id: str) -> bool:
    return False


class EditMany:
    """Carries an edit on; one chunk a step."""

    def __init__(
        self, items: Items, lanes: Lanes, operations: Operations, own_only: SeesOwnItemsOnly = everybody_sees_all
    ) -> None:
        self._items = items
        self._lanes = lanes
        self._operations = operations
        self._own_only = own_only

    async def step(self, operation: Operation, fence: Fence) -> bool:
        params = operation.params
        own_only = await self._own_only(params["account_id"], params["job_id"])
        cursor = operation.cursor or {"place": 0, "after": None, "edit": params["edit"]}
        chunk, last = await self._chunk(operation, cursor)
        edit = restored(
            cursor["edit"],
            person_origin(
                params["account_id"], cause_of(params["edit"]), params["at"], params["change_id"], own_only=own_only
            ),
            list(chunk),
            expect={sample_id: version for sample_id, version in chunk.items() if version is not None},
            only=restored_filter(params["filter"]) if params["filter"] is not None else None,
        )

        async def alongside(session: Session, outcome: Outcome) -> None:
            # What a request names it is told of by name, and it names no more than 10,000.
            listed = MOST_IDS if params["filter"] is None else MOST_EXAMPLES
            total = added_up(operation.result, outcome, listed=listed)
            if last:
                await self._operations.finish(session, operation, fence, total, done=total["changed"])
                return
            ids = {label["name"]: label["id"] for label in total["created_labels"]}
            following = {
                "place": cursor["place"] + len(chunk),
                "after": next(reversed(chunk)),
                "edit": stored(resolved(edit, ids)),
            }
            await self._operations.advance(
                session,
                operation,
                fence,
                done=total["changed"],
                total=still_expected(operation, outcome, len(chunk)),
                cursor=following,
                result=total,
            )

        return await self._lanes.submit_piece(params["job_id"], with_new_labels(edit), alongside=alongside) and last

    async def _chunk(self, operation: Operation, cursor: Mapping[str, Any]) -> tuple[dict[str, int | None], bool]:
        """The next items with the versions that they must have (None: any), and whether they are the last."""
        params = operation.params
        size = self._lanes.piece(params["job_id"])
        if params["filter"] is None:
            found = await self._operations.entries(operation, cursor["place"], size + 1)
            return dict(found[:size]), len(found) <= size
        job = await job_of(self._items, params["job_id"])
        labels = await self._items.labels(job.job_id)
        chunk = await self._items.matching(
            job.job_id,
            restored_filter(params["filter"]),
            labels,
            after=cursor["after"],
            limit=size,
        )
        return dict.fromkeys(chunk), len(chunk) < size


def nothing_yet(change_id: str) -> dict[str, Any]:
    """The reply of a request of which nothing was done: what an operation shows that is canceled at once."""
    return {
        "change_id": change_id,
        "changed": 0,
        "unchanged": 0,
        "created_labels": [],
        "conflicts": [],
        "conflict_count": 0,
        "missing": [],
        "missing_count": 0,
        "counts": {},
    }


def added_up(so_far: Mapping[str, Any] | None, outcome: Outcome, *, listed: int = MOST_EXAMPLES) -> dict[str, Any]:
    """The reply of a request whose chunks are counted together: all are counted, the first `listed` are listed."""
    earlier = so_far or nothing_yet(outcome.change_id)
    conflicts = Counted(earlier["conflict_count"], earlier["conflicts"]).plus(
        [{"sample_id": one.sample_id, "version": one.version} for one in outcome.conflicts], most=listed
    )
    missing = Counted(earlier["missing_count"], earlier["missing"]).plus(outcome.missing, most=listed)
    return {
        "change_id": outcome.change_id,
        "changed": earlier["changed"] + outcome.changed,
        "unchanged": earlier["unchanged"] + outcome.unchanged,
        "created_labels": [
            *earlier["created_labels"],
            *({"id": label.id, "name": label.name, "color": label.color} for label in outcome.created_labels),
        ],
        "conflicts": list(conflicts.examples),
        "conflict_count": conflicts.count,
        "missing": list(missing.examples),
        "missing_count": missing.count,
        "counts": dict(outcome.counts),
    }


def still_expected(operation: Operation, outcome: Outcome, looked_at: int) -> int | None:
    """`done` counts changed items, so `total` shrinks by each item that was looked at and did not change."""
    if operation.total is None:
        return None
    return max(operation.done + outcome.changed, operation.total - (looked_at - outcome.changed))


def stored_filter(wanted: ItemFilter) -> dict[str, Any]:
    fields: dict[str, Any] = {name: getattr(wanted, name) for name in ItemFilter.__slots__}
    return {**fields, "labels": list(wanted.labels)}


def restored_filter(fields: Mapping[str, Any]) -> ItemFilter:
    return ItemFilter(**{**fields, "labels": tuple(fields["labels"])})
