"""The routes of job-service."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Path, Query, Request, Response

from job_service.application import change_job as changing
from job_service.application import queries
from job_service.application.commands import ChangeJob, CheckVersion, OpenJob, Person, StepJob
from job_service.application.open_job import open_job
from job_service.application.ports import Ports
from job_service.application.views import DailyWork, JobFilter, JobView, Sort, Tab
from job_service.domain.errors import (
    AccountNotFound,
    DatasetNotFound,
    InvalidAnnotators,
    InvalidJob,
    InvalidLabelSet,
    InvalidOwner,
    JobStateConflict,
    MemberNotFound,
    TeamNotFound,
    TooManyLabels,
)
from job_service.domain.job import AccountId, DatasetId, JobId, JobType, State, TeamChanges
from job_service.entrypoints.http.schemas import DeletionPreview, JobChanges, JobReply, NewJob, ProgressReply
from labelstream_common.access import RIGHTS, AccountRight, JobNotFound, JobRight, RightMissing
from labelstream_common.http import (
    CurrentCaller,
    CurrentJobRole,
    PageView,
    Paging,
    PreconditionFailed,
    Router,
    accepts_csv,
    check_if_match,
    csv_reply,
    etag_of,
    page_reply,
    policies,
)
from labelstream_common.mongo import InvalidCursor

router = Router(tags=["jobs"])

# 10,000 labels of 1,024 characters, each written as an escape of six bytes.
LARGEST_LABEL_SET_BYTES = 64 * 1024 * 1024

JobPath = Annotated[str, Path(max_length=128)]


async def ports_of(request: Request) -> Ports:
    ports = request.app.state.ports
    assert isinstance(ports, Ports)  # noqa: S101 - bootstrap put them there
    return ports


async def person_of(caller: CurrentCaller) -> Person:
    only_jobs = None if caller.key is None else caller.key.job_ids
    sees_all = caller.is_admin or (caller.key is not None and caller.key.of_admin)
    return Person(AccountId(caller.account_id), caller.is_admin, only_jobs, sees_all)


async def version_check_of(request: Request) -> CheckVersion:
    return lambda version: check_if_match(request, etag_of(version))


UsedPorts = Annotated[Ports, Depends(ports_of)]
CurrentPerson = Annotated[Person, Depends(person_of)]
VersionCheck = Annotated[CheckVersion, Depends(version_check_of)]


@router.post(
    "/jobs",
    policy=policies.account_may(AccountRight.CREATE_JOBS),
    status_code=201,
    errors=(
        DatasetNotFound,
        TeamNotFound,
        MemberNotFound,
        InvalidJob,
        InvalidLabelSet,
        TooManyLabels,
        InvalidAnnotators,
    ),
    max_body_bytes=LARGEST_LABEL_SET_BYTES,
    most_parts=120_000,  # 10,000 labels, each an object of three members, and the annotators
    present=JobReply.of,
)
async def create_job(body: NewJob, person: CurrentPerson, ports: UsedPorts, response: Response) -> JobReply:
    """Opens a labeling job on a dataset. It is `preparing` until all its images are in it."""
    command = OpenJob(
        name=body.name,
        dataset_id=DatasetId(body.dataset_id),
        type=JobType(body.type),
        description=body.description,
        labels=[label.value() for label in body.labels],
        team=body.team.value() if body.team else None,
        annotators=body.team.named() if body.team else (),
        settings=body.team.settings() if body.team else TeamChanges(),
        by=person,
    )
    return _tagged(await open_job(command, ports=ports), response)


@router.get("/jobs", policy=policies.signed_in(), errors=(InvalidCursor,))
async def list_jobs(
    *,
    person: CurrentPerson,
    paging: Paging,
    ports: UsedPorts,
    tab: Annotated[
        Tab | None, Query(description="jobs you created, or jobs you were added to; both by default")
    ] = None,
    type: JobType | None = None,  # noqa: A002 - the parameter's name in the contract
    state: State | None = None,
    name: Annotated[str | None, Query(max_length=128, description="text that the name contains, ignoring case")] = None,
    sort: Sort = "added",
) -> PageView[JobReply]:
    """The jobs that the caller owns or works in; an administrator sees all."""
    only = JobFilter(tab=tab, type=type, state=state, name_contains=name)
    page = await queries.list_jobs(person, only, replace(paging, sort=sort), ports=ports)
    return page_reply(page, JobReply.of)


@router.get("/jobs/{job_id}", policy=policies.job(JobRight.SEE), errors=(JobNotFound,))
async def get_job(job_id: JobPath, person: CurrentPerson, ports: UsedPorts, response: Response) -> JobReply:
    """One job, with its progress and the role that the caller has in it."""
    return _tagged(await queries.show_job(JobId(job_id), person, ports=ports), response)


@router.patch(
    "/jobs/{job_id}",
    policy=policies.job(JobRight.SETTINGS),
    errors=(
        JobNotFound,
        TeamNotFound,
        MemberNotFound,
        AccountNotFound,
        RightMissing,
        InvalidJob,
        InvalidAnnotators,
        InvalidOwner,
        PreconditionFailed,
        JobStateConflict,
    ),
    present=JobReply.of,
)
async def change_job(
    *,
    job_id: JobPath,
    body: JobChanges,
    person: CurrentPerson,
    role: CurrentJobRole,
    check_version: VersionCheck,
    ports: UsedPorts,
    response: Response,
) -> JobReply:
    """Changes texts, team settings or the owner. The former owner becomes a manager."""
    if body.owner_id is not None and JobRight.CHANGE_OWNER not in RIGHTS[role]:
        raise RightMissing(JobRight.CHANGE_OWNER.value, role.value)
    command = ChangeJob(JobId(job_id), body.value(), check_version, person)
    return _tagged(await changing.change_job(command, ports=ports), response)


@router.delete(
    "/jobs/{job_id}",
    policy=policies.job(JobRight.DELETE),
    status_code=204,
    errors=(JobNotFound, PreconditionFailed),
    replies={200: DeletionPreview},
)
async def delete_job(
    job_id: JobPath,
    person: CurrentPerson,
    check_version: VersionCheck,
    ports: UsedPorts,
    dry_run: Annotated[bool, Query(description="only count what would be deleted")] = False,
) -> Response:
    """Deletes the job with its labels and annotations. The images stay. `dry_run=true` says what would be deleted."""
    if dry_run:
        touched = await queries.what_deleting_touches(JobId(job_id), ports=ports)
        return Response(DeletionPreview.of(touched).model_dump_json(), media_type="application/json")
    await changing.delete_job(StepJob(JobId(job_id), check_version, person), ports=ports)
    return Response(status_code=204)


@router.get("/jobs/{job_id}/progress", policy=policies.job(JobRight.SEE), errors=(JobNotFound,), reply=ProgressReply)
async def get_progress(
    job_id: JobPath, person: CurrentPerson, role: CurrentJobRole, ports: UsedPorts, request: Request
) -> ProgressReply | Response:
    """Totals by status, by label, by annotator and by day.

    With `Accept: text/csv` the reply is a table of what each annotator did on each day (UTC), since the release that
    began to count this; it is recorded in the audit. Where items are dealt out or taken from a queue, a labeler sees
    only their own images and work, without counts by label.
    """
    if accepts_csv(request):
        days = await queries.export_daily_work(JobId(job_id), person, role, ports=ports)
        return csv_reply(_DAILY_COLUMNS, map(_daily_row, days))
    return ProgressReply.of_view(await queries.show_progress(JobId(job_id), person, role, ports=ports))


_DAILY_COLUMNS = ("day", "account_id", "name", "added", "removed", "reviewed")


def _daily_row(one: DailyWork) -> tuple[object, ...]:
    return one.day.isoformat(), one.actor.id, one.name, *one.work


_STEP_ERRORS = (JobNotFound, PreconditionFailed, JobStateConflict)


@router.post(
    "/jobs/{job_id}:complete", policy=policies.job(JobRight.SETTINGS), errors=_STEP_ERRORS, present=JobReply.of
)
async def complete_job(
    job_id: JobPath, person: CurrentPerson, check_version: VersionCheck, ports: UsedPorts, response: Response
) -> JobReply:
    """Ends the labeling: from now on every change of labels, items and data is refused."""
    command = StepJob(JobId(job_id), check_version, person)
    return _tagged(await changing.complete_job(command, ports=ports), response)


@router.post("/jobs/{job_id}:reopen", policy=policies.job(JobRight.SETTINGS), errors=_STEP_ERRORS, present=JobReply.of)
async def reopen_job(
    job_id: JobPath, person: CurrentPerson, check_version: VersionCheck, ports: UsedPorts, response: Response
) -> JobReply:
    """Reopens a completed job. It then catches up with its dataset."""
    command = StepJob(JobId(job_id), check_version, person)
    return _tagged(await changing.reopen_job(command, ports=ports), response)


def _tagged(view: JobView, response: Response) -> JobReply:
    response.headers["ETag"] = etag_of(view.job.version)
    return JobReply.of(view)
