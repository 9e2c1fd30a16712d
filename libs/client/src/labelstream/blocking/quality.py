# Generated from labelstream/aio by generate_blocking.py; change it there.
# ruff: noqa
"""The quality of a job's labels: agreement, scores, known answers."""

from collections.abc import Iterator, Sequence

from labelstream.blocking.paging import every
from labelstream.blocking.transport import Transport
from labelstream.calls import CSV, Call, path_of
from labelstream.models import Page
from labelstream.models.quality import Answer, Consensus, JobQuality, KnownAnswer

_LONGEST = 600.0


class Quality:
    """`/jobs/{id}/quality`, `/known-answers` and the answers to one item."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self, job_id: str, *, consensus: Consensus = "majority", as_of: int | None = None) -> JobQuality:
        """All figures, of now or of an earlier `seq`. For managers; takes some seconds in a large job."""
        query = {"consensus": consensus, "as_of": as_of}
        path = path_of("jobs", job_id, "quality")
        return self._transport.send(Call("GET", path, JobQuality, query=query, timeout=_LONGEST))

    def csv(self, job_id: str, *, consensus: Consensus = "majority", as_of: int | None = None) -> bytes:
        """The table of annotators, for a spreadsheet."""
        query = {"consensus": consensus, "as_of": as_of}
        call = Call("GET", path_of("jobs", job_id, "quality"), bytes, query=query, accept=CSV, timeout=_LONGEST)
        return self._transport.send(call)

    def known_answers(self, job_id: str) -> Iterator[KnownAnswer]:
        """The images by which labelers are tested. For managers."""
        return every(self._transport, path_of("jobs", job_id, "known-answers"), Page[KnownAnswer])

    def put_known_answers(self, job_id: str, answers: Sequence[KnownAnswer]) -> None:
        """Replace the images by which labelers are tested, up to 10,000; labels by id or name."""
        path = path_of("jobs", job_id, "known-answers")
        self._transport.send(Call("PUT", path, Page[KnownAnswer], query={"limit": 1}, body=list(answers)))

    def answers(self, job_id: str, sample_id: str) -> Iterator[Answer]:
        """What each person answered, where several label each image. For reviewers."""
        path = path_of("jobs", job_id, "items", sample_id, "answers")
        return every_answer(self._transport, path)


def every_answer(transport: Transport, path: str) -> Iterator[Answer]:
    """All answers come on one page."""
    for answer in (transport.send(Call("GET", path, Page[Answer]))).items:
        yield answer
