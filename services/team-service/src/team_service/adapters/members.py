"""Members of teams and annotators of jobs in MongoDB: one collection, told apart by their scope."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pymongo import ReplaceOne

from labelstream_common.mongo import Database, Document, Page, PageParams
from team_service.adapters.collections import MEMBERS
from team_service.adapters.paging import page_by_id
from team_service.adapters.sessions import session_of
from team_service.application.ports import Work
from team_service.domain.accounts import AccountId
from team_service.domain.emails import Email
from team_service.domain.members import Member, MemberId, MemberRole, MemberState, Person, Scope, ScopeKind

_THERE = {"state": {"$ne": MemberState.REMOVED.value}}


class MongoMembers:
    def __init__(self, database: Database) -> None:
        self._members = database[MEMBERS]

    async def find(self, member_id: MemberId, work: Work | None = None) -> Member | None:
        return await self._one({"_id": member_id}, work)

    async def by_person(self, scope: Scope, email: Email, account_id: AccountId | None, work: Work) -> Member | None:
        member = await self._one({**_within(scope), "email": email}, work)
        if member is None and account_id is not None:
            return await self.with_account_ever(scope, account_id, work)
        return member

    async def by_people(self, scope: Scope, people: Sequence[Person], work: Work) -> Sequence[Member]:
        emails = [person.email for person in people]
        accounts = [person.account_id for person in people if person.account_id is not None]
        either: list[dict[str, Any]] = [{"email": {"$in": emails}}, {"account_id": {"$in": accounts}}]
        # The scope stands in each branch, so that each is one range of its own index.
        return await self._all({"$or": [{**_within(scope), **condition} for condition in either]}, work)

    async def several(self, member_ids: Sequence[MemberId], work: Work) -> Sequence[Member]:
        return await self._all({"_id": {"$in": list(member_ids)}}, work)

    async def with_email(self, email: Email, work: Work) -> Sequence[Member]:
        return await self._all({"email": email, "account_id": None, **_THERE}, work)

    async def of_scope(self, scope: Scope, work: Work | None = None) -> Sequence[Member]:
        return await self._all({**_within(scope), **_THERE}, work)

    async def count(self, scope: Scope, work: Work) -> int:
        return int(await self._members.count_documents({**_within(scope), **_THERE}, session=work.session))

    async def add(self, member: Member, work: Work) -> None:
        await self._members.insert_one(_document(member), session=work.session)

    async def save(self, member: Member, work: Work) -> None:
        await self._members.replace_one({"_id": member.id}, _document(member), session=work.session)

    async def put(self, members: Sequence[Member], work: Work) -> None:
        writes = [ReplaceOne({"_id": member.id}, _document(member), upsert=True) for member in members]
        await self._members.bulk_write(writes, ordered=False, session=work.session)

    async def page(self, scope: Scope, wish: PageParams, *, removed: bool, with_account: bool = False) -> Page[Member]:
        condition: dict[str, Any] = {"state": MemberState.REMOVED.value} if removed else dict(_THERE)
        if with_account:
            condition |= {"account_id": {"$type": "string"}, "called": None}
        return await page_by_id(self._members, {**_within(scope), **condition}, wish, _member)

    async def people(self, scope: Scope, wish: PageParams, *, besides: AccountId | None, room: int) -> Page[Member]:
        condition = {**_within(scope), "account_id": {"$type": "string", "$ne": besides}, "called": None}
        return await page_by_id(self._members, condition, replace(wish, limit=room), _member)

    async def with_account(self, scope: Scope, account_id: AccountId) -> Member | None:
        return await self._one(
            {**_within(scope), "account_id": account_id, "state": MemberState.ACTIVE.value}, work=None
        )

    async def with_account_ever(self, scope: Scope, account_id: AccountId, work: Work) -> Member | None:
        return await self._one({**_within(scope), "account_id": account_id}, work)

    async def roles(self, job_id: str, account_id: str) -> Sequence[str]:
        """The roles that an account has in a job, as this service's own members say."""
        condition = {**_within(Scope.job(job_id)), "account_id": account_id, "state": MemberState.ACTIVE.value}
        return [found["role"] async for found in self._members.find(condition, {"role": 1})]

    async def _one(self, condition: dict[str, Any], work: Work | None) -> Member | None:
        found = await self._members.find_one(condition, session=session_of(work))
        return None if found is None else _member(found)

    async def _all(self, condition: dict[str, Any], work: Work | None) -> Sequence[Member]:
        return [_member(found) async for found in self._members.find(condition, session=session_of(work))]


def _within(scope: Scope) -> dict[str, Any]:
    return {"scope": scope.kind.value, "scope_id": scope.id}


def _document(member: Member) -> Document:
    return {
        "_id": member.id,
        **_within(member.scope),
        "email": member.email,
        "name": member.name,
        "role": member.role.value,
        "state": member.state.value,
        "account_id": member.account_id,
        "added_at": member.added_at,
        "version": member.version,
        "called": member.called,
        "was_invited": member.was_invited,
    }


def _member(found: Document) -> Member:
    account_id = found["account_id"]
    return Member(
        id=MemberId(found["_id"]),
        scope=Scope(ScopeKind(found["scope"]), found["scope_id"]),
        email=Email(found["email"]),
        name=found["name"],
        role=MemberRole(found["role"]),
        state=MemberState(found["state"]),
        account_id=None if account_id is None else AccountId(account_id),
        added_at=found["added_at"],
        version=found["version"],
        called=found.get("called"),
        was_invited=found.get("was_invited", found["state"] == MemberState.INVITED.value),
    )
