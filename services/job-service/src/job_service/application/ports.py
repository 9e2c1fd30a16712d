"""What the use cases need of the world."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from job_service.application.views import Audience, DailyWork, JobFilter, ProgressView
from job_service.domain.dataset import Dataset
from job_service.domain.job import AccountId, DatasetId, Job, JobId
from job_service.domain.people import Account, KnownTeam, PersonFact, TeamFact, TeamMemberFact
from job_service.domain.progress import Actor, Advance, LabelFact, ShareFact, Totals
from labelstream_common.access import JobRole
from labelstream_common.clock import Clock
from labelstream_common.mongo import Page, PageParams, Session


class Transaction(Protocol):
    """What is open while something is decided: either all that is written and recorded in it holds, or nothing."""

    @property
    def session(self) -> Session: ...

    def record(self, event: object) -> None:
        """Publishes a domain event if the transaction commits."""


class UnitOfWork(Transaction, Protocol):
    """A transaction on a request's behalf."""

    def returns(self, value: object) -> None:
        """What the reply is made of, for a repeat of the request."""


class Jobs(Protocol):
    """The jobs. A deleted one is not there."""

    async def find(self, job_id: JobId) -> Job | None:
        """A job to look at, without the labels that it started with."""

    async def get(self, job_id: JobId, work: Transaction) -> Job | None:
        """A job to decide about."""

    async def deleted(self, job_ids: AbstractSet[JobId], work: Transaction) -> set[JobId]:
        """Those of these jobs that were deleted."""

    async def add(self, job: Job, work: Transaction) -> None: ...

    async def save(self, job: Job, work: Transaction) -> None: ...

    async def on_dataset(self, dataset_id: DatasetId, work: Transaction) -> Sequence[Job]: ...

    async def page(self, audience: Audience, only: JobFilter, wanted: PageParams) -> Page[Job]:
        """Jobs to look at, in order. The cursor stays right while jobs come and go."""


class Datasets(Protocol):
    """What is known of datasets."""

    async def get(self, dataset_id: DatasetId) -> Dataset | None: ...

    async def hold(self, dataset_id: DatasetId, work: Transaction) -> Dataset | None:
        """Reads the dataset so that it cannot end before this transaction does."""

    async def put(self, dataset: Dataset, work: Transaction) -> bool:
        """Stores what is newer than what is there; whether it was."""

    async def several(self, dataset_ids: Sequence[DatasetId]) -> Mapping[DatasetId, Dataset]: ...


class Synchronizations(Protocol):
    async def first_seen(self, operation_id: str, work: Transaction) -> bool:
        """Notes a synchronization; False if it was noted before."""


class Progress(Protocol):
    """How far each job has come."""

    async def seqs(self, job_ids: Sequence[JobId], work: Transaction) -> Mapping[JobId, int]:
        """The last record applied to each job; none for a job without one."""

    async def advance(self, job_id: JobId, advance: Advance, work: Transaction) -> None: ...

    async def set_totals(self, job_id: JobId, seq: int, totals: Totals, work: Transaction) -> None:
        """Totals as of `seq`, unless later ones are there."""

    async def totals(self, job_ids: Sequence[JobId]) -> Mapping[JobId, Totals]: ...

    async def put_shares(self, facts: Sequence[ShareFact], work: Transaction) -> None:
        """Stores each fact that is newer than what is there about its person."""

    async def drop_shares(self, job_ids: AbstractSet[JobId], work: Transaction) -> None:
        """Nobody has anything of these jobs any more."""

    async def shares(self, job_ids: Sequence[JobId], account_id: AccountId) -> Mapping[JobId, Totals]:
        """What somebody has of jobs."""

    async def without_shares(self, job_ids: Sequence[JobId]) -> Sequence[JobId]:
        """Those of these jobs of which it is not known what anybody has."""

    async def view(self, job_id: JobId) -> ProgressView:
        """Everything but the names of people."""

    async def daily(self, job_id: JobId, *, of: Actor | None = None) -> Sequence[DailyWork]:
        """What each actor, or one of them, did on each day, in the order of days, without names."""

    async def put_labels(self, facts: Sequence[LabelFact], work: Transaction) -> None:
        """Stores each fact that is newer than what is there about its label."""

    async def count_labels(self, job_id: JobId) -> int: ...


class Roles(Protocol):
    """Who works where."""

    async def of(self, account_id: AccountId) -> Mapping[JobId, JobRole]:
        """The jobs that somebody has a role in, each with the role that counts."""

    async def await_role(self, account_id: AccountId, job_id: JobId) -> None:
        """Waits, for two seconds at most, until somebody is an annotator of a job."""


class Accounts(Protocol):
    """Who there is."""

    async def find(self, account_id: str) -> Account | None: ...


class Teams(Protocol):
    """The teams, and who belongs to them."""

    async def find(self, team_id: str) -> KnownTeam | None:
        """A team that is there."""

    async def of_members(self, member_ids: Sequence[str]) -> Mapping[str, KnownTeam]:
        """The team of each of these members who is in one that is there."""

    async def put_teams(self, facts: Sequence[TeamFact], work: Transaction) -> None:
        """Stores each fact that is newer than what is there about its team."""

    async def put_members(self, facts: Sequence[TeamMemberFact], work: Transaction) -> None:
        """Stores each fact that is newer than what is there about its member."""


class People(Protocol):
    """What people are called."""

    async def put(self, people: Sequence[PersonFact], work: Transaction) -> None:
        """Stores each fact that is newer than what is there about its account."""

    async def names(self, account_ids: Sequence[str]) -> Mapping[str, str]:
        """The name of each account that is known here."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything together, as `bootstrap` puts it up."""

    jobs: Jobs
    datasets: Datasets
    synchronizations: Synchronizations
    progress: Progress
    roles: Roles
    people: People
    accounts: Accounts
    teams: Teams
    unit_of_work: Callable[[], AbstractAsyncContextManager[UnitOfWork]]
    clock: Clock
    new_id: Callable[[], str]
