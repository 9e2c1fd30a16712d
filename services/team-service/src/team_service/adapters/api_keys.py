"""API keys in MongoDB; of the secret only its digest."""

from datetime import datetime

from labelstream_common.auth import KeyLimits, KeyScope
from labelstream_common.mongo import Database, Document, Page, PageParams
from team_service.adapters.collections import API_KEYS
from team_service.adapters.paging import page_by_id
from team_service.application.ports import Work
from team_service.domain.accounts import AccountId
from team_service.domain.api_keys import ApiKey, ApiKeyId, ApiKeyNotFound
from team_service.domain.secrets import Digest


class MongoApiKeys:
    def __init__(self, database: Database) -> None:
        self._keys = database[API_KEYS]

    async def of_account(self, account_id: AccountId, wish: PageParams) -> Page[ApiKey]:
        return await page_by_id(self._keys, {"account_id": account_id}, wish, _key)

    async def count(self, account_id: AccountId, work: Work) -> int:
        return int(await self._keys.count_documents({"account_id": account_id}, session=work.session))

    async def add(self, key: ApiKey, work: Work) -> None:
        await self._keys.insert_one(
            {
                "_id": key.id,
                "account_id": key.account_id,
                "name": key.name,
                "secret": key.secret,
                "created_at": key.created_at,
                "expires_at": key.expires_at,
                "last_used_at": key.last_used_at,
                "scopes": sorted(key.limits.scopes),
                "job_ids": None if key.limits.job_ids is None else sorted(key.limits.job_ids),
            },
            session=work.session,
        )

    async def find(self, key_id: ApiKeyId) -> ApiKey | None:
        found = await self._keys.find_one({"_id": key_id})
        return None if found is None else _key(found)

    async def used(self, key_id: ApiKeyId, now: datetime) -> None:
        await self._keys.update_one({"_id": key_id}, {"$set": {"last_used_at": now}})

    async def remove(self, key_id: ApiKeyId, account_id: AccountId, work: Work) -> None:
        removed = await self._keys.delete_one({"_id": key_id, "account_id": account_id}, session=work.session)
        if not removed.deleted_count:
            raise ApiKeyNotFound


def _key(found: Document) -> ApiKey:
    return ApiKey(
        id=ApiKeyId(found["_id"]),
        account_id=AccountId(found["account_id"]),
        name=found["name"],
        secret=Digest(found["secret"]),
        created_at=found["created_at"],
        expires_at=found["expires_at"],
        last_used_at=found["last_used_at"],
        limits=_limits(found),
    )


def _limits(found: Document) -> KeyLimits:
    scopes, job_ids = found.get("scopes"), found.get("job_ids")
    return KeyLimits(
        frozenset(KeyScope) if scopes is None else frozenset(map(KeyScope, scopes)),
        None if job_ids is None else frozenset(job_ids),
    )
