"""Accounts in MongoDB."""

from collections.abc import Mapping, Sequence
from typing import Any

from labelstream_common.mongo import Database, Document, Page, PageParams
from team_service.adapters.collections import ACCOUNTS, INSTALLATION
from team_service.adapters.paging import page_by_id
from team_service.adapters.sessions import session_of
from team_service.application.ports import Work
from team_service.domain.accounts import Account, AccountId, AccountNotFound, AccountRole, EndedCredential
from team_service.domain.emails import Email

_ADMINISTRATORS = "administrators"


class MongoAccounts:
    def __init__(self, database: Database) -> None:
        self._accounts = database[ACCOUNTS]
        self._installation = database[INSTALLATION]

    async def get(self, account_id: AccountId, work: Work | None = None) -> Account:
        found = await self._accounts.find_one({"_id": account_id}, session=session_of(work))
        if found is None:
            raise AccountNotFound
        return _account(found)

    async def by_email(self, email: Email, work: Work | None = None) -> Account | None:
        found = await self._accounts.find_one({"email": email}, session=session_of(work))
        return None if found is None else _account(found)

    async def by_emails(self, emails: Sequence[Email], work: Work) -> Mapping[Email, Account]:
        found = self._accounts.find({"email": {"$in": list(set(emails))}}, session=work.session)
        return {Email(each["email"]): _account(each) async for each in found}

    async def by_ids(self, account_ids: Sequence[AccountId]) -> Mapping[AccountId, Account]:
        found = self._accounts.find({"_id": {"$in": list(set(account_ids))}})
        return {AccountId(each["_id"]): _account(each) async for each in found}

    async def add(self, account: Account, work: Work) -> None:
        await self._accounts.insert_one(_document(account), session=work.session)

    async def save(self, account: Account, work: Work) -> None:
        await self._accounts.replace_one({"_id": account.id}, _document(account), session=work.session)

    async def count_other_administrators(self, account_id: AccountId, work: Work) -> int:
        # Two transactions that each take one of two administrators away must not both see the other one.
        await self._touch_administrators(work)
        others = {"role": AccountRole.ADMIN.value, "disabled": False, "_id": {"$ne": account_id}}
        return int(await self._accounts.count_documents(others, session=work.session))

    async def claim_first(self, work: Work) -> bool:
        if await self._accounts.find_one({}, {"_id": 1}, session=work.session) is not None:
            return False
        await self._touch_administrators(work)
        return True

    async def page(self, wish: PageParams, *, email: Email | None, role: AccountRole | None) -> Page[Account]:
        condition: dict[str, Any] = {}
        if email is not None:
            condition["email"] = email
        if role is not None:
            condition["role"] = role.value
        return await page_by_id(self._accounts, condition, wish, _account)

    async def _touch_administrators(self, work: Work) -> None:
        await self._installation.update_one(
            {"_id": _ADMINISTRATORS}, {"$inc": {"changes": 1}}, upsert=True, session=work.session
        )


def _document(account: Account) -> Document:
    return {
        "_id": account.id,
        "email": account.email,
        "name": account.name,
        "role": account.role.value,
        "disabled": account.disabled,
        "version": account.version,
        "created_at": account.created_at,
        "password_hash": account.password_hash,
        "epoch": account.epoch,
        "ended": [{"id": each.id, "at": each.at} for each in account.ended],
    }


def _account(found: Document) -> Account:
    return Account(
        id=AccountId(found["_id"]),
        email=Email(found["email"]),
        name=found["name"],
        role=AccountRole(found["role"]),
        disabled=found["disabled"],
        version=found["version"],
        created_at=found["created_at"],
        password_hash=found["password_hash"],
        epoch=found.get("epoch", 0),
        ended=tuple(EndedCredential(each["id"], each["at"]) for each in found.get("ended", ())),
    )
