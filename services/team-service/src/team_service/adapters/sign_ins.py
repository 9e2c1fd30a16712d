"""Sign-ins in MongoDB: one document a chain, so that each step is one atomic write."""

from collections.abc import Sequence
from datetime import datetime

from pymongo import ReturnDocument

from labelstream_common.mongo import Database, Document, Page, PageParams
from team_service.adapters.collections import SIGN_INS
from team_service.adapters.paging import page_by_id
from team_service.adapters.sessions import session_of
from team_service.application.ports import Work
from team_service.domain.accounts import AccountId
from team_service.domain.secrets import Digest
from team_service.domain.sign_ins import IDLE_FOR, Device, SessionNotFound, SignIn, SignInId

# A token used once an hour for 30 days is replaced 720 times.
_REPLACED_REMEMBERED = 1_000


class MongoSignIns:
    def __init__(self, database: Database) -> None:
        self._sign_ins = database[SIGN_INS]

    async def add(self, sign_in: SignIn, work: Work) -> None:
        await self._sign_ins.insert_one(
            {
                "_id": sign_in.id,
                "account_id": sign_in.account_id,
                "current": sign_in.current,
                "replaced": [],
                "created_at": sign_in.created_at,
                "last_used_at": sign_in.last_used_at,
                "expires_at": sign_in.expires_at,
                "epoch": sign_in.epoch,
                "address": sign_in.device.address,
                "user_agent": sign_in.device.user_agent,
            },
            session=work.session,
        )

    async def rotate(self, token: Digest, successor: Digest, device: Device, now: datetime) -> SignIn | None:
        found = await self._sign_ins.find_one_and_update(
            {"current": token, "expires_at": {"$gt": now}},
            {
                "$set": {
                    "current": successor,
                    "expires_at": now + IDLE_FOR,
                    "last_used_at": now,
                    "address": device.address,
                    "user_agent": device.user_agent,
                },
                "$push": {"replaced": {"$each": [token], "$slice": -_REPLACED_REMEMBERED}},
            },
            return_document=ReturnDocument.AFTER,
        )
        return None if found is None else _sign_in(found)

    async def find(self, token: Digest, work: Work | None = None) -> SignIn | None:
        found = await self._sign_ins.find_one(
            {"$or": [{"current": token}, {"replaced": token}]}, session=session_of(work)
        )
        return None if found is None else _sign_in(found)

    async def of_account(self, sign_in_id: SignInId, account_id: AccountId, work: Work | None = None) -> SignIn:
        found = await self._sign_ins.find_one({"_id": sign_in_id, "account_id": account_id}, session=session_of(work))
        if found is None:
            raise SessionNotFound
        return _sign_in(found)

    async def page(self, account_id: AccountId, wish: PageParams) -> Page[SignIn]:
        return await page_by_id(self._sign_ins, {"account_id": account_id}, wish, _sign_in)

    async def count(self, account_id: AccountId) -> int:
        return int(await self._sign_ins.count_documents({"account_id": account_id}))

    async def remove(self, sign_in_id: SignInId, work: Work) -> bool:
        removed = await self._sign_ins.delete_one({"_id": sign_in_id}, session=work.session)
        return bool(removed.deleted_count)

    async def end_all(self, account_id: AccountId, work: Work) -> None:
        await self._sign_ins.delete_many({"account_id": account_id}, session=work.session)

    async def end_others(self, account_id: AccountId, kept: SignInId, work: Work) -> Sequence[SignInId]:
        others = {"account_id": account_id, "_id": {"$ne": kept}}
        found = await self._sign_ins.find(others, {"_id": 1}, session=work.session).to_list(None)
        await self._sign_ins.delete_many(others, session=work.session)
        return [SignInId(each["_id"]) for each in found]


def _sign_in(found: Document) -> SignIn:
    return SignIn(
        id=SignInId(found["_id"]),
        account_id=AccountId(found["account_id"]),
        current=Digest(found["current"]),
        created_at=found["created_at"],
        last_used_at=found["last_used_at"] if "last_used_at" in found else found["created_at"],
        expires_at=found["expires_at"],
        epoch=found.get("epoch", 0),
        device=Device(found.get("address", ""), found.get("user_agent", "")),
    )
