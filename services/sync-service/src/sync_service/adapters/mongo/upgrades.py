"""What an earlier release has stored, brought into the present form by `migrate`. Each part bears repetition."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from labelstream_common.mongo import Database, once
from labelstream_common.operations import PresentForm, upgrade_open
from labelstream_common.operations.documents import OPERATIONS
from sync_service.adapters.mongo import INSPECTION_DUE, INSPECTIONS, SAMPLES, VERSION_LABELS, VERSION_ROWS, VERSIONS
from sync_service.adapters.mongo.versions import DELETED, PUBLISHING, of_publication
from sync_service.application.delete_samples import DELETE, RESTORE
from sync_service.domain.dataset import OWN_STORE


async def upgrade(database: Database) -> None:
    earlier = {"kind": {"$in": [DELETE, RESTORE]}, "params.sample_ids": {"$exists": True}}
    await upgrade_open(database, earlier, in_present_form)
    await once(database, "inspection-queues", partial(put_into_queues, database))
    await once(database, "inspection-facts-told", partial(tell_what_was_found, database))
    await once(database, "failed-publications", partial(drop_failed_publications, database))


async def put_into_queues(database: Database) -> None:
    """What is due to be inspected had no queue."""
    await database[INSPECTION_DUE].aggregate(
        [{"$match": {"queue": {"$exists": False}}}, *_WITH_QUEUE, {"$merge": {"into": INSPECTION_DUE}}]
    )


async def tell_what_was_found(database: Database) -> None:
    """Samples did not know what inspection had found of them: it is due again, and told without reading the object."""
    known: dict[str, Any] = {
        "$expr": {"$eq": [{"$first": "$sample.etag"}, "$mark"]},
        "sample.state": {"$exists": False},
    }
    await database[INSPECTIONS].aggregate(
        [
            {"$project": {"dataset_id": 1, "mark": "$etag", "due_at": "$$NOW"}},
            *_WITH_QUEUE[:1],
            {"$match": known},
            *_WITH_QUEUE[1:],
            {"$merge": {"into": INSPECTION_DUE, "whenMatched": "keepExisting"}},
        ]
    )


# The source is that of the sample, which has the same `_id`.
_SOURCE = {"$ifNull": [{"$first": "$sample.source_id"}, OWN_STORE]}
_WITH_QUEUE: Final[list[dict[str, Any]]] = [
    {"$lookup": {"from": SAMPLES, "localField": "_id", "foreignField": "_id", "as": "sample"}},
    {"$set": {"queue": {"$concat": [_SOURCE, ":", "$dataset_id"]}}},
    {"$unset": "sample"},
]


async def drop_failed_publications(database: Database) -> None:
    """Publications that failed kept their rows, for whoever would take their name next. The rows go first."""
    operations = database[OPERATIONS]
    async for left in database[VERSIONS].find({"state": PUBLISHING}):
        if await operations.find_one({"_id": left["operation_id"], "open": True}, {"_id": 1}) is not None:
            continue
        for rows in (VERSION_ROWS, VERSION_LABELS):
            await database[rows].delete_many(of_publication(left["id"]))
        trace = {"dataset_id": left["dataset_id"], "number": left["number"], "state": DELETED}
        await database[VERSIONS].replace_one({"_id": left["_id"], "operation_id": left["operation_id"]}, trace)


def in_present_form(document: Mapping[str, Any]) -> PresentForm:
    """A deletion or restoration had its list in `params`, and listed in its cursor what it only counts by now."""
    params = dict(document["params"])
    sample_ids = params.pop("sample_ids")
    fields: dict[str, Any] = {"params": {**params, "named": sample_ids is not None}}
    cursor = document.get("cursor")
    if cursor is not None:
        counted = {name: {"count": len(cursor[name]), "examples": list(cursor[name])} for name in ("missing", "failed")}
        fields["cursor"] = {**cursor, **counted}
    return PresentForm(fields, sample_ids)
