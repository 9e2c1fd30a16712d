"""Labeling jobs."""

from asyncio import sleep
from collections.abc import AsyncIterator, Callable, Sequence
from time import monotonic
from typing import Literal

from labelstream.aio.paging import every
from labelstream.aio.transport import AsyncTransport
from labelstream.calls import Call, given, path_of
from labelstream.errors import StillRunning
from labelstream.models import Job, Operation, Page


class AsyncJobs:
    """`/jobs`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def create(
        self,
        name: str,
        *,
        dataset_id: str,
        labels: Sequence[str] = (),
        description: str | None = None,
        type: str = "image_classification",  # noqa: A002  # the contract's word
    ) -> Job:
        """A new job is `preparing` until its items are there; labeling works meanwhile on what is."""
        body = given(
            name=name,
            dataset_id=dataset_id,
            type=type,
            description=description,
            labels=[{"name": label} for label in labels] or None,
        )
        return await self._transport.send(Call("POST", "/jobs", Job, body=body))

    async def get(self, job_id: str) -> Job:
        return await self._transport.send(Call("GET", path_of("jobs", job_id), Job))

    def list(
        self, *, tab: Literal["created", "participating"] | None = None, name: str | None = None
    ) -> AsyncIterator[Job]:
        return every(self._transport, "/jobs", Page[Job], {"tab": tab, "name": name})

    async def update(self, job_id: str, *, name: str | None = None, description: str | None = None) -> Job:
        body = given(name=name, description=description)
        return await self._transport.send(Call("PATCH", path_of("jobs", job_id), Job, body=body))

    async def delete(self, job_id: str) -> None:
        await self._transport.send(Call("DELETE", path_of("jobs", job_id), type(None)))

    async def synchronize(self, job_id: str) -> Operation:
        """*Synchronize New Data*: start reading the dataset's bucket; wait with `operations.wait`."""
        return await self._transport.send(Call("POST", path_of("jobs", f"{job_id}:sync"), Operation))

    async def wait_until_prepared(
        self,
        job_id: str,
        *,
        on_progress: Callable[[Job], None] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  # the same word in the blocking client
    ) -> Job:
        """Wait until every sample of the dataset is an item of the job. Raises StillRunning after `timeout` seconds."""
        give_up = None if timeout is None else monotonic() + timeout
        pause = 0.02
        while True:
            job = await self.get(job_id)
            if on_progress is not None:
                on_progress(job)
            if job.state != "preparing":
                return job
            if give_up is not None and monotonic() + pause > give_up:
                raise StillRunning(job_id)
            await sleep(pause)
            pause = min(0.5, pause * 1.5)
