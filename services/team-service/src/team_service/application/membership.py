"""What adding, changing and removing have in common for the members of teams and the annotators of jobs."""

from collections.abc import Sequence

from labelstream_common.ids import new_id
from team_service.application.ports import Ports, Work
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
    """Who has this address: the account's own name and id, or what is known of a stranger."""
    account = await ports.accounts.by_email(email, work)
    return Person(email, name or name_of_stranger(email)) if account is None else Person.of(account)


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
    return len(wanted) - len(added)


async def keep_change(before: Member, after: Member, by: str, ports: Ports, work: Work) -> None:
    if after.version == before.version:
        return
    await ports.members.save(after, work)
    work.record(MemberRoleChanged(after, by, ports.clock.now()))


async def take_out(member: Member, by: str, ports: Ports, work: Work) -> None:
    removed = member.removed()
    await ports.members.save(removed, work)
    work.record(MemberRemoved(removed, by, ports.clock.now()))
