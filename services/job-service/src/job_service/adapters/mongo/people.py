"""Who works where, and what people are called."""

import asyncio
from collections.abc import Mapping, Sequence

from pymongo import UpdateOne

from job_service.adapters.mongo import PEOPLE
from job_service.application.ports import Transaction
from job_service.domain.job import AccountId, JobId
from job_service.domain.people import Account, PersonFact
from labelstream_common.access import ACCOUNT_RIGHTS, Access, AccessProjection, AccountRight, JobRole
from labelstream_common.auth import AccountRole
from labelstream_common.mongo import Database

_ATTEMPTS, _PAUSE = 40, 0.05


class AccessRoles:
    """Roles from the projection that every service keeps: an annotator who was just added is in it."""

    def __init__(self, access: Access, projection: AccessProjection) -> None:
        self._access = access
        self._projection = projection

    async def of(self, account_id: AccountId) -> Mapping[JobId, JobRole]:
        found = await self._access.roles_by_job(account_id)
        return {JobId(job_id): role for job_id, role in found.items()}

    async def await_role(self, account_id: AccountId, job_id: JobId) -> None:
        for _ in range(_ATTEMPTS):
            if await self._projection.roles(job_id, account_id):
                return
            await asyncio.sleep(_PAUSE)


class AccessAccounts:
    """Accounts from the same projection."""

    def __init__(self, projection: AccessProjection) -> None:
        self._projection = projection

    async def find(self, account_id: str) -> Account | None:
        found = await self._projection.account(account_id)
        if found is None:
            return None
        rights = ACCOUNT_RIGHTS[AccountRole(found["role"])]
        return Account(may_create_jobs=not found["disabled"] and AccountRight.CREATE_JOBS in rights)


class MongoPeople:
    def __init__(self, database: Database) -> None:
        self._people = database[PEOPLE]

    async def put(self, people: Sequence[PersonFact], work: Transaction) -> None:
        if people:
            await self._people.bulk_write([_named(person) for person in people], session=work.session)

    async def names(self, account_ids: Sequence[str]) -> Mapping[str, str]:
        found = self._people.find({"_id": {"$in": list(account_ids)}}, {"name": 1})
        return {document["_id"]: document["name"] async for document in found}


def _named(person: PersonFact) -> UpdateOne:
    seen = {"$gte": [{"$ifNull": ["$version", -1]}, person.version]}
    state = {
        "name": {"$cond": [seen, "$name", {"$literal": person.name}]},
        "version": {"$cond": [seen, "$version", person.version]},
    }
    return UpdateOne({"_id": person.account_id}, [{"$set": state}], upsert=True)
