"""What acceptances need of the world."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from label_service.domain.acceptances import Acceptance, Ending, Judged, Tally
from label_service.domain.sampling import Population
from labelstream_common.mongo import Session


class Labeled(NamedTuple):
    """What is labeled at one `seq`."""

    seq: int
    population: Population


class LabeledItems(Protocol):
    async def now(self, job_id: str, seed: int) -> Labeled:
        """All items that people see as labeled, at one moment. Raises JobNotFound."""
        ...

    async def versions(self, job_id: str, sample_ids: Sequence[str]) -> dict[str, int]:
        """The present versions of those of these items that are there."""
        ...


class Acceptances(Protocol):
    async def get(self, job_id: str, acceptance_id: str) -> Acceptance:
        """Raises AcceptanceNotFound."""
        ...

    async def page(self, job_id: str, *, before: str | None, limit: int) -> list[Acceptance]:
        """The newest first."""
        ...

    async def open_one(self, job_id: str, session: Session | None = None) -> str | None:
        """The id of the job's open acceptance."""
        ...

    async def add(self, acceptance: Acceptance, sample: Sequence[bytes], session: Session) -> None:
        """`sample`: the items' 16 bytes each, in order."""
        ...

    async def locked(self, job_id: str, acceptance_id: str, session: Session) -> Acceptance:
        """An open acceptance; until the transaction ends, nobody else changes it.

        Raises AcceptanceNotFound, or AcceptanceFinished once it is finished.
        """
        ...

    async def sample(self, acceptance_id: str, *, after: str | None, limit: int) -> list[str]:
        """The next items of the sample in the order of ids."""
        ...

    async def sampled(self, acceptance_id: str, sample_ids: Sequence[str]) -> set[str]:
        """Those of these items that are in the sample."""
        ...

    async def judged(
        self, acceptance_id: str, sample_ids: Sequence[str], session: Session | None = None
    ) -> dict[str, Judged]: ...

    async def judge(
        self,
        acceptance: Acceptance,
        sample_ids: Sequence[str],
        judged: Judged,
        earlier: Mapping[str, Judged],
        session: Session,
    ) -> None:
        """Keeps one judgement on these items, and moves the acceptance's counts; `earlier` are those it replaces."""
        ...

    async def begin_ending(self, acceptance: Acceptance, ending: Ending, session: Session) -> None: ...

    async def go_on_ending(
        self, acceptance_id: str, after: str | None, tally: Tally, session: Session, *, finished_at: datetime | None
    ) -> None:
        """How far the end has come; `finished_at` ends it."""
        ...

    async def forget(self, job_id: str) -> None:
        """Deletes all acceptances of a job that is gone. May be repeated."""
        ...
