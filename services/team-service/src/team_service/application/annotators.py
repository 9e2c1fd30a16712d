"""The annotators of a labeling job: adding, changing the role, removing."""

from dataclasses import dataclass

from labelstream_common.mongo import Page, PageParams, retried
from team_service.application import membership
from team_service.application.accounts import CheckVersion
from team_service.application.ports import Ports, Work
from team_service.application.teams import may_see
from team_service.domain.emails import normalised
from team_service.domain.jobs import Job
from team_service.domain.members import (
    AnnotatorNotFound,
    Member,
    MemberId,
    MemberNotFound,
    MemberRole,
    MemberState,
    OwnerIsNoAnnotator,
    Person,
    Scope,
    ScopeKind,
)
from team_service.domain.names import person_name
from team_service.domain.viewers import Viewer


@dataclass(frozen=True, slots=True)
class AddAnnotator:
    """Somebody by address, whoever that is."""

    job_id: str
    email: str
    role: MemberRole
    by: Viewer
    name: str | None = None


@dataclass(frozen=True, slots=True)
class AddTeamMember:
    """A member of a team, by default with the role they have there."""

    job_id: str
    member_id: MemberId
    by: Viewer
    role: MemberRole | None = None


@dataclass(frozen=True, slots=True)
class ChangeAnnotator:
    job_id: str
    annotator_id: MemberId
    by: Viewer
    role: MemberRole | None = None


@retried
async def add_annotator(command: AddAnnotator, *, ports: Ports) -> Member:
    """Raises InvalidEmail, InvalidName, AlreadyMember, TooManyMembers or OwnerIsNoAnnotator."""
    email = normalised(command.email)
    name = None if command.name is None else person_name(command.name)
    async with ports.unit_of_work() as work:
        person = await membership.person_with(email, name, ports, work)
        member = await _put(command.job_id, person, command.role, command.by, ports=ports, work=work)
        work.returns(member)
    return member


@retried
async def add_team_member(command: AddTeamMember, *, ports: Ports) -> Member:
    """Raises MemberNotFound (also for a team that the caller may not see), AlreadyMember or OwnerIsNoAnnotator."""
    async with ports.unit_of_work() as work:
        picked = await _team_member(command, ports, work)
        person = await _person_of(picked, ports, work)
        member = await _put(command.job_id, person, command.role or picked.role, command.by, ports=ports, work=work)
        work.returns(member)
    return member


@retried
async def change_annotator(
    command: ChangeAnnotator, *, ports: Ports, check_version: CheckVersion | None = None
) -> Member:
    """Raises AnnotatorNotFound, OwnerIsNoAnnotator or Stale."""
    async with ports.unit_of_work() as work:
        before = await annotator_of(command.job_id, command.annotator_id, ports, work)
        if check_version is not None:
            check_version(before.version)
        after = before.changed(role=command.role)
        await membership.keep_change(before, after, command.by.account_id, ports, work)
        work.returns(after)
    return after


@retried
async def remove_annotator(
    job_id: str, annotator_id: MemberId, by: Viewer, *, ports: Ports, check_version: CheckVersion | None = None
) -> None:
    """Raises AnnotatorNotFound, OwnerIsNoAnnotator or Stale."""
    async with ports.unit_of_work() as work:
        member = await annotator_of(job_id, annotator_id, ports, work)
        if check_version is not None:
            check_version(member.version)
        await membership.take_out(member, by.account_id, ports, work)


async def annotator_of(job_id: str, annotator_id: MemberId, ports: Ports, work: Work | None = None) -> Member:
    """Somebody of this job who was not removed."""
    member = await ports.members.find(annotator_id, work)
    if member is not None and member.scope == Scope.job(job_id) and member.state is not MemberState.REMOVED:
        return member
    job = await ports.jobs.find(job_id, work)
    if job is not None and job.owner_id == annotator_id:
        raise OwnerIsNoAnnotator
    raise AnnotatorNotFound


async def list_annotators(
    job_id: str, wish: PageParams, *, ports: Ports, removed: bool = False, with_account: bool = False
) -> Page[Member]:
    return await ports.members.page(Scope.job(job_id), wish, removed=removed, with_account=with_account)


async def _put(job_id: str, person: Person, role: MemberRole, by: Viewer, *, ports: Ports, work: Work) -> Member:
    job = await ports.jobs.find(job_id, work)
    if job is not None and person.account_id == job.owner_id:
        raise OwnerIsNoAnnotator
    return await membership.put(Scope.job(job_id), person, role, by.account_id, ports=ports, work=work)


async def _person_of(picked: Member, ports: Ports, work: Work) -> Person:
    """Who is picked from a team is known here as far as there."""
    if picked.account_id is not None and picked.called is None:
        return Person(picked.email, picked.name, picked.account_id)
    return await membership.person_with(picked.email, picked.called or picked.name, ports, work)


async def _team_member(command: AddTeamMember, ports: Ports, work: Work) -> Member:
    member = await ports.members.find(command.member_id, work)
    if member is None or member.scope.kind is not ScopeKind.TEAM or member.state is MemberState.REMOVED:
        raise MemberNotFound
    job = await ports.jobs.find(command.job_id, work)
    if not (_is_team_of(job, member) or await may_see(member.scope.id, command.by, ports)):
        raise MemberNotFound
    return member


def _is_team_of(job: Job | None, member: Member) -> bool:
    return job is not None and job.team_id == member.scope.id
