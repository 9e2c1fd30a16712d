"""Labels that came with a dataset's data, and for which a job has no room: which images brought them.

They come in by an operation, once somebody has made room: what people want the room for is theirs to say.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

from label_service.application.items_follower import FOLLOWER, valid_labels
from label_service.application.lanes import Lanes
from label_service.application.reading import Items, check_open, job_of
from label_service.domain.actors import Cause
from label_service.domain.commands import ArrivingSample, BringLeftOut, Outcome
from label_service.domain.working_copy import Origin
from labelstream_common.clock import Clock
from labelstream_common.ids import new_id
from labelstream_common.messaging import UnitOfWorkFactory
from labelstream_common.mongo import Page, Session, retried
from labelstream_common.operations import Fence, Operation, Operations

BRING_IN = "bring-in-left-out-labels"


class ImageLeftOut(NamedTuple):
    """An image, and the names of those of its labels that the job has no room for."""

    sample_id: str
    path: str
    labels: Sequence[str]


class LeftOutLabels(Protocol):
    async def page(self, job_id: str, after: str | None, limit: int) -> Sequence[ImageLeftOut]:
        """In the order of ids. It may be shorter than `limit` where names are long, but not empty before the end."""
        ...

    async def count(self, job_id: str) -> int:
        """How many images there are."""
        ...

    async def applied_rev(self, job_id: str) -> int:
        """Up to where the job has followed its dataset. Raises JobNotFound."""
        ...

    async def samples(self, sample_ids: Sequence[str]) -> Sequence[ArrivingSample]:
        """These samples as their dataset has them."""
        ...


class LeftOutPage(NamedTuple):
    """One page, and how many images there are in all."""

    images: Page[ImageLeftOut]
    total: int


async def images_left_out(
    job_id: str, after: str | None, limit: int, *, items: Items, left_out: LeftOutLabels
) -> LeftOutPage:
    """The page after an image; its cursor is the id of its last one. Raises JobNotFound."""
    await job_of(items, job_id)
    found = await left_out.page(job_id, after, limit)
    is_last = not found or not await left_out.page(job_id, found[-1].sample_id, 1)
    return LeftOutPage(Page(list(found), None if is_last else found[-1].sample_id), await left_out.count(job_id))


@retried
async def start_bringing_in(
    job_id: str,
    account_id: str,
    *,
    items: Items,
    left_out: LeftOutLabels,
    operations: Operations,
    unit_of_work: UnitOfWorkFactory,
    clock: Clock,
) -> Operation:
    """Queues it. Raises JobNotFound or JobClosed."""
    await check_open(job_id, items)
    total = await left_out.count(job_id)
    async with unit_of_work() as work:
        operation = await operations.start(
            BRING_IN,
            {"job_id": job_id, "change_id": new_id(), "at": clock.now()},
            by=account_id,
            session=work.session,
            total=total,
            scope=f"job:{job_id}",
            result=_result(0, total),
        )
        work.returns(operation)
    return operation


def _result(changed: int, left_out: int) -> dict[str, int]:
    return {"changed": changed, "left_out": max(0, left_out)}


class BringIn:
    """Carries it on; a piece of the images a step, each looked at once. `changed` counts the images that got labels.

    If it ends early, `left_out` counts what is left of the images that lacked labels as it began.
    """

    def __init__(
        self, left_out: LeftOutLabels, lanes: Lanes, operations: Operations, unit_of_work: UnitOfWorkFactory
    ) -> None:
        self._left_out = left_out
        self._lanes = lanes
        self._operations = operations
        self._unit_of_work = unit_of_work

    async def step(self, operation: Operation, fence: Fence) -> bool:
        params, job_id = operation.params, operation.params["job_id"]
        cursor = {"after": None, "changed": 0, "left_out": operation.total or 0, **(operation.cursor or {})}
        after_rev = await self._left_out.applied_rev(job_id)
        images = await self._left_out.page(job_id, cursor["after"], self._lanes.piece(job_id))
        if not images:
            await self._finish(operation, fence, cursor["changed"])
            return True
        found = await self._left_out.samples([one.sample_id for one in images])
        samples = [replace(sample, labels=valid_labels(sample)) for sample in found]

        async def alongside(session: Session, outcome: Outcome) -> None:
            if outcome.read_again:
                return
            changed = cursor["changed"] + outcome.changed
            result = {"changed": changed, "left_out": cursor["left_out"] - len(images) + outcome.still_left_out}
            following = {"after": images[-1].sample_id, **result}
            await self._operations.advance(
                session, operation, fence, done=changed, cursor=following, result=_result(**result)
            )

        command = BringLeftOut(
            Origin(params["change_id"], FOLLOWER, Cause.IMPORT, params["at"]),
            after_rev,
            samples,
            {name: new_id() for sample in samples for name in sample.labels},
        )
        await self._lanes.submit_piece(job_id, command, alongside=alongside)
        return False

    @retried
    async def _finish(self, operation: Operation, fence: Fence, changed: int) -> None:
        result = _result(changed, await self._left_out.count(operation.params["job_id"]))
        async with self._unit_of_work() as work:
            await self._operations.finish(work.session, operation, fence, result, done=changed)
