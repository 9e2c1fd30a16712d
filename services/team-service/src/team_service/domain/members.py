"""Members: the people of a team, and the annotators of a job. Both are one thing in two scopes.

A job's owner is never a member of it: ownership stands on the job, and cannot be taken away here.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from labelstream_common.errors import Conflict, NotFound
from team_service.domain.accounts import Account, AccountId
from team_service.domain.emails import Email

MemberId = NewType("MemberId", str)

# A job or a team ends in one transaction, with an event for each of its members.
MOST_PER_SCOPE = 1_000


class MemberRole(StrEnum):
    LABELER = "labeler"
    REVIEWER = "reviewer"
    MANAGER = "manager"


class MemberState(StrEnum):
    """`not_invited` and `invited` have no account yet; `active` has one; `removed` may do nothing any more."""

    NOT_INVITED = "not_invited"
    INVITED = "invited"
    ACTIVE = "active"
    REMOVED = "removed"


class ScopeKind(StrEnum):
    JOB = "job"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a member belongs: one job or one team."""

    kind: ScopeKind
    id: str

    @classmethod
    def job(cls, job_id: str) -> "Scope":
        return cls(ScopeKind.JOB, job_id)

    @classmethod
    def team(cls, team_id: str) -> "Scope":
        return cls(ScopeKind.TEAM, team_id)

    @property
    def job_id(self) -> str | None:
        return self.id if self.kind is ScopeKind.JOB else None


class MemberNotFound(NotFound):
    code = "member-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such member.")


class AnnotatorNotFound(NotFound):
    code = "annotator-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such annotator in this job.")


class AlreadyMember(Conflict):
    code = "already-member"

    def __init__(self, member_id: MemberId) -> None:
        super().__init__("This person has already been added.", member_id=member_id)


class TooManyMembers(Conflict):
    code = "too-many-members"

    def __init__(self) -> None:
        super().__init__(f"A job or a team can have at most {MOST_PER_SCOPE:,} members. Remove somebody first.")


class OwnerIsNoAnnotator(Conflict):
    """Ownership is more than any role, and is handed on by the job itself."""

    code = "owner-is-no-annotator"

    def __init__(self) -> None:
        super().__init__("The owner of a job has every right in it, and cannot be added or removed as an annotator.")


@dataclass(frozen=True, slots=True)
class Person:
    """Who is to be a member: an address, what to call them, and their account if they have one.

    `called` is how whoever adds an account by its address calls its owner: they are not told more until that person has
    come. None where it is known already who somebody is.
    """

    email: Email
    name: str
    account_id: AccountId | None = None
    called: str | None = None

    @classmethod
    def of(cls, account: Account, called: str | None = None) -> "Person":
        return cls(account.email, account.name, account.id, called)


@dataclass(frozen=True, slots=True)
class Member:
    """`called` is set while those who added somebody with an account by their address are not to know that there is
    one: it is what they call that person. `was_invited`: an e-mail was sent since they were added."""

    id: MemberId
    scope: Scope
    email: Email
    name: str
    role: MemberRole
    state: MemberState
    added_at: datetime
    account_id: AccountId | None = None
    version: int = 1
    called: str | None = None
    was_invited: bool = False

    @classmethod
    def added(cls, member_id: MemberId, scope: Scope, person: Person, role: MemberRole, at: datetime) -> "Member":
        """A new member. Somebody with an account is active at once; nobody is written to."""
        return cls(
            member_id,
            scope,
            person.email,
            person.name,
            role,
            _first_state(person),
            at,
            person.account_id,
            called=person.called,
        )

    @property
    def as_typed(self) -> "Member":
        """What those who added somebody by address may see: the same, whether there is an account or not.

        Once the person has come, or where they were not added by their address, that is the member as it is.
        """
        if self.called is None:
            return self
        state = MemberState.INVITED if self.was_invited else MemberState.NOT_INVITED
        shown = self.state if self.state is MemberState.REMOVED else state
        return replace(self, name=self.called, account_id=None, state=shown)

    def came(self) -> "Member":
        """The person has shown up: from now on everybody who works with them may know who they are."""
        return self._next(replace(self, called=None))

    def added_again(self, person: Person, role: MemberRole, at: datetime) -> "Member":
        """One who was removed comes back as the same member, so that versions go on. Raises AlreadyMember."""
        if self.state is not MemberState.REMOVED:
            raise AlreadyMember(self.id)
        return self._next(
            replace(
                self,
                email=person.email,
                name=person.name,
                role=role,
                state=_first_state(person),
                added_at=at,
                account_id=person.account_id,
                called=person.called,
                was_invited=False,
            )
        )

    def changed(self, *, role: MemberRole | None = None, name: str | None = None) -> "Member":
        """The member with what is given; the same one, of the same version, if that changes nothing."""
        called = self.called if name is None or self.called is None else name
        return self._next(
            replace(
                self,
                role=self.role if role is None else role,
                name=self.name if name is None else name,
                called=called,
            )
        )

    def removed(self) -> "Member":
        return self._next(replace(self, state=MemberState.REMOVED))

    def invited(self) -> "Member":
        """An e-mail was sent. Somebody who is active stays so."""
        state = MemberState.INVITED if self.account_id is None else self.state
        return self._next(replace(self, state=state, was_invited=True))

    def activated(self, account: Account, *, came: bool) -> "Member":
        """The person has an account now. One who was removed stays so. `came`: they have shown that it is them."""
        if self.state is MemberState.REMOVED:
            return self
        called = None if came else self.called or self.name
        return self._next(
            replace(self, account_id=account.id, name=account.name, state=MemberState.ACTIVE, called=called)
        )

    def _next(self, after: "Member") -> "Member":
        return self if after == self else replace(after, version=self.version + 1)


def _first_state(person: Person) -> MemberState:
    return MemberState.NOT_INVITED if person.account_id is None else MemberState.ACTIVE
