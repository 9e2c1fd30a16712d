"""Jobs' owners, annotators of jobs, and accounts, as this service keeps them from others' events.

| collection | `_id` | kept |
|---|---|---|
| `access_jobs` | job id | owner, dataset, settings, state; a deleted job stays, `deleted` |
| `access_members` | annotator id | job, account, role, `active` |
| `access_team_members` | member id | team, account, `active` |
| `access_accounts` | account id | e-mail, role, `disabled`, epoch and ended credentials of its tokens |

Every document carries the version of the event that it stands at: an older event changes nothing, and revives nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import UpdateOne

from labelstream_common.mongo import Database, Document, Index, Session
from labelstream_contracts import AccountPayload, JobDeleted, JobPayload, MemberPayload, MemberRemoved, Payload
from labelstream_contracts.team_settings import DEFAULT_TEAM_SETTINGS, TeamSettings

JOBS, MEMBERS, ACCOUNTS, TEAM_MEMBERS = "access_jobs", "access_members", "access_accounts", "access_team_members"
ACCESS_COLLECTIONS = (JOBS, MEMBERS, ACCOUNTS, TEAM_MEMBERS)

ACCESS_INDEXES = (
    Index(MEMBERS, (("job_id", 1), ("account_id", 1)), "job_account"),
    Index(MEMBERS, (("account_id", 1), ("job_id", 1)), "account_job"),
    Index(TEAM_MEMBERS, (("account_id", 1), ("team_id", 1)), "account_team"),
    Index(JOBS, (("owner_id", 1),), "owner"),
    Index(JOBS, (("dataset_id", 1),), "dataset"),
)

Change = tuple[str, str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class JobFacts:
    """A job that is there. A deleted one has no facts."""

    job_id: str
    owner_id: str
    dataset_id: str
    is_team: bool = False
    team: TeamSettings = DEFAULT_TEAM_SETTINGS
    state: str = "active"


def change_of(payload: Payload) -> Change | None:
    """Collection, id and fields (with `version`) that an event sets; None for one that access does not look at."""
    match payload:
        case JobPayload():
            return JOBS, payload.job_id, _job_fields(payload)
        case MemberPayload(scope="job"):
            return MEMBERS, payload.member_id, _member_fields(payload, "job_id")
        case MemberPayload(scope="team"):
            return TEAM_MEMBERS, payload.member_id, _member_fields(payload, "team_id")
        case AccountPayload():
            kept = {"email", "role", "disabled", "version", "epoch", "ended"}
            return ACCOUNTS, payload.account_id, payload.model_dump(include=kept)
        case _:
            return None


def _job_fields(payload: JobPayload) -> dict[str, Any]:
    kept = {"owner_id", "dataset_id", "is_team", "labelers_may_create_labels", "state", "version"}
    team = payload.team_settings.document()
    return {**payload.model_dump(include=kept), "team": team, "deleted": isinstance(payload, JobDeleted)}


def _member_fields(payload: MemberPayload, of: str) -> dict[str, Any]:
    active = payload.state != "removed" and not isinstance(payload, MemberRemoved)
    return {**payload.model_dump(include={of, "account_id", "role", "version"}), "active": active}


class AccessProjection:
    """Reads and writes the projection in one service's database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._jobs = database[JOBS]
        self._members = database[MEMBERS]
        self._accounts = database[ACCOUNTS]

    async def apply(self, payloads: Iterable[Payload], session: Session) -> None:
        """Applies events inside the transaction of `session`. Seen or older versions change nothing."""
        writes: dict[str, list[UpdateOne]] = {}
        for payload in payloads:
            change = change_of(payload)
            if change is not None:
                collection, identifier, fields = change
                writes.setdefault(collection, []).append(_gated(identifier, fields))
        for collection, updates in writes.items():
            await self._database[collection].bulk_write(updates, ordered=True, session=session)

    async def job(self, job_id: str) -> JobFacts | None:
        """A job that is there; None if it is not, or not any more."""
        found = await self._jobs.find_one({"_id": job_id, "deleted": False})
        return None if found is None else _facts(found)

    async def roles(self, job_id: str, account_id: str) -> list[str]:
        """The roles that an account has as annotator of a job."""
        cursor = self._members.find({"job_id": job_id, "account_id": account_id, "active": True}, {"role": 1})
        return [found["role"] async for found in cursor]

    async def annotators_of(self, job_id: str) -> dict[str, set[str]]:
        """The accounts that are annotators of a job and not disabled, with their roles as such."""
        accounts: Document = {"from": ACCOUNTS, "localField": "account_id", "foreignField": "_id", "as": "account"}
        pipeline: list[Document] = [
            {"$match": {"job_id": job_id, "active": True, "account_id": {"$ne": None}}},
            {"$lookup": accounts},
            {"$match": {"account.disabled": {"$ne": True}}},
            {"$project": {"account_id": 1, "role": 1}},
        ]
        roles: dict[str, set[str]] = {}
        async for found in await self._members.aggregate(pipeline):
            roles.setdefault(found["account_id"], set()).add(found["role"])
        return roles

    async def teams_of(self, account_id: str) -> set[str]:
        """The teams that an account is a member of."""
        cursor = self._database[TEAM_MEMBERS].find({"account_id": account_id, "active": True}, {"team_id": 1})
        return {found["team_id"] async for found in cursor}

    async def account(self, account_id: str) -> Mapping[str, Any] | None:
        """`{"email", "role", "disabled", "epoch", "ended"}`, or None if no event of it has arrived."""
        return await self._accounts.find_one({"_id": account_id}, {"version": 0})

    async def roles_by_job(self, account_id: str) -> dict[str, set[str]]:
        """Every job in which an account is an annotator or owner, with its roles there."""
        roles: dict[str, set[str]] = {}
        async for found in self._members.find({"account_id": account_id, "active": True}, {"job_id": 1, "role": 1}):
            roles.setdefault(found["job_id"], set()).add(found["role"])
        async for found in self._jobs.find({"owner_id": account_id, "deleted": False}, {"_id": 1}):
            roles.setdefault(found["_id"], set()).add("owner")
        return roles

    async def works_on(self, dataset_id: str, account_id: str) -> bool:
        """Whether an account owns, or is an annotator of, some job on a dataset. One query, however many jobs."""
        owned = {"$eq": ["$owner_id", account_id]}
        mine: Document = {
            "from": MEMBERS,
            "let": {"job_id": "$_id"},
            "pipeline": [
                {
                    "$match": {
                        "account_id": account_id,
                        "active": True,
                        "$expr": {"$eq": ["$job_id", "$$job_id"]},
                    }
                },
                {"$limit": 1},
                {"$project": {"_id": 1}},
            ],
            "as": "mine",
        }
        pipeline: list[Document] = [
            {"$match": {"dataset_id": dataset_id, "deleted": False}},
            {"$lookup": mine},
            {"$match": {"$expr": {"$or": [owned, {"$ne": ["$mine", []]}]}}},
            {"$limit": 1},
            {"$project": {"_id": 1}},
        ]
        found = await self._jobs.aggregate(pipeline)
        return bool(await found.to_list(1))

    async def jobs_on(self, dataset_id: str) -> list[JobFacts]:
        """The jobs on a dataset."""
        return [_facts(found) async for found in self._jobs.find({"dataset_id": dataset_id, "deleted": False})]


def _gated(identifier: str, fields: dict[str, Any]) -> UpdateOne:
    """Sets `fields` unless the document stands at this version or a newer one.

    A pipeline, not a condition on the version: an upsert with such a condition would try to insert a second
    document and abort the transaction.
    """
    newer = {"$gt": [fields["version"], {"$ifNull": ["$version", -1]}]}
    pipeline = [{"$set": {name: {"$cond": [newer, {"$literal": value}, f"${name}"]} for name, value in fields.items()}}]
    return UpdateOne({"_id": identifier}, pipeline, upsert=True)


def _facts(found: Document) -> JobFacts:
    return JobFacts(
        job_id=found["_id"],
        owner_id=found["owner_id"],
        dataset_id=found["dataset_id"],
        is_team=found["is_team"],
        team=TeamSettings.of(found.get("team"), labels_may_be_created=found["labelers_may_create_labels"]),
        state=found["state"],
    )
