"""Several people who are to join a job or a team at once, beside those who are there or were."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from team_service.domain.accounts import AccountId
from team_service.domain.members import Member, MemberRole, MemberState, Person


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who is to be there, and in which role."""

    person: Person
    role: MemberRole


@dataclass(frozen=True, slots=True)
class Comer:
    """A candidate who is not there. `earlier` is the member that they were until they were removed."""

    person: Person
    role: MemberRole
    earlier: Member | None = None


def comers(candidates: Iterable[Candidate], known: Sequence[Member]) -> Iterator[Comer]:
    """The candidates who are not there, each person once and as first mentioned. `known` are all who match them."""
    by_email = {member.email: member for member in known}
    by_account: dict[AccountId | None, Member] = {member.account_id: member for member in known if member.account_id}
    for candidate in _once_each(candidates):
        person = candidate.person
        own, namesake = by_account.get(person.account_id), by_email.get(person.email)
        if any(member is not None and member.state is not MemberState.REMOVED for member in (own, namesake)):
            continue
        if own is not None and namesake is not None and own.id != namesake.id:
            # Two who were removed are one person now; an address belongs to one member of a scope.
            person = replace(person, email=own.email)
        yield Comer(person, candidate.role, own or namesake)


def _once_each(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    seen: set[str] = set()
    for candidate in candidates:
        marks = {f"email {candidate.person.email}", f"account {candidate.person.account_id or candidate.person.email}"}
        if seen.isdisjoint(marks):
            yield candidate
        seen |= marks
