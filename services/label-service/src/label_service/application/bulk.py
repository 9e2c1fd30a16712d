"""Work on more items than one commit holds: an operation that goes on chunk by chunk, and after any crash.

A chunk and the operation's progress commit together, so each item is looked at once, whatever happens. "Everything that
matches" is walked by id.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from label_service.application.annotating import Edit, Request, command_of
from label_service.application.lanes import Lanes
from label_service.application.reading import Items, job_of
from label_service.domain.annotating import check_annotate
from label_service.domain.commands import Annotate, Command, Outcome
from label_service.domain.filters import ItemFilter
from labelstream_common.messaging import UnitOfWorkFactory
from labelstream_common.mongo import Session, retried
from labelstream_common.operations import Fence, Operation, Operations

EDIT = "edit-items"


@retried
async def start_edit(
    request: Request,
    *,
    sample_ids: Sequence[str] | None,
    wanted: ItemFilter | None,
    items: Items,
    operations: Operations,
    unit_of_work: UnitOfWorkFactory,
) -> Operation:
    """Queues an edit of many items: `sample_ids`, or everything that matches `wanted`.

    Raises what the edit's labels would be refused for, so that the caller learns it at once.
    """
    labels = await items.labels(request.job_id)
    command = command_of(request, ())
    if isinstance(command, Annotate):
        check_annotate(labels, command)
    total = (
        len(set(sample_ids))
        if sample_ids is not None
        else await items.count(request.job_id, wanted or ItemFilter(), labels)
    )
    params = {
        "job_id": request.job_id,
        "change_id": request.change_id,
        "account_id": request.account_id,
        "at": request.at,
        "edit": request.edit.resolved({label.name: label.id for label in labels if not label.hidden}).stored(),
        "expect": [[sample_id, version] for sample_id, version in request.expect.items()],
        "sample_ids": list(dict.fromkeys(sample_ids)) if sample_ids is not None else None,
        "filter": stored_filter(wanted) if wanted is not None else None,
    }
    async with unit_of_work() as work:
        operation = await operations.start(
            EDIT, params, by=request.account_id, session=work.session, total=total, scope=f"job:{request.job_id}"
        )
        work.returns(operation)
    return operation


class EditMany:
    """Carries an edit on; one chunk a step."""

    def __init__(self, items: Items, lanes: Lanes, operations: Operations) -> None:
        self._items = items
        self._lanes = lanes
        self._operations = operations

    async def step(self, operation: Operation, fence: Fence) -> bool:
        params = operation.params
        cursor = operation.cursor or {"place": 0, "after": None, "edit": params["edit"], "outcome": None}
        chunk, last = await self._chunk(params, cursor)
        request = Request(
            params["job_id"],
            params["change_id"],
            params["account_id"],
            params["at"],
            Edit.restored(cursor["edit"]),
            dict(params["expect"]),
        )
        so_far = cursor["outcome"]

        async def alongside(session: Session, outcome: Outcome) -> None:
            total = added_up(so_far, outcome)
            if last:
                await self._operations.finish(session, operation, fence, total, done=total["changed"])
                return
            ids = {label["name"]: label["id"] for label in total["created_labels"]}
            following = {
                "place": cursor["place"] + len(chunk),
                "after": chunk[-1],
                "edit": request.edit.resolved(ids).stored(),
                "outcome": total,
            }
            await self._operations.advance(session, operation, fence, done=total["changed"], cursor=following)

        command: Command = command_of(request, chunk)
        await self._lanes.submit(params["job_id"], command, bulk=True, alongside=alongside)
        return last

    async def _chunk(self, params: Mapping[str, Any], cursor: Mapping[str, Any]) -> tuple[list[str], bool]:
        """The next items, and whether they are the last."""
        size = self._lanes.piece(params["job_id"])
        if params["sample_ids"] is not None:
            end = cursor["place"] + size
            return params["sample_ids"][cursor["place"] : end], end >= len(params["sample_ids"])
        job = await job_of(self._items, params["job_id"])
        labels = await self._items.labels(job.job_id)
        chunk = await self._items.matching(
            job.job_id,
            restored_filter(params["filter"]),
            labels,
            after=cursor["after"],
            limit=size,
        )
        return chunk, len(chunk) < size


def added_up(so_far: Mapping[str, Any] | None, outcome: Outcome) -> dict[str, Any]:
    """The reply of a request whose chunks are counted together."""
    earlier = so_far or {"changed": 0, "unchanged": 0, "created_labels": [], "conflicts": [], "missing": []}
    return {
        "change_id": outcome.change_id,
        "changed": earlier["changed"] + outcome.changed,
        "unchanged": earlier["unchanged"] + outcome.unchanged,
        "created_labels": [
            *earlier["created_labels"],
            *({"id": label.id, "name": label.name, "color": label.color} for label in outcome.created_labels),
        ],
        "conflicts": [
            *earlier["conflicts"],
            *({"sample_id": one.sample_id, "version": one.version} for one in outcome.conflicts),
        ],
        "missing": [*earlier["missing"], *outcome.missing],
        "counts": dict(outcome.counts),
    }


def stored_filter(wanted: ItemFilter) -> dict[str, Any]:
    fields: dict[str, Any] = {name: getattr(wanted, name) for name in ItemFilter.__slots__}
    return {**fields, "labels": list(wanted.labels)}


def restored_filter(fields: Mapping[str, Any]) -> ItemFilter:
    return ItemFilter(**{**fields, "labels": tuple(fields["labels"])})
