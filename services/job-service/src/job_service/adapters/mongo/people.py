"""Who works where, and what people are called."""

import asyncio
from collections.abc import Mapping, Sequence

from pymongo import UpdateOne

from job_service.adapters.mongo import PEOPLE
from job_service.application.ports import Transaction
from job_service.domain.job import AccountId, JobId
from job_service.domain.people import Account, PersonFact
from labelstream_common.access import ACCOUNT_RIGHTS, AccessProjection, AccountRight, JobRole
from labelstream_common.access.rights import strongest
from labelstream_common.auth import AccountRole
from labelstream_common.mongo import Database

_ATTEMPTS, _PAUSE = 40, 0.05


class AccessRoles:
    """Roles of annotators, from the projection that every service keeps: who was just added is in it.

    Who owns a job is known here without the delay of its events, so what the projection says of that is left out.
    """

    def __init__(self, projection: AccessProjection) -> None:
        self._projection = projection

    async def of(self, account_id: AccountId) -> Mapping[JobId, JobRole]:
        found = await self._projection.roles_by_job(account_id)
        annotators = {job_id: {JobRole(role) for role in roles} - {JobRole.OWNER} for job_id, roles in found.items()}
        strongest_of = {JobId(job_id): strongest(roles) for job_id, roles in annotators.items()}
        return {job_id: role for job_id, role in strongest_of.items() if role is not None}

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
