"""Sign-ins in MongoDB: one document a chain, so that each step is one atomic write."""

from datetime import datetime

from pymongo import ReturnDocument

from labelstream_common.mongo import Database, Document
from team_service.adapters.collections import SIGN_INS
from team_service.adapters.sessions import session_of
from team_service.application.ports import Work
from team_service.domain.accounts import AccountId
from team_service.domain.secrets import Digest
from team_service.domain.sign_ins import IDLE_FOR, SignIn, SignInId

# A token used once an hour for 30 days is replaced 720 times.
_REPLACED_REMEMBERED = 1_000


class MongoSignIns:
    def __init__(self, database: Database) -> None:
        self._sign_ins = database[SIGN_INS]

    async def add(self, sign_in: SignIn) -> None:
        await self._sign_ins.insert_one(
            {
                "_id": sign_in.id,
                "account_id": sign_in.account_id,
                "current": sign_in.current,
                "replaced": [],
                "created_at": sign_in.created_at,
                "expires_at": sign_in.expires_at,
            }
        )

    async def rotate(self, token: Digest, successor: Digest, now: datetime) -> SignIn | None:
        found = await self._sign_ins.find_one_and_update(
            {"current": token, "expires_at": {"$gt": now}},
            {
                "$set": {"current": successor, "expires_at": now + IDLE_FOR},
                "$push": {"replaced": {"$each": [token], "$slice": -_REPLACED_REMEMBERED}},
            },
            return_document=ReturnDocument.AFTER,
        )
        return None if found is None else _sign_in(found)

    async def end_replaced(self, token: Digest) -> bool:
        ended = await self._sign_ins.delete_one({"replaced": token})
        return bool(ended.deleted_count)

    async def end(self, token: Digest) -> None:
        await self._sign_ins.delete_one({"$or": [{"current": token}, {"replaced": token}]})

    async def end_all(self, account_id: AccountId, work: Work | None = None) -> None:
        await self._sign_ins.delete_many({"account_id": account_id}, session=session_of(work))


def _sign_in(found: Document) -> SignIn:
    return SignIn(
        id=SignInId(found["_id"]),
        account_id=AccountId(found["account_id"]),
        current=Digest(found["current"]),
        created_at=found["created_at"],
        expires_at=found["expires_at"],
    )
