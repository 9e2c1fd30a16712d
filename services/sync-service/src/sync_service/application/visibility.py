"""Who may know of a dataset, and who may do what with its data.

A dataset is seen by its creator and by administrators; the content of its samples also by whoever has a role in a
labeling job on it, and it is synchronized and its data managed also by whoever may do so in such a job. All of that
ends where the dataset's source is no longer granted to its creator, but for administrators.
"""

import contextlib
from typing import NamedTuple

from labelstream_common.access import Access, JobRight, RightMissing
from labelstream_common.access.recent import Recent
from labelstream_common.auth import Caller
from labelstream_common.auth.content_tickets import ContentTickets, Seen
from labelstream_common.clock import SystemClock
from sync_service.application.ports import Datasets, Grants, JobsOfDatasets
from sync_service.application.version_ports import EVERY_JOB, JobChoice
from sync_service.domain.dataset import CLOSED, Dataset, DatasetId, DatasetNotFound, JobClosed
from sync_service.domain.sample import Sample, SampleNotFound
from sync_service.domain.store import SourceNotGranted
from sync_service.domain.version import JobElsewhere

_BELIEVED_SECONDS = 0.25
"""For how long a dataset is taken for what it was, where its images are shown."""

_RIGHTS_TO_WORK = frozenset({JobRight.SYNCHRONIZE, JobRight.MANAGE_DATA, JobRight.EXPORT})


class ShownSample(NamedTuple):
    """A sample as the URL of its bytes names it."""

    sample_id: str
    etag: str | None
    ticket: str | None


class Visibility:
    """The answers are as fresh as `Access` is: what was removed has no effect within a second."""

    def __init__(
        self,
        datasets: Datasets,
        grants: Grants,
        access: Access,
        jobs: JobsOfDatasets,
        tickets: ContentTickets | None = None,
    ) -> None:
        self._tickets = tickets
        self._now = SystemClock().now
        self._datasets = datasets
        self._grants = grants
        self._access = access
        self._jobs = jobs
        # A page of thumbnails asks for one dataset a hundred times.
        self._recent: Recent[str, Dataset] = Recent(_BELIEVED_SECONDS)

    async def require_dataset(self, dataset_id: str, caller: Caller) -> Dataset:
        """The dataset, for its creator and administrators. Raises DatasetNotFound for everybody else."""
        dataset = await self._datasets.get(dataset_id)
        if not _owns(dataset, caller):
            raise DatasetNotFound(dataset_id)
        return dataset

    async def require_content(self, dataset_id: str, caller: Caller) -> None:
        """Raises DatasetNotFound if the caller has no role in any job on the dataset either, or SourceNotGranted."""
        await self._content_of(dataset_id, caller)

    async def _content_of(self, dataset_id: str, caller: Caller) -> Dataset:
        dataset = await self._shown(dataset_id)
        if not _owns(dataset, caller) and not await self._access.has_job_on(dataset_id, caller):
            raise DatasetNotFound(dataset_id)
        await self._require_source(dataset, caller)
        return dataset

    async def _shown(self, dataset_id: str) -> Dataset:
        """The dataset as it was at most a quarter of a second ago: enough to show its images, not to change it."""
        return await self._recent.get(dataset_id, lambda: self._datasets.get(dataset_id))

    async def require_object(self, dataset_id: str, sample: Sample, caller: Caller) -> None:
        """Raises SourceNotGranted for a sample that was imported from a source that is not granted any more."""
        if not caller.is_admin and not await self._grants.reach(await self._shown(dataset_id), sample):
            raise SourceNotGranted

    async def require_sample(self, dataset_id: str, caller: Caller, shown: ShownSample) -> None:
        """As `require_content`; who sees only their own items of the jobs on the dataset needs a ticket for the sample.

        Raises SampleNotFound where they have none.
        """
        dataset = await self._content_of(dataset_id, caller)
        if _owns(dataset, caller) or await self._access.sees_all_on(dataset_id, caller):
            return
        seen = Seen(caller.account_id, dataset_id, shown.sample_id, shown.etag)
        if self._tickets is None or shown.ticket is None or not self._tickets.holds(shown.ticket, seen, self._now()):
            raise SampleNotFound(shown.sample_id)

    async def source_is_granted(self, dataset_id: DatasetId) -> bool:
        """Whether work may go on that reads or changes the dataset's objects. True for one that is gone."""
        try:
            return await self._grants.hold(await self._datasets.get(dataset_id))
        except DatasetNotFound:
            return True  # the work itself finds out, and ends

    async def administers(self, account_id: str) -> bool:
        """Whether an account is (still) an administrator's, for work that goes on after its request."""
        return await self._access.administers(account_id)

    async def _require_source(self, dataset: Dataset, caller: Caller) -> None:
        if not caller.is_admin and not await self._grants.hold(dataset):
            raise SourceNotGranted

    async def require_history(self, dataset_id: str, caller: Caller) -> None:
        """Also passes managers of the data of any job on the dataset, whatever state the job is in.

        Raises DatasetNotFound, or RightMissing for a caller with another role there.
        """
        with contextlib.suppress(JobClosed):  # the right was checked first; the past of a closed job stays readable
            await self.require_right(dataset_id, caller, JobRight.MANAGE_DATA)

    async def require_deleted(self, dataset_id: str, caller: Caller, sample_id: str) -> None:
        """Raises SampleNotFound for who may not see what was deleted: versions may still hold it, the rest has gone."""
        try:
            await self.require_history(dataset_id, caller)
        except RightMissing as error:
            raise SampleNotFound(sample_id) from error

    async def still(self, account_id: str, scope: str, right: JobRight) -> bool:
        """Whether an account may (still) do something with a dataset, for work that goes on after its request.

        `scope` is that of an operation: a dataset, or the labeling job on whose behalf it is.
        """
        kind, _, identifier = scope.partition(":")
        if kind == "job":
            return await self._access.still(account_id, identifier, right)
        try:
            dataset = await self._datasets.get(DatasetId(identifier))
        except DatasetNotFound:
            return True  # what is gone meanwhile is for the work itself to say
        if dataset.created_by == account_id:
            return not await self._access.disabled(account_id)
        jobs = await self._jobs.on(identifier)
        if not jobs:
            return await self._access.administers(account_id)
        return any([await self._access.still(account_id, job_id, right) for job_id in jobs])

    async def sees_work(self, dataset_id: str, caller: Caller) -> bool:
        """Whether somebody may (still) see the work on a dataset that they started or joined.

        Its creator and administrators may, and whoever may synchronize it or manage its data in any job. What began on
        a dataset that is gone stays visible.
        """
        try:
            dataset = await self._shown(dataset_id)
        except DatasetNotFound:
            return True
        if _owns(dataset, caller):
            return True
        for job_id in await self._jobs.on(dataset_id):
            standing = await self._access.standing(job_id, caller)
            if standing is not None and standing.rights & _RIGHTS_TO_WORK:
                return True
        return False

    async def require_right(self, dataset_id: str, caller: Caller, right: JobRight) -> None:
        """Passes callers who have `right` in any job on the dataset, and those who see the dataset itself.

        Raises DatasetNotFound, RightMissing for a caller whose role there is too weak, JobClosed if the right comes
        from completed and archived jobs only, or SourceNotGranted.
        """
        dataset = await self._datasets.get(dataset_id)
        if not _owns(dataset, caller):
            await self._require_right_in_a_job(dataset_id, caller, right)
        await self._require_source(dataset, caller)

    async def _require_right_in_a_job(self, dataset_id: str, caller: Caller, right: JobRight) -> None:
        weaker: str | None = None
        closed: str | None = None
        for job_id in await self._jobs.on(dataset_id):
            standing = await self._access.standing(job_id, caller)
            if standing is not None and right in standing.rights:
                if standing.job.state not in CLOSED:
                    return
                closed = standing.job.state
            weaker = standing.role.value if standing else weaker
        if closed is not None:
            raise JobClosed(closed)
        if weaker is None:
            raise DatasetNotFound(dataset_id)
        raise RightMissing(right.value, weaker)

    async def exportable_jobs(self, dataset_id: str, caller: Caller) -> JobChoice:
        """The jobs on the dataset that the caller may export, in whatever state.

        Who made the dataset reads no labels of a job that they may not export; versions of jobs that are gone are
        theirs. An administrator's are all. Raises DatasetNotFound, or RightMissing for a caller with only weaker roles
        there.
        """
        dataset = await self._datasets.get(dataset_id)
        owns = _owns(dataset, caller)
        if owns and caller.is_admin:
            return EVERY_JOB
        found: list[str] = []
        others: list[str] = []
        weaker: str | None = None
        for job_id in await self._jobs.on(dataset_id):
            standing = await self._access.standing(job_id, caller)
            may = standing is not None and JobRight.EXPORT in standing.rights
            (found if may else others).append(job_id)
            weaker = standing.role.value if standing else weaker
        if owns:
            return JobChoice(without=others)
        if found:
            return JobChoice(only=found)
        if weaker is None:
            raise DatasetNotFound(dataset_id)
        raise RightMissing(JobRight.EXPORT.value, weaker)

    async def require_export(self, dataset_id: str, job_id: str, caller: Caller) -> None:
        """Raises JobNotFound, RightMissing, or JobElsewhere for a job that works on another dataset."""
        await self._access.require(job_id, caller, JobRight.EXPORT)
        if await self._jobs.dataset_of(job_id) != dataset_id:
            raise JobElsewhere(job_id)


def _owns(dataset: Dataset, caller: Caller) -> bool:
    if caller.is_limited_to_jobs:
        return False
    return caller.is_admin or dataset.created_by == caller.account_id
