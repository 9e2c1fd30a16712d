"""Undo: items that nobody has changed since a change go back to what they were before it; the others are listed."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from label_service.application.bulk import SeesOwnItemsOnly, added_up, everybody_sees_all, nothing_yet
from label_service.application.change_feed import ChangeFeed
from label_service.application.known_answers import AnsweredItems
from label_service.application.labels import labels_restored
from label_service.application.lanes import Lanes
from label_service.application.ports import CommandTooLarge
from label_service.application.reading import Items, check_open
from label_service.application.undoing import Undoing, read_change
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import Outcome, PutLabelsBack, RenameBack, Restore
from label_service.domain.working_copy import Origin
from labelstream_common.access import JobRight
from labelstream_common.ids import new_id
from labelstream_common.messaging import UnitOfWorkFactory
from labelstream_common.mongo import Session, retried
from labelstream_common.operations import Fence, Operation, OperationFinished, Operations

UNDO = "undo-change"


async def undo_small(job_id: str, change_id: str, origin: Origin, undoing: Undoing, *, lanes: Lanes) -> Outcome | None:
    """Undoes a change of up to 1,000 items, or a renaming, in one commit; None if it is too large for that."""
    if undoing.renamed:
        renaming = undoing.renamed[0]
        return await lanes.submit(job_id, RenameBack(origin, renaming.label_id, renaming.before, renaming.after))
    try:
        return await lanes.submit(job_id, Restore(origin, undoing.states, undoing.answered, change_id))
    except CommandTooLarge:
        return None  # the caller starts an operation, which works in pieces


def right_to_undo(operation: Operation) -> JobRight:
    """What somebody must be allowed for their undo to go on."""
    return JobRight.REVIEW if operation.params.get("judges") else JobRight.LABEL


@retried
async def start_undo(
    job_id: str,
    change_id: str,
    origin: Origin,
    *,
    judges: bool = False,
    items: Items,
    operations: Operations,
    unit_of_work: UnitOfWorkFactory,
) -> Operation:
    """Queues the undo of a change that one commit cannot hold. Raises TooManyOperations, JobNotFound or JobClosed."""
    await operations.check_room(origin.actor.id, scope_of(job_id))
    await check_open(job_id, items)
    async with unit_of_work() as work:
        operation = await _queue(job_id, change_id, origin, judges=judges, operations=operations, session=work.session)
        work.returns(operation)
    return operation


async def put_labels_back(
    job_id: str,
    change_id: str,
    origin: Origin,
    label_ids: Sequence[str],
    *,
    items: Items,
    lanes: Lanes,
    operations: Operations,
    unit_of_work: UnitOfWorkFactory,
) -> Operation:
    """Shows labels again that a change deleted or merged, and queues the return to its items in the same commit.

    What still tidies up behind that change ends. Raises LabelNameTaken or TooManyLabels.
    """
    purged = await items.purged(job_id, label_ids)
    under_way = [one for one in await operations.open_in(scope_of(job_id)) if one.params.get("change_id") == change_id]
    queued: list[Operation] = []
    entry = labels_restored(job_id, label_ids)

    async def alongside(session: Session, outcome: Outcome) -> Operation:
        for one in under_way:
            with suppress(OperationFinished):  # then nothing is left to tidy up
                await operations.end_cancelled(session, one)
        queued[:] = [await _queue(job_id, change_id, origin, operations=operations, session=session)]
        async with unit_of_work.within(session) as work:
            work.record(entry)
        return queued[0]

    await lanes.submit(job_id, PutLabelsBack(origin, label_ids, change_id, purged), alongside=alongside)
    return queued[0]


async def _queue(
    job_id: str,
    change_id: str,
    origin: Origin,
    *,
    judges: bool = False,
    operations: Operations,
    session: Session,
) -> Operation:
    params = {
        "job_id": job_id,
        "undone": change_id,
        "judges": judges,
        "change_id": origin.change_id,
        "account_id": origin.actor.id,
        "at": origin.at,
    }
    return await operations.start(
        UNDO,
        params,
        by=origin.actor.id,
        session=session,
        scope=scope_of(job_id),
        result=nothing_yet(origin.change_id),
    )


def scope_of(job_id: str) -> str:
    return f"job:{job_id}"


def undo_origin(account_id: str, at: datetime, *, own_only: bool = False) -> Origin:
    return Origin(new_id(), Actor(ActorKind.PERSON, account_id), Cause.UNDO, at, own_only)


class UndoLarge:
    """Carries the undo of a large change on. In such a change every item has one entry: it walked them once."""

    def __init__(
        self,
        log: ChangeFeed,
        answers: AnsweredItems,
        lanes: Lanes,
        operations: Operations,
        own_only: SeesOwnItemsOnly = everybody_sees_all,
    ) -> None:
        self._log = log
        self._answers = answers
        self._lanes = lanes
        self._operations = operations
        self._own_only = own_only

    async def step(self, operation: Operation, fence: Fence) -> bool:
        params = operation.params
        cursor = operation.cursor or {"after": 0}
        undoing, complete = await self._piece(params, cursor["after"])

        async def alongside(session: Session, outcome: Outcome) -> None:
            total = added_up(operation.result, outcome)
            if complete:
                await self._operations.finish(session, operation, fence, total, done=total["changed"])
            else:
                following = {"after": undoing.last or cursor["after"]}
                await self._operations.advance(
                    session, operation, fence, done=total["changed"], cursor=following, result=total
                )

        own_only = await self._own_only(params["account_id"], params["job_id"])
        actor = Actor(ActorKind.PERSON, params["account_id"])
        origin = Origin(params["change_id"], actor, Cause.UNDO, params["at"], own_only)
        command = Restore(origin, undoing.states, undoing.answered, params["undone"])
        return await self._lanes.submit_piece(params["job_id"], command, alongside=alongside) and complete

    async def _piece(self, params: Mapping[str, Any], after: int) -> tuple[Undoing, bool]:
        """The next that is undone, and whether it is the last: open answers first, they are in no log."""
        limit = self._lanes.piece(params["job_id"])
        found = await self._answers.given_in(params["job_id"], params["account_id"], params["undone"], limit)
        if not found:
            return await read_change(self._log, params["job_id"], params["undone"], after=after, limit=limit)
        undoing = Undoing()
        undoing.answered = found
        return undoing, False
