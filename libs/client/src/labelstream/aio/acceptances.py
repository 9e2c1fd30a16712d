"""Acceptances: an owner judges a random sample of what was labeled, and decides by it about all of that."""

from collections.abc import AsyncIterator, Sequence

from labelstream.aio.paging import every
from labelstream.aio.transport import AsyncTransport
from labelstream.calls import Call, given, listed, path_of
from labelstream.models import Decision, Grade, Operation, Page
from labelstream.models.acceptances import Acceptance, FinishOutcome, Judged, SampledItem


class AsyncAcceptances:
    """`/jobs/{id}/acceptances`, for owners and managers of a job. One is open at a time."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def open(
        self,
        job_id: str,
        *,
        sample_ratio: float | None = None,
        sample_count: int | None = None,
        seed: int | None = None,
        key: str | None = None,
    ) -> Acceptance:
        """Draw a random sample of what is labeled now: a share of it, rounded up, or a number of images.

        The same `seed` draws the same sample of the same images; without one it is chosen at random.
        """
        body = given(sample_ratio=sample_ratio, sample_count=sample_count, seed=seed)
        return await self._transport.send(Call("POST", _path(job_id), Acceptance, body=body, key=key))

    def list(self, job_id: str) -> AsyncIterator[Acceptance]:
        """Every acceptance of a job, newest first."""
        return every(self._transport, _path(job_id), Page[Acceptance])

    async def get(self, job_id: str, acceptance_id: str) -> Acceptance:
        return await self._transport.send(Call("GET", _path(job_id, acceptance_id), Acceptance))

    def items(self, job_id: str, acceptance_id: str) -> AsyncIterator[SampledItem]:
        """Every image of the sample as it was at the acceptance's `seq`, in the order of ids."""
        return every(self._transport, _path(job_id, acceptance_id, "items"), Page[SampledItem])

    async def judge(
        self,
        job_id: str,
        acceptance_id: str,
        sample_ids: Sequence[str],
        *,
        decision: Decision,
        grade: Grade | None = None,
        reason: str | None = None,
        key: str | None = None,
    ) -> Judged:
        """Judge 1 to 10,000 images of the sample. They change when the acceptance is finished."""
        body = given(sample_ids=listed(sample_ids=sample_ids), decision=decision, grade=grade, reason=reason)
        path = _path(job_id, f"{acceptance_id}:judge")
        return await self._transport.send(Call("POST", path, Judged, body=body, key=key))

    async def finish(
        self,
        job_id: str,
        acceptance_id: str,
        *,
        outcome: FinishOutcome,
        overwrite: bool = False,
        key: str | None = None,
    ) -> Operation:
        """Accept or reject everything that was labeled; wait with `operations.wait`.

        `…_all` overrides the judgements, `…_rest` is for what was not judged. What changed since is a conflict, unless
        `overwrite`. The operation's `result` counts `accepted`, `rejected` and `conflict_count`.
        """
        body = {"outcome": outcome, "overwrite": overwrite}
        path = _path(job_id, f"{acceptance_id}:finish")
        return await self._transport.send(Call("POST", path, Operation, body=body, key=key))


def _path(job_id: str, *rest: str) -> str:
    return path_of("jobs", job_id, "acceptances", *rest)
