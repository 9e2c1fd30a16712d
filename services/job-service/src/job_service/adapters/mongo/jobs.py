"""Jobs in MongoDB."""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from job_service.adapters.mongo import JOBS, PROGRESS, PROGRESS_SHARES
from job_service.adapters.mongo.progress import share_key
from job_service.application.ports import Transaction
from job_service.application.views import Audience, JobFilter
from job_service.domain.job import AccountId, DatasetId, Job, JobId, JobType, State, Team, TeamId
from labelstream_common.access import JobFacts
from labelstream_common.mongo import Database, Document, InvalidCursor, Page, PageParams, decode_cursor, encode_cursor
from labelstream_contracts.label_sets import LabelSpec
from labelstream_contracts.team_settings import TeamSettings

_WITHOUT_LABELS = {"labels": 0}
_PRESENT: Mapping[str, Any] = {"deleted": False}


class MongoJobs:
    def __init__(self, database: Database) -> None:
        self._jobs = database[JOBS]

    async def find(self, job_id: JobId) -> Job | None:
        found = await self._jobs.find_one({"_id": job_id, **_PRESENT}, _WITHOUT_LABELS)
        return _job(found) if found else None

    async def get(self, job_id: JobId, work: Transaction) -> Job | None:
        found = await self._jobs.find_one({"_id": job_id, **_PRESENT}, session=work.session)
        return _job(found) if found else None

    async def facts(self, job_id: str) -> JobFacts | None:
        """What access needs of a job: here, without the delay of its events."""
        job = await self.find(JobId(job_id))
        if job is None:
            return None
        return JobFacts(
            job_id=job.id,
            owner_id=job.owner_id,
            dataset_id=job.dataset_id,
            is_team=job.team is not None,
            team=job.settings,
            state=job.state.value,
        )

    async def add(self, job: Job, work: Transaction) -> None:
        await self._jobs.insert_one(_document(job), session=work.session)

    async def deleted(self, job_ids: AbstractSet[JobId], work: Transaction) -> set[JobId]:
        wanted = {"_id": {"$in": list(job_ids)}, "deleted": True}
        return {JobId(row["_id"]) async for row in self._jobs.find(wanted, {"_id": 1}, session=work.session)}

    async def save(self, job: Job, work: Transaction) -> None:
        await self._jobs.replace_one({"_id": job.id}, _document(job), session=work.session)

    async def on_dataset(self, dataset_id: DatasetId, work: Transaction) -> Sequence[Job]:
        found = self._jobs.find({"dataset_id": dataset_id, **_PRESENT}, session=work.session)
        return [_job(document) async for document in found]

    async def page(self, audience: Audience, only: JobFilter, wanted: PageParams) -> Page[Job]:
        """One index range; the labels that jobs started with are left out.

        By progress the jobs that match are ordered in memory: what one person may see is hundreds, not millions, and
        each of their labels would otherwise move an entry of an index.
        """
        field, direction = _order(wanted.sort)
        stages: list[Mapping[str, Any]] = [
            {"$match": {"$and": [_PRESENT, *_seen_by(audience, only), *_matching(only)]}},
            {"$project": _WITHOUT_LABELS},
        ]
        if field == _DONE:
            stages += _with_progress(audience)
        if wanted.cursor is not None:
            stages.append({"$match": _after(wanted.cursor, wanted.sort)})
        keys = {"_id": direction} if field == "_id" else {field: direction, "_id": direction}
        stages += [{"$sort": keys}, {"$limit": wanted.limit + 1}]
        found = await self._jobs.aggregate(stages)
        documents = await found.to_list(wanted.limit + 1)
        more = len(documents) > wanted.limit
        documents = documents[: wanted.limit]
        cursor = _cursor(documents[-1], wanted.sort) if more else None
        return Page([_job(document) for document in documents], cursor)


_DONE = "done"
_TOTAL, _LABELED = {"$arrayElemAt": ["$totals", 0]}, {"$arrayElemAt": ["$totals", 1]}
_SHARE_DONE = {"$project": {_DONE: {"$cond": [{"$gt": [_TOTAL, 0]}, {"$divide": [_LABELED, _TOTAL]}, 0.0]}}}


def _with_progress(audience: Audience) -> list[Mapping[str, Any]]:
    """The labeled share of a job's items, 0 where there are none: of a labeler's own where they see only those."""
    own_only = {
        "$and": [
            {"$in": ["$_id", list(audience.labels_in)]},
            {"$ne": ["$owner_id", audience.account_id]},
            "$is_team",
            {"$ne": [{"$ifNull": ["$settings.assignment", "none"]}, "none"]},
        ]
    }
    own_key = {"$concat": ["$_id", share_key("", audience.account_id)]}
    return [
        {
            "$lookup": {
                "from": PROGRESS,
                "localField": "_id",
                "foreignField": "_id",
                "pipeline": [_SHARE_DONE],
                "as": "of_job",
            }
        },
        {"$set": {"own_key": own_key}},
        {
            "$lookup": {
                "from": PROGRESS_SHARES,
                "localField": "own_key",
                "foreignField": "_id",
                "pipeline": [_SHARE_DONE],
                "as": "of_own",
            }
        },
        {"$set": {"of_person": {"$cond": [own_only, {"$first": "$of_own"}, {"$first": "$of_job"}]}}},
        {"$set": {_DONE: {"$ifNull": [f"$of_person.{_DONE}", 0.0]}}},
        {"$unset": ["of_job", "of_own", "of_person", "own_key"]},
    ]


def _seen_by(audience: Audience, only: JobFilter) -> list[Mapping[str, Any]]:
    limited = [] if audience.only_jobs is None else [{"_id": {"$in": list(audience.only_jobs)}}]
    return [*limited, *_worked_in_by(audience, only)]


def _worked_in_by(audience: Audience, only: JobFilter) -> list[Mapping[str, Any]]:
    own = {"owner_id": audience.account_id}
    added_to = {"_id": {"$in": list(audience.participates_in)}}
    match only.tab:
        case "created":
            return [own]
        case "participating":
            return [added_to, {"owner_id": {"$ne": audience.account_id}}]
        case None:
            return [] if audience.sees_all else [{"$or": [own, added_to]}]


def _matching(only: JobFilter) -> list[Mapping[str, Any]]:
    conditions: list[Mapping[str, Any]] = []
    if only.type is not None:
        conditions.append({"type": only.type.value})
    if only.state is not None:
        conditions.append({"state": only.state.value})
    if only.name_contains:
        conditions.append({"name_folded": {"$regex": re.escape(only.name_contains.casefold())}})
    return conditions


def _order(sort: str) -> tuple[str, int]:
    field = {"added": "_id", "created": "_id", "name": "name_folded", "progress": _DONE}[sort.removeprefix("-")]
    return field, -1 if sort.startswith("-") else 1


def _after(cursor: str, sort: str) -> Mapping[str, Any]:
    field, direction = _order(sort)
    beyond = "$gt" if direction == 1 else "$lt"
    if field == "_id":
        (last,) = decode_cursor(cursor, f"jobs {sort}", 1)
        return {"_id": {beyond: str(last)}}
    value, last = decode_cursor(cursor, f"jobs {sort}", 2)
    place = _share(value) if field == _DONE else str(value)
    return {"$or": [{field: {beyond: place}}, {field: place, "_id": {beyond: str(last)}}]}


def _share(value: object) -> float:
    """The share in a cursor. Raises InvalidCursor."""
    if isinstance(value, int | float) and 0 <= value <= 1:
        return float(value)
    raise InvalidCursor


def _cursor(document: Document, sort: str) -> str:
    field, _ = _order(sort)
    values = [] if field == "_id" else [document[field]]
    return encode_cursor(f"jobs {sort}", *values, document["_id"])


def _document(job: Job) -> Document:
    return {
        "_id": job.id,
        "dataset_id": job.dataset_id,
        "name": job.name,
        "name_folded": job.name.casefold(),
        "description": job.description,
        "type": job.type.value,
        "state": job.state.value,
        "labels": [list(label) for label in job.labels],
        "owner_id": job.owner_id,
        "is_team": job.team is not None,
        "team_id": job.team.team_id if job.team else None,
        "settings": job.settings.document(),
        "created_at": job.created_at,
        "updated_at": job.updated_at,
        "version": job.version,
        "deleted": job.deleted,
    }


def _job(document: Document) -> Job:
    team_id = document["team_id"]
    return Job(
        id=JobId(document["_id"]),
        dataset_id=DatasetId(document["dataset_id"]),
        name=document["name"],
        description=document["description"],
        type=JobType(document["type"]),
        state=State(document["state"]),
        labels=tuple(LabelSpec(*label) for label in document.get("labels", ())),
        owner_id=AccountId(document["owner_id"]),
        team=Team(TeamId(team_id) if team_id else None) if document["is_team"] else None,
        settings=_settings(document),
        created_at=document["created_at"],
        updated_at=document["updated_at"],
        version=document["version"],
        deleted=document["deleted"],
    )


def _settings(document: Document) -> TeamSettings:
    """Jobs of earlier releases have one setting, in a field of its own."""
    may = document.get("labelers_may_create_labels", True)
    return TeamSettings.of(document.get("settings"), labels_may_be_created=may)
