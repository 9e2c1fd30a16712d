"""Deleting and merging labels: hidden in one small commit, then taken off (or turned) chunk by chunk, with events."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from label_service.application.labels import MOST_TOLD, labels_restored, origin_by
from label_service.application.lanes import MAX_ITEMS_OF_COMMIT, Lanes
from label_service.application.reading import Items, counted_job
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import (
    Command,
    HideLabel,
    HideMerged,
    Outcome,
    PurgeLabels,
    PutLabelsBack,
    TakeLabelOff,
    TurnInto,
)
from label_service.domain.errors import JobClosed, JobNotFound
from label_service.domain.label_management import merged
from label_service.domain.labels import LabelNameTaken, TooManyLabels
from label_service.domain.working_copy import Origin
from labelstream_common.clock import Clock
from labelstream_common.messaging import UnitOfWorkFactory, audited
from labelstream_common.mongo import Session
from labelstream_common.operations import (
    Cancelling,
    Fence,
    Operation,
    OperationFinished,
    Operations,
    OperationState,
)
from labelstream_contracts import AuditAction, AuditRecorded, AuditSubject

DELETE, MERGE = "delete-label", "merge-labels"
PIECES_A_STEP = 8
_PIECES_QUEUED = 2
_PURGED_A_STEP = 200


async def touched(items: Items, job_id: str, label_ids: Sequence[str]) -> dict[str, Any]:
    """What taking labels off would touch. Raises LabelNotFound."""
    _, labels = await counted_job(items, job_id)
    found = [labels.get(label_id) for label_id in label_ids]
    chosen = {label.id for label in found}
    becoming = [source for source, end in labels.settling.sources.items() if end in chosen]
    return {
        "items": await items.count_carrying(job_id, [*chosen, *becoming]),
        "labels": [{"label_id": label.id, "name": label.name, "count": label.count} for label in found],
    }


async def touched_by_deletion(items: Items, job_id: str, label_id: str, *, takes_images: bool) -> dict[str, Any]:
    """What a deletion would touch, and how many images would go with the label. Raises LabelNotFound."""
    found = await touched(items, job_id, [label_id])
    return {**found, "images": await items.count_going_with(job_id, label_id) if takes_images else 0}


async def touched_by_merge(items: Items, job_id: str, sources: Sequence[str], into: str) -> dict[str, Any]:
    """What a merge would touch. Raises UnknownLabel, MergeIntoItself."""
    _, found = merged(await items.labels(job_id), sources, into)
    return await touched(items, job_id, [label.id for label in found])


async def delete_label(
    job_id: str,
    account_id: str,
    label_id: str,
    if_versions: frozenset[int] | None,
    *,
    takes_images: bool,
    lanes: Lanes,
    operations: Operations,
    unit_of_work: UnitOfWorkFactory,
    clock: Clock,
) -> Operation:
    """Hides the label and queues the rest in the same commit."""
    origin = origin_by(account_id, clock)
    params = _params(job_id, account_id, origin) | {"label_ids": [label_id], "into": None}
    command = HideLabel(origin, label_id, if_versions, takes_images)
    about = AuditSubject(kind="label", id=label_id)
    entry = audited(AuditAction.DELETED, about, job_id=job_id, detail={"with_images": takes_images})
    return await _begin(
        job_id, command, DELETE, params, entry, lanes=lanes, operations=operations, unit_of_work=unit_of_work
    )


async def merge_labels(
    job_id: str,
    account_id: str,
    sources: Sequence[str],
    into: str,
    *,
    lanes: Lanes,
    operations: Operations,
    unit_of_work: UnitOfWorkFactory,
    clock: Clock,
) -> Operation:
    """Hides the sources and queues the turning of their items in the same commit."""
    sources = list(dict.fromkeys(sources))
    origin = origin_by(account_id, clock)
    params = _params(job_id, account_id, origin) | {"label_ids": sources, "into": into}
    command = HideMerged(origin, sources, into)
    detail = {"merged": sources[:MOST_TOLD], "count": len(sources)}
    about = AuditSubject(kind="label", id=into)
    entry = audited(AuditAction.LABELS_MERGED, about, job_id=job_id, detail=detail)
    return await _begin(
        job_id, command, MERGE, params, entry, lanes=lanes, operations=operations, unit_of_work=unit_of_work
    )


def _params(job_id: str, account_id: str, origin: Origin) -> dict[str, Any]:
    return {"job_id": job_id, "account_id": account_id, "change_id": origin.change_id, "at": origin.at}


async def _begin(
    job_id: str,
    command: Command,
    kind: str,
    params: dict[str, Any],
    entry: AuditRecorded,
    *,
    lanes: Lanes,
    operations: Operations,
    unit_of_work: UnitOfWorkFactory,
) -> Operation:
    queued: list[Operation] = []

    async def alongside(session: Session, outcome: Outcome) -> Operation:
        # The first step counts how many items there are: that takes longer the more there are, and hiding must not.
        operation = await operations.start(
            kind,
            params,
            by=params["account_id"],
            session=session,
            scope=f"job:{job_id}",
            result=_result(params["change_id"], 0, 0, {}),
        )
        async with unit_of_work.within(session) as work:
            work.record(entry)
        queued[:] = [operation]  # the last run of the commit is the one that counts
        return operation

    await lanes.submit(job_id, command, alongside=alongside)
    return queued[0]


def cancelling(lanes: Lanes, operations: Operations, unit_of_work: UnitOfWorkFactory, clock: Clock) -> Cancelling:
    """How deletions and merges are cancelled: the labels come back, on the items that still carry them."""

    async def cancel(operation: Operation, account_id: str) -> Operation:
        return await put_back(
            operation, account_id, lanes=lanes, operations=operations, unit_of_work=unit_of_work, clock=clock
        )

    return Cancelling({DELETE: cancel, MERGE: cancel}, (LabelNameTaken, TooManyLabels, JobClosed))


async def put_back(
    operation: Operation,
    account_id: str,
    *,
    lanes: Lanes,
    operations: Operations,
    unit_of_work: UnitOfWorkFactory,
    clock: Clock,
) -> Operation:
    """Shows the labels again in the commit that ends the operation: no step of it can commit after that.

    Raises LabelNameTaken, TooManyLabels or JobClosed (the operation goes on), or OperationFinished.
    """

    async def alongside(session: Session, outcome: Outcome) -> None:
        await operations.end_cancelled(session, operation)
        async with unit_of_work.within(session) as work:
            work.record(entry)

    entry = labels_restored(operation.params["job_id"], operation.params["label_ids"])
    command = PutLabelsBack(origin_by(account_id, clock), operation.params["label_ids"])
    try:
        # As bulk work it is alone in its commit: when it has come too late, that fails nobody else's command.
        await lanes.submit(operation.params["job_id"], command, bulk=True, alongside=alongside)
    except JobNotFound:
        return await operations.cancel(operation.id)  # the job is deleted, and nobody sees its labels
    except (LabelNameTaken, TooManyLabels, JobClosed, OperationFinished):
        present = await operations.get(operation.id)
        if present.state is not OperationState.CANCELLED:  # else somebody else has cancelled it meanwhile
            raise
        return present
    return await operations.get(operation.id)


class TakeOffEverywhere:
    """Carries a deletion or a merge on. The items that still carry a label are what is left to do.

    The operation's cursor counts the `images` that go with them.
    """

    def __init__(
        self, items: Items, lanes: Lanes, operations: Operations, *, pieces_a_step: int = PIECES_A_STEP
    ) -> None:
        self._items = items
        self._lanes = lanes
        self._operations = operations
        self._pieces_a_step = pieces_a_step

    async def step(self, operation: Operation, fence: Fence) -> bool:
        params = operation.params
        job_id: str = params["job_id"]
        label_ids: list[str] = params["label_ids"]
        size = self._lanes.piece(job_id)
        # A piece that is smaller is so for others' sake, and after each step the runner pauses for them.
        pieces_now = self._pieces_a_step if size == MAX_ITEMS_OF_COMMIT else 1
        carrying = await self._items.carrying(job_id, label_ids, limit=size * pieces_now)
        total = operation.total
        if total is None:
            total = await self._items.count_carrying(job_id, label_ids)
        if carrying:
            pieces = [carrying[begin : begin + size] for begin in range(0, len(carrying), size)]
            await self._take_off(operation, fence, pieces, total)
            return False
        labels = await self._items.labels(job_id)
        left = [label_id for label_id in label_ids if labels.hides(label_id)]
        return await self._purge(operation, fence, left, total)

    async def _take_off(self, operation: Operation, fence: Fence, pieces: Sequence[Sequence[str]], total: int) -> None:
        """One piece commits while the next is planned. Once somebody comes who labels in the job, no further piece of
        this size begins: the next step asks for smaller ones."""
        queued: deque[asyncio.Task[None]] = deque()
        try:
            for piece in pieces:
                if len(queued) == _PIECES_QUEUED:
                    await queued.popleft()
                if self._lanes.piece(operation.params["job_id"]) < len(piece):
                    break
                queued.append(asyncio.create_task(self._piece(operation, fence, piece, total)))
            while queued:
                await queued.popleft()
        finally:
            # Where one failed or the step is cancelled, the others are over before the next step reads what is left.
            await asyncio.gather(*queued, return_exceptions=True)

    async def _piece(self, operation: Operation, fence: Fence, piece: Sequence[str], total: int) -> None:
        params = operation.params
        origin = self._origin(operation)
        command: Command = (
            TakeLabelOff(origin, params["label_ids"][0], piece)
            if params["into"] is None
            else TurnInto(origin, params["label_ids"], params["into"], piece)
        )

        async def alongside(session: Session, outcome: Outcome) -> None:
            await self._operations.advance_by(
                session,
                operation,
                fence,
                outcome.changed,
                total=total,
                added={
                    "result.changed": outcome.changed,
                    "result.images": outcome.images,
                    "cursor.images": outcome.images,
                },
                noted={"result.counts": dict(outcome.counts)},
            )

        await self._lanes.submit_piece(params["job_id"], command, alongside=alongside)

    async def _purge(self, operation: Operation, fence: Fence, left: Sequence[str], total: int) -> bool:
        last = len(left) <= _PURGED_A_STEP
        images: int = (operation.cursor or {}).get("images", 0)

        async def alongside(session: Session, outcome: Outcome) -> None:
            if last:
                result = _result(outcome.change_id, operation.done, images, outcome.counts)
                await self._operations.finish(session, operation, fence, result, done=operation.done)
            else:
                await self._operations.advance(session, operation, fence, total=total, cursor={"images": images})

        command = PurgeLabels(self._origin(operation), left[:_PURGED_A_STEP], operation.done)
        await self._lanes.submit(operation.params["job_id"], command, bulk=True, alongside=alongside)
        return last

    def _origin(self, operation: Operation) -> Origin:
        params = operation.params
        cause = Cause.LABEL_DELETED if params["into"] is None else Cause.LABEL_MERGED
        return Origin(params["change_id"], Actor(ActorKind.PERSON, params["account_id"]), cause, params["at"])


def _result(change_id: str, changed: int, images: int, counts: Mapping[str, int]) -> dict[str, Any]:
    return {"change_id": change_id, "changed": changed, "images": images, "counts": dict(counts)}
