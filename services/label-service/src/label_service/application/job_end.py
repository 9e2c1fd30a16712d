"""The end of a deleted job's items: their keys end on the topic, and they leave the database."""

from collections.abc import Sequence

from label_service.application.acceptance_ports import Acceptances
from label_service.application.lanes import Lanes
from label_service.application.reading import Items
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import EndItems, Outcome
from label_service.domain.filters import ItemFilter
from label_service.domain.label_set import LabelSet
from label_service.domain.working_copy import Origin
from labelstream_common.clock import Clock
from labelstream_common.ids import new_id
from labelstream_common.mongo import Session
from labelstream_common.operations import Fence, Operation, Operations

END_JOB = "end-job"


async def start_end(job_id: str, actor: Actor, *, operations: Operations, clock: Clock, session: Session) -> None:
    """Queues it in the transaction that marks the job as deleted."""
    params = {
        "job_id": job_id,
        "change_id": new_id(),
        "actor": {"kind": actor.kind.value, "id": actor.id},
        "at": clock.now(),
    }
    await operations.start(END_JOB, params, by=actor.id, session=session, scope=f"job:{job_id}", limited=False)


class EndJob:
    """Carries it on; a piece of what is left a step."""

    def __init__(self, items: Items, acceptances: Acceptances, lanes: Lanes, operations: Operations) -> None:
        self._items = items
        self._acceptances = acceptances
        self._lanes = lanes
        self._operations = operations

    async def step(self, operation: Operation, fence: Fence) -> bool:
        job_id = operation.params["job_id"]
        limit = self._lanes.piece(job_id)
        left = await self._items.matching(job_id, ItemFilter(), LabelSet([]), after=None, limit=limit)
        last = len(left) < limit
        if last:
            await self._acceptances.forget(job_id)

        async def alongside(session: Session, outcome: Outcome) -> None:
            done = operation.done + outcome.changed
            if last:
                await self._operations.finish(session, operation, fence, {"items": done}, done=done)
            else:
                await self._operations.advance(session, operation, fence, done=done)

        return await self._lanes.submit_piece(job_id, _ending(operation, left), alongside=alongside) and last


def _ending(operation: Operation, sample_ids: Sequence[str]) -> EndItems:
    params = operation.params
    actor = Actor(ActorKind(params["actor"]["kind"]), params["actor"]["id"])
    return EndItems(Origin(params["change_id"], actor, Cause.SAMPLE_REMOVED, params["at"]), sample_ids)
