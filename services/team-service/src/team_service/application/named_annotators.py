"""Whom a job's change makes annotators: people named one by one, and everybody of a team that is newly named.

The request was answered before, so nobody is refused here. Who cannot be added is left out, and the log says why.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from labelstream_common.telemetry import get_logger
from team_service.application import membership
from team_service.application.ports import Ports, Work
from team_service.application.teams import may_see
from team_service.domain.accounts import AccountId, AccountNotFound
from team_service.domain.emails import InvalidEmail, normalised
from team_service.domain.jobs import Job
from team_service.domain.joining import Candidate
from team_service.domain.members import Member, MemberId, MemberRole, MemberState, Person, Scope, ScopeKind
from team_service.domain.viewers import Viewer

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class NamedMember:
    """A member of a team, by default with the role they have there."""

    member_id: MemberId
    role: MemberRole | None = None


@dataclass(frozen=True, slots=True)
class NamedAddress:
    """Somebody by address, whoever that is."""

    email: str
    role: MemberRole


@dataclass(frozen=True, slots=True)
class NameAnnotators:
    """`new_team_id` is a team that the job had not before. Only teams that `by` may see give anybody to the job."""

    job: Job
    by: AccountId
    named: Sequence[NamedMember | NamedAddress] = ()
    new_team_id: str | None = None


async def name_annotators(command: NameAnnotators, *, ports: Ports, work: Work) -> None:
    """Who was named one by one gets the role given there; who is an annotator already, or the owner, stays so."""
    candidates = [*await _named(command, ports, work), *await _of_new_team(command, ports, work)]
    candidates = await _with_accounts(candidates, ports, work)
    others = [candidate for candidate in candidates if candidate.person.account_id != command.job.owner_id]
    if not others:
        return
    too_many = await membership.put_several(Scope.job(command.job.id), others, command.by, ports=ports, work=work)
    if too_many:
        _left_out(command, "the job has as many annotators as it may", people=too_many)


async def _named(command: NameAnnotators, ports: Ports, work: Work) -> list[Candidate]:
    wanted = [named.member_id for named in command.named if isinstance(named, NamedMember)]
    members = {member.id: member for member in await ports.members.several(wanted, work)} if wanted else {}
    seen = await _seen({member.scope.id for member in members.values()}, command.by, ports)
    candidates: list[Candidate] = []
    for named in command.named:
        if isinstance(named, NamedAddress):
            candidates.extend(_by_address(named, command))
            continue
        member = members.get(named.member_id)
        reason = _why_not(member, seen)
        if member is None or reason is not None:
            _left_out(command, reason, member_id=named.member_id)
        else:
            candidates.append(_candidate(member, named.role))
    return candidates


async def _of_new_team(command: NameAnnotators, ports: Ports, work: Work) -> list[Candidate]:
    team_id = command.new_team_id
    if team_id is None:
        return []
    if not await _seen({team_id}, command.by, ports):
        _left_out(command, "no such team, or one that who named it may not see", team_id=team_id)
        return []
    return [_candidate(member) for member in await ports.members.of_scope(Scope.team(team_id), work)]


async def _with_accounts(candidates: Sequence[Candidate], ports: Ports, work: Work) -> list[Candidate]:
    """Each with the account of their address, where there is one."""
    strangers = [candidate.person.email for candidate in candidates if candidate.person.account_id is None]
    accounts = await ports.accounts.by_emails(strangers, work) if strangers else {}
    return [
        replace(candidate, person=Person.of(accounts[candidate.person.email], candidate.person.name))
        if candidate.person.account_id is None and candidate.person.email in accounts
        else candidate
        for candidate in candidates
    ]


async def _seen(team_ids: AbstractSet[str], by: AccountId, ports: Ports) -> AbstractSet[str]:
    if not team_ids:
        return frozenset()
    try:
        account = await ports.accounts.get(by)
    except AccountNotFound:
        return frozenset()  # whoever no longer exists sees no team
    viewer = Viewer(account.id, account.role)
    return {team_id for team_id in team_ids if await may_see(team_id, viewer, ports)}


def _by_address(named: NamedAddress, command: NameAnnotators) -> Iterable[Candidate]:
    try:
        email = normalised(named.email)
    except InvalidEmail:
        _left_out(command, "not an e-mail address")
        return ()
    return (Candidate(Person(email, membership.name_of_stranger(email)), named.role),)


def _candidate(member: Member, role: MemberRole | None = None) -> Candidate:
    return Candidate(Person(member.email, member.name, member.account_id, member.called), role or member.role)


def _why_not(member: Member | None, seen: AbstractSet[str]) -> str | None:
    if member is None or member.scope.kind is not ScopeKind.TEAM:
        return "no such member of a team"
    if member.state is MemberState.REMOVED:
        return "was removed from the team"
    if member.scope.id not in seen:
        return "of a team that who named them may not see"
    return None


def _left_out(command: NameAnnotators, reason: str | None, **about: object) -> None:
    log.warning("team.annotators.left_out", job_id=command.job.id, named_by=command.by, reason=reason, **about)
