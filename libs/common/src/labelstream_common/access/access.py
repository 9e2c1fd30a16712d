"""May this caller do this in that job? Answered from the projection, at most a quarter of a second old."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from labelstream_common.access.errors import JobNotFound, RightMissing
from labelstream_common.access.projection import AccessProjection, JobFacts
from labelstream_common.access.recent import Recent
from labelstream_common.access.rights import ACCOUNT_RIGHTS, AccountRight, JobRight, JobRole, rights_of, strongest
from labelstream_common.access.young import await_young
from labelstream_common.auth.caller import AccountRole, Caller

# What was removed must hold within a second, and its event takes up to half of one to arrive.
BELIEVED_SECONDS = 0.25

JobLookup = Callable[[str], Awaitable[JobFacts | None]]
RoleLookup = Callable[[str, str], Awaitable[Sequence[str]]]


class Standing(NamedTuple):
    """A job and what a caller is in it."""

    job: JobFacts
    role: JobRole

    @property
    def rights(self) -> frozenset[JobRight]:
        return rights_of(self.role, labelers_may_create_labels=self.job.team.labels_may_be_created)

    @property
    def own_items_only(self) -> bool:
        """Whether the caller sees and changes only the items that are theirs."""
        return self.role is JobRole.LABELER and self.job.team.own_items_only


class Access:
    """What one service knows of jobs, annotators and accounts.

    What was removed or disabled has no effect any more within a second: an answer is believed for a quarter of one.
    `jobs` replaces the projection's view of jobs (job-service asks its own collection, which has no delay), `roles`
    that of the roles that an account has as annotator of a job (team-service asks its own, which no event can forge).
    """

    def __init__(
        self,
        projection: AccessProjection,
        *,
        jobs: JobLookup | None = None,
        roles: RoleLookup | None = None,
        believed: float = BELIEVED_SECONDS,
    ) -> None:
        self._projection = projection
        self._look_up_roles = roles or projection.roles
        self._look_up_job = jobs or projection.job
        self._jobs: Recent[str, JobFacts | None] = Recent(believed)
        self._roles: Recent[tuple[str, str], JobRole | None] = Recent(believed)
        self._accounts: Recent[str, Mapping[str, Any] | None] = Recent(believed)
        self._on_datasets: Recent[tuple[str, str], bool] = Recent(believed)

    async def present(self, caller: Caller) -> Caller | None:
        """The caller with the role that the account has now; None if it is disabled, or if the token has ended.

        An account that no event has told of yet is what its token says.
        """
        account = await self._account(caller.account_id)
        return caller if account is None else caller_now(caller, account)

    async def disabled(self, account_id: str) -> bool:
        """Whether the account is known to be disabled."""
        account = await self._account(account_id)
        return account is not None and bool(account["disabled"])

    async def _account(self, account_id: str) -> Mapping[str, Any] | None:
        return await self._accounts.get(account_id, lambda: self._projection.account(account_id))

    async def standing(self, job_id: str, caller: Caller) -> Standing | None:
        """The job and the caller's role in it; None if the job is not there or the caller has none. Does not wait."""
        job = await self._jobs.get(job_id, lambda: self._look_up_job(job_id))
        if job is None:
            self._jobs.forget(job_id)
            return None
        if not caller.reaches(job_id):
            return None
        if job.owner_id == caller.account_id:
            return Standing(job, JobRole.OWNER)
        if caller.is_admin or (caller.key is not None and caller.key.of_admin):
            return Standing(job, JobRole.ADMIN)
        key = (job_id, caller.account_id)
        role = await self._roles.get(key, lambda: self._role_as_annotator(job_id, caller.account_id))
        if role is None:
            self._roles.forget(key)
            return None
        return Standing(job, role)

    async def role(self, job_id: str, caller: Caller) -> JobRole | None:
        """What the caller is in a job; None if nothing, or if there is no such job."""
        standing = await self.standing(job_id, caller)
        return standing.role if standing else None

    async def require(self, job_id: str, caller: Caller, right: JobRight) -> JobRole:
        """The caller's role, if it has `right` in the job. Waits up to 2 s for a job that has just been created.

        Raises JobNotFound (not there, or no role in it) or RightMissing.
        """
        standing = await self.standing(job_id, caller)
        if standing is None:
            standing = await await_young(job_id, lambda: self.standing(job_id, caller))
        if standing is None:
            raise JobNotFound(job_id)
        if right not in standing.rights:
            raise RightMissing(right.value, standing.role.value)
        return standing.role

    async def still(self, account_id: str, job_id: str, right: JobRight) -> bool:
        """Whether an account may (still) do something in a job, for work that goes on after its request.

        An account that no event has told of yet may be an administrator's: without a role of its own it passes.
        """
        account = await self._account(account_id)
        if account is not None and account["disabled"]:
            return False
        role = AccountRole.ANNOTATOR if account is None else AccountRole(account["role"])
        standing = await self.standing(job_id, Caller(account_id, role))
        return account is None if standing is None else right in standing.rights

    async def sees_own_items_only(self, account_id: str, job_id: str) -> bool:
        """Whether somebody sees and changes only their own items of a job, for work that goes on after a request."""
        account = await self._account(account_id)
        role = AccountRole.ANNOTATOR if account is None else AccountRole(account["role"])
        standing = await self.standing(job_id, Caller(account_id, role))
        return standing is not None and standing.own_items_only

    async def role_of(self, account_id: str) -> AccountRole | None:
        """The role of an account, disabled or not; None for one that no event has told of yet."""
        account = await self._account(account_id)
        return None if account is None else AccountRole(account["role"])

    async def administers(self, account_id: str) -> bool:
        """Whether an account is an administrator's; true for one that no event has told of yet."""
        account = await self._account(account_id)
        return account is None or (not account["disabled"] and account["role"] == AccountRole.ADMIN)

    async def allows(self, caller: Caller, job_id: str, right: JobRight) -> bool:
        """Whether a caller is still signed in and has `right` in a job, for streams. Does not wait."""
        present = await self.present(caller)
        standing = None if present is None else await self.standing(job_id, present)
        return standing is not None and right in standing.rights

    async def job(self, job_id: str) -> JobFacts | None:
        """What is known of a job, whoever asks."""
        return await self._jobs.get(job_id, lambda: self._look_up_job(job_id))

    async def annotators(self, job_id: str) -> dict[str, JobRole]:
        """Who works in a job beside its owner, with the role that counts; nobody whose account is disabled."""
        job = await self._look_up_job(job_id)
        found = await self._projection.annotators_of(job_id)
        roles = {account_id: strongest({JobRole(role) for role in roles}) for account_id, roles in found.items()}
        owner = None if job is None else job.owner_id
        return {one: role for one, role in roles.items() if role is not None and one != owner}

    async def labelers(self, job_id: str) -> tuple[str, ...]:
        """The accounts that items of a job can be dealt to, in order."""
        roles = await self.annotators(job_id)
        return tuple(sorted(one for one, role in roles.items() if role is JobRole.LABELER))

    async def roles_by_job(self, account_id: str) -> dict[str, JobRole]:
        """Every job that an account owns or is an annotator of, with the role that counts. Read afresh."""
        found = await self._projection.roles_by_job(account_id)
        roles = {job_id: strongest({JobRole(role) for role in roles}) for job_id, roles in found.items()}
        return {job_id: role for job_id, role in roles.items() if role is not None}

    async def has_job_on(self, dataset_id: str, caller: Caller) -> bool:
        """Whether the caller has a role in some job on the dataset (and so may see its samples' content)."""
        if caller.is_limited_to_jobs:
            jobs = await self._projection.jobs_on(dataset_id)
            return any([await self.role(job.job_id, caller) is not None for job in jobs])
        if caller.is_admin:
            return bool(await self._projection.jobs_on(dataset_id))
        key = (dataset_id, caller.account_id)
        has = await self._on_datasets.get(key, lambda: self._projection.works_on(dataset_id, caller.account_id))
        if not has:
            self._on_datasets.forget(key)
        return has

    async def sees_all_on(self, dataset_id: str, caller: Caller) -> bool:
        """Whether the caller sees every sample of a dataset through some job on it, not only what is theirs there."""
        jobs = await self._projection.jobs_on(dataset_id)
        standings = [await self.standing(job.job_id, caller) for job in jobs]
        return any(standing is not None and not standing.own_items_only for standing in standings)

    async def _role_as_annotator(self, job_id: str, account_id: str) -> JobRole | None:
        return strongest({JobRole(role) for role in await self._look_up_roles(job_id, account_id)})


def caller_now(caller: Caller, account: Mapping[str, Any]) -> Caller | None:
    """The caller as `account` (`{"role", "disabled", "epoch", "ended"}`) is now; None if the token is of no use."""
    if account["disabled"] or caller.epoch < account.get("epoch", 0) or caller.credential in account.get("ended", ()):
        return None
    role = AccountRole(account["role"])
    if caller.is_limited_to_jobs and caller.key is not None:
        return replace(caller, key=replace(caller.key, of_admin=role is AccountRole.ADMIN))
    return caller if role is caller.role else replace(caller, role=role)


def may(caller: Caller, right: AccountRight) -> bool:
    """Whether an account may do something apart from any job."""
    return right in ACCOUNT_RIGHTS[caller.role]
