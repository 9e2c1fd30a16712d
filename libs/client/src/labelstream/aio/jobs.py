"""Labeling jobs."""

from asyncio import sleep
from collections.abc import AsyncIterator, Callable, Sequence
from time import monotonic
from typing import Literal

from labelstream.aio.paging import every
from labelstream.aio.transport import AsyncTransport
from labelstream.calls import CSV, Call, given, listed, path_of
from labelstream.errors import StillRunning
from labelstream.models import Job, JobState, Operation, Page, Person, Touched
from labelstream.models.quality import Progress
from labelstream.models.teams import TeamSettings


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
        team: TeamSettings | None = None,
    ) -> Job:
        """A new job is `preparing` until its items are there; labeling works meanwhile on what is."""
        names = listed(labels=labels) or []
        body = given(
            name=name,
            dataset_id=dataset_id,
            type=type,
            description=description,
            labels=[{"name": label} for label in names] or None,
            team=team,
        )
        return await self._transport.send(Call("POST", "/jobs", Job, body=body))

    async def get(self, job_id: str) -> Job:
        return await self._transport.send(Call("GET", path_of("jobs", job_id), Job))

    def list(
        self,
        *,
        tab: Literal["created", "participating"] | None = None,
        name: str | None = None,
        state: JobState | None = None,
        sort: str | None = None,
    ) -> AsyncIterator[Job]:
        """Every job you may see. `sort`: `added`, `name` or `progress`; `-` in front reverses it."""
        return every(self._transport, "/jobs", Page[Job], {"tab": tab, "name": name, "state": state, "sort": sort})

    async def update(
        self,
        job_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        owner_id: str | None = None,
        team: TeamSettings | None = None,
    ) -> Job:
        """Change settings. With `owner_id` the job gets another owner, and the present one becomes a manager.

        `team` deals the job's open items anew, where they are dealt.
        """
        body = given(name=name, description=description, owner_id=owner_id, team=team)
        return await self._transport.send(Call("PATCH", path_of("jobs", job_id), Job, body=body))

    def people(self, job_id: str) -> AsyncIterator[Person]:
        """Who works or has worked in the job: the owner, then annotators who have come. For everybody in the job."""
        return every(self._transport, path_of("jobs", job_id, "people"), Page[Person])

    async def complete(self, job_id: str) -> Job:
        """Nobody can change a completed job's labels until it is reopened."""
        return await self._transport.send(Call("POST", path_of("jobs", f"{job_id}:complete"), Job))

    async def reopen(self, job_id: str) -> Job:
        return await self._transport.send(Call("POST", path_of("jobs", f"{job_id}:reopen"), Job))

    async def delete(self, job_id: str) -> None:
        """Delete a job with its labels. The images stay."""
        await self._transport.send(Call("DELETE", path_of("jobs", job_id), type(None)))

    async def touched_by_deletion(self, job_id: str) -> Touched:
        """What `delete` would touch. Deletes nothing."""
        return await self._transport.send(Call("DELETE", path_of("jobs", job_id), Touched, query={"dry_run": True}))

    async def synchronize(self, job_id: str) -> Operation:
        """*Synchronize New Data*: start reading the dataset's bucket; wait with `operations.wait`."""
        return await self._transport.send(Call("POST", path_of("jobs", f"{job_id}:sync"), Operation))

    async def progress(self, job_id: str) -> Progress:
        """Totals, and what was done by whom and on which day."""
        return await self._transport.send(Call("GET", path_of("jobs", job_id, "progress"), Progress))

    async def progress_csv(self, job_id: str) -> bytes:
        """What each annotator did on each day, for a spreadsheet."""
        return await self._transport.send(Call("GET", path_of("jobs", job_id, "progress"), bytes, accept=CSV))

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
