"""The annotators of a labeling job."""

import contextlib
from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import model_validator

from labelstream_common.access import RIGHTS, JobRight, await_young
from labelstream_common.http import (
    Body,
    Caller,
    CurrentJobRole,
    Omittable,
    PageView,
    PreconditionFailed,
    Router,
    etag_of,
    page_reply,
    policies,
)
from team_service.application.annotators import (
    AddAnnotator,
    AddTeamMember,
    ChangeAnnotator,
    add_annotator,
    add_team_member,
    annotator_of,
    change_annotator,
    list_annotators,
    remove_annotator,
)
from team_service.application.invitations import SendEmail, Written, send_email
from team_service.application.membership import note_that_they_came
from team_service.application.ports import Ports
from team_service.domain.attempts import TooManyAttempts
from team_service.domain.emails import InvalidEmail
from team_service.domain.mail import MailNotConfigured
from team_service.domain.members import (
    AlreadyMember,
    AnnotatorNotFound,
    Member,
    MemberId,
    MemberNotFound,
    MemberRole,
    OwnerIsNoAnnotator,
    Scope,
    TooManyMembers,
)
from team_service.domain.names import InvalidName
from team_service.domain.viewers import Viewer
from team_service.entrypoints.http.member_views import (
    AnnotatorView,
    RoleName,
    TouchedView,
    annotator_view,
    annotator_view_without_email,
    touched,
)
from team_service.entrypoints.http.parameters import IfMatch, ThePorts, TheViewer, Wish, ports_of

router = Router(tags=["annotators"])


async def _found(request: Request, _: Caller) -> None:
    """Raises AnnotatorNotFound. The owner is known too, though no annotator: that is a conflict, and told later."""
    with contextlib.suppress(OwnerIsNoAnnotator):  # the route itself refuses that, as a conflict
        annotator_id = MemberId(request.path_params["annotator_id"])
        await annotator_of(request.path_params["job_id"], annotator_id, ports_of(request))


_MANAGES = policies.job(JobRight.MANAGE_ANNOTATORS)
_MANAGES_ONE = policies.job(JobRight.MANAGE_ANNOTATORS, finds=_found)


class NewAnnotator(Body):
    """A member of a team by `member_id`, or anybody by `email`."""

    member_id: str | None = None
    email: str | None = None
    name: str | None = None
    role: RoleName | None = None

    @model_validator(mode="after")
    def _names_one_person(self) -> "NewAnnotator":
        if (self.member_id is None) == (self.email is None):
            raise ValueError("Give either member_id or email.")
        return self


class AnnotatorChange(Body):
    role: Omittable[RoleName] = None


def _present_written(written: Written) -> AnnotatorView:
    return annotator_view(written.member, written.letter)


@router.get("/jobs/{job_id}/annotators", policy=policies.job(JobRight.SEE))
async def get_annotators(
    job_id: str,
    role: CurrentJobRole,
    ports: ThePorts,
    viewer: TheViewer,
    wish: Wish,
    removed: Annotated[bool, Query(description="the removed ones instead")] = False,
) -> PageView[AnnotatorView]:
    """The job's annotators; its owner is not one of them.

    People who do not manage annotators see no e-mail addresses, and only people with an account.
    """
    await note_that_they_came(Scope.job(job_id), viewer.account_id, ports=ports)
    manages = JobRight.MANAGE_ANNOTATORS in RIGHTS[role]
    page = await list_annotators(job_id, wish, ports=ports, removed=removed, with_account=not manages)
    if not manages:
        return page_reply(page, annotator_view_without_email)
    letters = await ports.letters.latest([member.id for member in page.items])
    return page_reply(page, lambda member: annotator_view(member, letters.get(member.id)))


@router.post(
    "/jobs/{job_id}/annotators",
    policy=_MANAGES,
    status_code=201,
    present=annotator_view,
    errors=(MemberNotFound, InvalidEmail, InvalidName, AlreadyMember, TooManyMembers, OwnerIsNoAnnotator),
)
async def post_annotator(
    job_id: str, body: NewAnnotator, response: Response, ports: ThePorts, viewer: TheViewer
) -> AnnotatorView:
    """Add an annotator. Nothing is sent. People with an account can begin at once.

    The reply does not reveal whether the address has an account; it is the same until that person comes.
    """
    await await_young(job_id, lambda: ports.jobs.find(job_id))
    annotator = await _add(job_id, body, viewer, ports)
    response.headers["ETag"] = etag_of(annotator.version)
    return await _described(annotator, ports)


@router.patch(
    "/jobs/{job_id}/annotators/{annotator_id}",
    policy=_MANAGES_ONE,
    present=annotator_view,
    errors=(AnnotatorNotFound, OwnerIsNoAnnotator, PreconditionFailed),
)
async def patch_annotator(
    *,
    job_id: str,
    annotator_id: str,
    body: AnnotatorChange,
    response: Response,
    ports: ThePorts,
    viewer: TheViewer,
    check_version: IfMatch,
) -> AnnotatorView:
    """Change an annotator's role."""
    role = None if body.role is None else MemberRole(body.role)
    command = ChangeAnnotator(job_id, MemberId(annotator_id), viewer, role)
    annotator = await change_annotator(command, ports=ports, check_version=check_version)
    response.headers["ETag"] = etag_of(annotator.version)
    return await _described(annotator, ports)


@router.delete(
    "/jobs/{job_id}/annotators/{annotator_id}",
    policy=_MANAGES_ONE,
    status_code=204,
    replies={200: TouchedView},
    errors=(AnnotatorNotFound, OwnerIsNoAnnotator, PreconditionFailed),
)
async def delete_annotator(
    *,
    job_id: str,
    annotator_id: str,
    ports: ThePorts,
    viewer: TheViewer,
    check_version: IfMatch,
    dry_run: Annotated[bool, Query(description="only check whether it could be done")] = False,
) -> Response:
    """Remove an annotator: within a second they have no access to the job. What they labeled stays."""
    if dry_run:
        await annotator_of(job_id, MemberId(annotator_id), ports)
        return touched(1)
    await remove_annotator(job_id, MemberId(annotator_id), viewer, ports=ports, check_version=check_version)
    return Response(status_code=204)


@router.post(
    "/jobs/{job_id}/annotators/{annotator_id}:send-email",
    policy=_MANAGES_ONE,
    present=_present_written,
    errors=(AnnotatorNotFound, OwnerIsNoAnnotator, TooManyAttempts, MailNotConfigured),
)
async def send_job(job_id: str, annotator_id: str, ports: ThePorts, viewer: TheViewer) -> AnnotatorView:
    """Send the labeling job to an annotator by e-mail. Without an account they get an invitation.

    The e-mail is sent after the reply, and sending is retried for a day; `letter` shows its state.
    """
    return _present_written(await send_email(SendEmail(job_id, MemberId(annotator_id), viewer), ports=ports))


async def _described(annotator: Member, ports: Ports) -> AnnotatorView:
    return annotator_view(annotator, (await ports.letters.latest([annotator.id])).get(annotator.id))


async def _add(job_id: str, body: NewAnnotator, viewer: Viewer, ports: Ports) -> Member:
    role = None if body.role is None else MemberRole(body.role)
    if body.member_id is not None:
        return await add_team_member(AddTeamMember(job_id, MemberId(body.member_id), viewer, role), ports=ports)
    command = AddAnnotator(job_id, body.email or "", role or MemberRole.LABELER, viewer, body.name)
    return await add_annotator(command, ports=ports)
