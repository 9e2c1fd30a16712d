"""Versions in MongoDB: a document each, and their rows packed in blocks of up to a thousand.

| collection | `_id` | holds |
|---|---|---|
| `versions` | `<dataset>:<name>` | settings, counts, digest; also while it is published, and its trace afterwards |
| `version_rows` | `<publication>:<last sample id>` | rows in the order of sample ids |
| `version_labels` | `<publication>:<number>` | how many samples carry each label |
| `version_differences` | `<publication>:<publication>` | in how many samples two versions differ |
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo import ReplaceOne

from labelstream_common.mongo import Database, Document
from sync_service.adapters.mongo import (
    SAMPLES,
    VERSION_DIFFERENCES,
    VERSION_LABELS,
    VERSION_ROWS,
    VERSIONS,
)
from sync_service.application.ports import Transaction
from sync_service.application.version_ports import Block, JobChoice, Missing, Reserved, WhenGone
from sync_service.domain.dataset import AccountId, DatasetId, JobId
from sync_service.domain.sample import Presence, SampleId
from sync_service.domain.version import (
    DatasetVersion,
    DifferenceCounts,
    LabelCount,
    PublicationId,
    SplitSettings,
    VersionCounts,
    VersionNotFound,
    VersionRow,
)

PUBLISHING, PUBLISHED, DELETED = "publishing", "published", "deleted"
_LABELS_BYTES = 1_000_000
_SEEN_BLOCKS = 8

_rows_decoder = msgspec.msgpack.Decoder(list[VersionRow])
_labels_decoder = msgspec.msgpack.Decoder(list[LabelCount])
_encoder = msgspec.msgpack.Encoder()


class MongoVersions:
    def __init__(self, database: Database) -> None:
        self._versions = database[VERSIONS]
        self._rows = database[VERSION_ROWS]
        self._labels = database[VERSION_LABELS]
        self._differences = database[VERSION_DIFFERENCES]

    async def get(self, dataset_id: str, name: str, work: Transaction | None = None) -> DatasetVersion:
        session = work.session if work else None
        found = await self._versions.find_one({"_id": f"{dataset_id}:{name}", "state": PUBLISHED}, session=session)
        if found is None:
            raise VersionNotFound(name)
        return _version(found)

    async def page(self, dataset_id: str, jobs: JobChoice, before: str | None, limit: int) -> Sequence[DatasetVersion]:
        condition: Document = {"dataset_id": dataset_id, "state": PUBLISHED}
        if before is not None:
            condition["id"] = {"$lt": before}
        if jobs.only is not None:
            condition["job_id"] = {"$in": list(jobs.only)}
        elif jobs.without:
            condition["job_id"] = {"$nin": list(jobs.without)}
        found = await self._versions.find(condition).sort("id", -1).hint("dataset").limit(limit).to_list(limit)
        return [_version(each) for each in found]

    async def latest(self, dataset_id: DatasetId, work: Transaction) -> DatasetVersion | None:
        found = await self._versions.find_one(
            {"dataset_id": dataset_id, "state": PUBLISHED}, sort=[("id", -1)], hint="dataset", session=work.session
        )
        return None if found is None else _version(found)

    async def reserved(self, dataset_id: DatasetId, name: str, work: Transaction) -> Reserved | None:
        found = await self._versions.find_one(
            {"_id": f"{dataset_id}:{name}", "state": {"$ne": DELETED}}, session=work.session
        )
        return None if found is None else Reserved(_version(found), found.get("operation_id"))

    async def deleted_times(self, dataset_id: DatasetId, name: str, work: Transaction) -> int:
        found = await self._versions.find_one({"_id": f"{dataset_id}:{name}"}, {"number": 1}, session=work.session)
        return found["number"] if found else 0

    async def reserve(self, version: DatasetVersion, operation_id: str, work: Transaction) -> None:
        document = {**_document(version), "state": PUBLISHING, "operation_id": operation_id}
        await self._versions.replace_one({"_id": document["_id"]}, document, upsert=True, session=work.session)

    async def publish(self, version: DatasetVersion, labels: Sequence[LabelCount], work: Transaction) -> None:
        document = {**_document(version), "state": PUBLISHED}
        await self._versions.replace_one({"_id": document["_id"]}, document, session=work.session)
        pieces = [
            {"_id": f"{version.id}:{number:08}", "labels": _encoder.encode(piece)}
            for number, piece in enumerate(_pieces(labels))
        ]
        await self._labels.delete_many(of_publication(version.id), session=work.session)
        if pieces:
            await self._labels.insert_many(pieces, session=work.session)

    async def delete(self, version: DatasetVersion, work: Transaction) -> None:
        left = {"dataset_id": version.dataset_id, "number": version.number, "state": DELETED}
        await self._versions.replace_one({"_id": _id(version)}, left, session=work.session)
        await self._labels.delete_many(of_publication(version.id), session=work.session)
        await self._rows.delete_many(of_publication(version.id), session=work.session)

    async def forget_all(self, dataset_id: DatasetId) -> None:
        """The rows go first: what is left of a version still leads to them after a crash."""
        async for found in self._versions.find({"dataset_id": dataset_id}, {"id": 1}, hint="dataset"):
            if "id" in found:
                await self._labels.delete_many(of_publication(found["id"]))
                await self._rows.delete_many(of_publication(found["id"]))
        await self._versions.delete_many({"dataset_id": dataset_id}, hint="dataset")

    async def write(self, publication_id: PublicationId, blocks: Sequence[Block], work: Transaction) -> None:
        documents = [{"_id": f"{publication_id}:{block.last}", "rows": _encoder.encode(block.rows)} for block in blocks]
        if documents:
            writes = [ReplaceOne({"_id": each["_id"]}, each, upsert=True) for each in documents]
            await self._rows.bulk_write(writes, ordered=False, session=work.session)

    async def blocks(self, publication_id: PublicationId, after: str = "") -> AsyncIterator[Block]:
        condition = {"_id": {"$gt": f"{publication_id}:{after}", "$lt": f"{publication_id};"}}
        async for found in self._rows.find(condition).sort("_id", 1).batch_size(_SEEN_BLOCKS):
            yield Block(_rows_decoder.decode(found["rows"]))

    async def block_with(self, publication_id: PublicationId, sample_id: SampleId) -> Block | None:
        condition = {"_id": {"$gte": f"{publication_id}:{sample_id}", "$lt": f"{publication_id};"}}
        found = await self._rows.find_one(condition, sort=[("_id", 1)])
        return None if found is None else Block(_rows_decoder.decode(found["rows"]))

    async def labels(self, publication_id: PublicationId) -> Sequence[LabelCount]:
        pieces = self._labels.find(of_publication(publication_id)).sort("_id", 1)
        return [label async for piece in pieces for label in _labels_decoder.decode(piece["labels"])]

    async def missing(self, version: DatasetVersion) -> Missing | None:
        found = await self._versions.find_one(
            {"_id": _id(version), "missing.newest": {"$exists": True}}, {"missing": 1}
        )
        if found is None:
            return None
        noted = found["missing"]
        return Missing(WhenGone(noted["gone"], noted["newest"]), noted["count"])

    async def note_missing(self, version: DatasetVersion, missing: Missing) -> None:
        noted = {"gone": missing.when.count, "newest": missing.when.newest, "count": missing.count}
        await self._versions.update_one({"_id": _id(version), "id": version.id}, {"$set": {"missing": noted}})

    async def difference(self, before: PublicationId, after: PublicationId) -> DifferenceCounts | None:
        found = await self._differences.find_one({"_id": f"{before}:{after}"})
        return None if found is None else DifferenceCounts(*found["counts"])

    async def note_difference(self, before: PublicationId, after: PublicationId, counts: DifferenceCounts) -> None:
        await self._differences.replace_one({"_id": f"{before}:{after}"}, {"counts": list(counts)}, upsert=True)


class MongoGoneSamples:
    """Two kinds, each with an index of its own: what left with its object, and what a person took off before."""

    def __init__(self, database: Database) -> None:
        self._samples = database[SAMPLES]

    async def when(self, dataset_id: DatasetId) -> WhenGone | None:
        newest: list[datetime] = []
        for condition, since, index in _gone(dataset_id):
            found = await self._samples.find_one(condition, {since: 1}, sort=[(since, -1)], hint=index)
            if found is not None:
                newest.append(found[since])
        if not newest:
            return None
        counts = [
            await self._samples.count_documents(condition, hint=index) for condition, _, index in _gone(dataset_id)
        ]
        return WhenGone(sum(counts), max(newest))

    async def count(self, dataset_id: DatasetId, *, since: datetime, until: datetime) -> int:
        count = 0
        for condition, index in _between(dataset_id, since, until):
            count += await self._samples.count_documents(condition, hint=index)
        return count

    async def ids(self, dataset_id: DatasetId, *, since: datetime | None, until: datetime) -> AsyncIterator[SampleId]:
        skip = len(dataset_id) + 1
        left, lost = (
            self._samples.find(condition, {"_id": 1}, hint=index, allow_disk_use=True).sort("_id", 1)
            for condition, index in _between(dataset_id, since, until)
        )
        async for document in _ascending(left, lost):
            yield SampleId(document["_id"][skip:])


async def _ascending(one: AsyncIterator[Document], other: AsyncIterator[Document]) -> AsyncIterator[Document]:
    """Both in the order of `_id`, as each of them is."""
    ours, theirs = await anext(one, None), await anext(other, None)
    while ours is not None or theirs is not None:
        if theirs is None or (ours is not None and ours["_id"] < theirs["_id"]):
            if ours is not None:
                yield ours
            ours = await anext(one, None)
        else:
            yield theirs
            theirs = await anext(other, None)


def _gone(dataset_id: DatasetId) -> Sequence[tuple[Document, str, str]]:
    """Which samples are gone, the field that says since when, and the index of just these."""
    left = {"dataset_id": dataset_id, "presence": Presence.REMOVED.value}
    lost = {"dataset_id": dataset_id, "lost_at": {"$exists": True}}
    return (left, "changed_at", "gone"), (lost, "lost_at", "lost")


def _between(dataset_id: DatasetId, since: datetime | None, until: datetime) -> Sequence[tuple[Document, str]]:
    window = {"$lte": until} if since is None else {"$gt": since, "$lte": until}
    return [
        ({**condition, field: {**condition.get(field, {}), **window}}, index)
        for condition, field, index in _gone(dataset_id)
    ]


def _id(version: DatasetVersion) -> str:
    return f"{version.dataset_id}:{version.name}"


def of_publication(publication_id: str) -> Document:
    return {"_id": {"$gt": f"{publication_id}:", "$lt": f"{publication_id};"}}


def _pieces(labels: Sequence[LabelCount]) -> list[list[LabelCount]]:
    """Ten thousand labels of a thousand characters are more than one document holds."""
    pieces: list[list[LabelCount]] = []
    size = _LABELS_BYTES
    for label in labels:
        size += len(label.name.encode()) + 10
        if size > _LABELS_BYTES:
            pieces.append([])
            size = 0
        pieces[-1].append(label)
    return pieces


def _document(version: DatasetVersion) -> Document:
    return {
        "_id": _id(version),
        "id": version.id,
        "dataset_id": version.dataset_id,
        "name": version.name,
        "description": version.description,
        "job_id": version.job_id,
        "split": list(version.split),
        "include": version.include,
        "created_by": version.created_by,
        "created_at": version.created_at,
        "number": version.number,
        "seq": version.seq,
        "digest": version.digest,
        "parent": version.parent,
        "counts": list(version.counts),
    }


def _version(found: Document) -> DatasetVersion:
    split: Sequence[Any] = found["split"]
    return DatasetVersion(
        id=PublicationId(found["id"]),
        dataset_id=DatasetId(found["dataset_id"]),
        name=found["name"],
        description=found["description"],
        job_id=JobId(found["job_id"]),
        split=SplitSettings(*split),
        include=found["include"],
        created_by=AccountId(found["created_by"]),
        created_at=found["created_at"],
        number=found["number"],
        seq=found["seq"],
        digest=found["digest"],
        parent=found["parent"],
        counts=VersionCounts(*found["counts"]),
    )
