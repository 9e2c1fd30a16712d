"""Long work of somebody who may not do it any more comes to an end: it fails with `right-missing`."""

import asyncio
from collections.abc import Awaitable, Callable

from labelstream_common.access import Access, JobRight, RightMissing
from labelstream_common.errors import Forbidden
from labelstream_common.mongo import Session
from labelstream_common.operations.operation import Fence, Operation
from labelstream_common.operations.runner import OperationHandler, ToldOfEnds
from labelstream_common.tasks import end

JOB_SCOPE = "job:"

StillMay = Callable[[Operation], Awaitable[bool]]


class RightLost(Forbidden):
    code = RightMissing.code

    def __init__(self) -> None:
        super().__init__(
            "The account that started this operation is no longer allowed to do this. What was already done remains."
        )


class WhilePermitted:
    """A handler that looks before each step whether whoever started the operation still may.

    With `looks_every` it looks so often during a step as well: for handlers whose steps last long.
    """

    def __init__(self, handler: OperationHandler, may: StillMay, *, looks_every: float | None = None) -> None:
        self._handler = handler
        self._may = may
        self._looks_every = looks_every

    async def step(self, operation: Operation, fence: Fence) -> bool:
        if not await self._may(operation):
            raise RightLost
        if self._looks_every is None:
            return await self._handler.step(operation, fence)
        work = asyncio.create_task(self._handler.step(operation, fence))
        try:
            while True:
                done, _ = await asyncio.wait({work}, timeout=self._looks_every)
                if done:
                    return work.result()
                if not await self._may(operation):
                    return False  # others may have joined meanwhile: the next step is judged by what stands then
        finally:
            await end((work,))

    async def ended(self, session: Session, operation: Operation) -> None:
        if isinstance(self._handler, ToldOfEnds):
            await self._handler.ended(session, operation)


def in_job(access: Access, right: JobRight) -> StillMay:
    """For operations whose scope is a job."""

    async def may(operation: Operation) -> bool:
        job_id = operation.scope.removeprefix(JOB_SCOPE)
        return any([await access.still(by, job_id, right) for by in (operation.created_by, *operation.joined_by)])

    return may
