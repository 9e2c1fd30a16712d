"""The quality of a job's labels: agreement, scores, known answers."""

from collections.abc import AsyncIterator, Sequence

from labelstream.aio.paging import every
from labelstream.aio.transport import AsyncTransport
from labelstream.calls import CSV, Call, path_of
from labelstream.models import Page
from labelstream.models.quality import Answer, Consensus, JobQuality, KnownAnswer

_LONGEST = 600.0


class AsyncQuality:
    """`/jobs/{id}/quality`, `/known-answers` and the answers to one item."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def get(self, job_id: str, *, consensus: Consensus = "majority", as_of: int | None = None) -> JobQuality:
        """All figures, of now or of an earlier `seq`. For managers; takes some seconds in a large job."""
        query = {"consensus": consensus, "as_of": as_of}
        path = path_of("jobs", job_id, "quality")
        return await self._transport.send(Call("GET", path, JobQuality, query=query, timeout=_LONGEST))

    async def csv(self, job_id: str, *, consensus: Consensus = "majority", as_of: int | None = None) -> bytes:
        """The table of annotators, for a spreadsheet."""
        query = {"consensus": consensus, "as_of": as_of}
        call = Call("GET", path_of("jobs", job_id, "quality"), bytes, query=query, accept=CSV, timeout=_LONGEST)
        return await self._transport.send(call)

    def known_answers(self, job_id: str) -> AsyncIterator[KnownAnswer]:
        """The images by which labelers are tested. For managers."""
        return every(self._transport, path_of("jobs", job_id, "known-answers"), Page[KnownAnswer])

    async def put_known_answers(self, job_id: str, answers: Sequence[KnownAnswer]) -> None:
        """Replace the images by which labelers are tested, up to 10,000; labels by id or name."""
        path = path_of("jobs", job_id, "known-answers")
        await self._transport.send(Call("PUT", path, Page[KnownAnswer], query={"limit": 1}, body=list(answers)))

    def answers(self, job_id: str, sample_id: str) -> AsyncIterator[Answer]:
        """What each person answered, where several label each image. For reviewers."""
        path = path_of("jobs", job_id, "items", sample_id, "answers")
        return every_answer(self._transport, path)


async def every_answer(transport: AsyncTransport, path: str) -> AsyncIterator[Answer]:
    """All answers come on one page."""
    for answer in (await transport.send(Call("GET", path, Page[Answer]))).items:
        yield answer
