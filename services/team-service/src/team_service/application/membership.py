"""What adding, changing and removing have in common for the members of teams and the annotators of jobs."""

from collections.abc import Sequence

from labelstream_common.ids import new_id
from labelstream_common.mongo import retried
from labelstream_contracts import AuditAction
from team_service.application.audit import noted_of_member
from team_service.application.ports import Ports, Work
from team_service.domain.accounts import AccountId
from team_service.domain.emails import Email
from team_service.domain.events import MemberAdded, MemberRemoved, MemberRoleChanged
from team_service.domain.joining import Candidate, comers
from team_service.domain.members import (
    MOST_PER_SCOPE,
    Member,
    MemberId,
    MemberRole,
    Person,
    Scope,
    TooManyMembers,
)


async def person_with(email: Email, name: str | None, ports: Ports, work: Work) -> Person:
    """The owner of an address. Until they come they have the same name with and without an account."""
    account = await ports.accounts.by_email(email, work)
    called = name or name_of_stranger(email)
    return Person(email, called) if account is None else Person.of(account, called)


def name_of_stranger(email: Email) -> str:
    return email.partition("@")[0]


async def put(scope: Scope, person: Person, role: MemberRole, by: str, *, ports: Ports, work: Work) -> Member:
    """Adds a person, or brings back who was removed. Raises AlreadyMember or TooManyMembers."""
    now = ports.clock.now()
    known = await ports.members.by_person(scope, person.email, person.account_id, work)
    if known is not None:
        member = known.added_again(person, role, now)
    else:
        member = Member.added(MemberId(new_id()), scope, person, role, now)
    if await ports.members.count(scope, work) >= MOST_PER_SCOPE:
        raise TooManyMembers
    await (ports.members.add(member, work) if known is None else ports.members.save(member, work))
    work.record(MemberAdded(member, by, now))
    work.record(noted_of_member(AuditAction.MEMBER_ADDED, member, by, role=role.value))
    return member


async def put_several(scope: Scope, candidates: Sequence[Candidate], by: str, *, ports: Ports, work: Work) -> int:
    """Adds whoever is not there yet, as far as there is room, in a few calls. How many there was no room for."""
    now = ports.clock.now()
    known = await ports.members.by_people(scope, [candidate.person for candidate in candidates], work)
    wanted = list(comers(candidates, known))
    room = max(0, MOST_PER_SCOPE - await ports.members.count(scope, work))
    added = [
        Member.added(MemberId(new_id()), scope, comer.person, comer.role, now)
        if comer.earlier is None
        else comer.earlier.added_again(comer.person, comer.role, now)
        for comer in wanted[:room]
    ]
    if added:
        await ports.members.put(added, work)
    for member in added:
        work.record(MemberAdded(member, by, now))
        work.record(noted_of_member(AuditAction.MEMBER_ADDED, member, by, role=member.role.value))
    return len(wanted) - len(added)


async def keep_change(before: Member, after: Member, by: str, ports: Ports, work: Work) -> None:
    if after.version == before.version:
        return
    await ports.members.save(after, work)
    work.record(MemberRoleChanged(after, by, ports.clock.now()))
    if after.role is not before.role:
        roles = {"from": before.role.value, "to": after.role.value}
        work.record(noted_of_member(AuditAction.ROLE_CHANGED, after, by, **roles))


@retried
async def note_that_they_came(scope: Scope, account_id: AccountId, *, ports: Ports) -> None:
    """Somebody who was added by their address looks at where they were added: now the others may know them."""
    known = await ports.members.with_account(scope, account_id)
    if known is None or known.called is None:
        return
    async with ports.unit_of_work() as work:
        member = await ports.members.find(known.id, work)
        if member is not None and member.account_id == account_id and member.called is not None:
            await keep_change(member, member.came(), account_id, ports, work)


async def came_to_job(job_id: str, account_id: AccountId, *, ports: Ports, work: Work) -> bool:
    """The same for somebody who labels in a job; whether that was new."""
    member = await ports.members.with_account_ever(Scope.job(job_id), account_id, work)
    if member is None or member.called is None:
        return False
    await keep_change(member, member.came(), account_id, ports, work)
    return True


async def take_out(member: Member, by: str, ports: Ports, work: Work) -> None:
    removed = member.removed()
    await ports.members.save(removed, work)
    work.record(MemberRemoved(removed, by, ports.clock.now()))
    work.record(noted_of_member(AuditAction.MEMBER_REMOVED, removed, by, role=removed.role.value))
