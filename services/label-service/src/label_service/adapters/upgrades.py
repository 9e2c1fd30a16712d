"""What an earlier release has stored, brought into the present form by `migrate`. Each part bears repetition.

| what | since |
|---|---|
| `path_key`, `name_key` | paths are found and sorted whatever the case of their letters, at the samples |
| `hidden_by` of labels | a deletion or a merge can be undone |
| facets of answers and leases | each had an index of its own, which made every bulk commit slower |
| lists and results of open operations | they lie beside the operation, and what was done shows before it ends |
"""

from collections.abc import Callable, Mapping
from collections.abc import Collection as Ids
from functools import partial
from typing import Any

import orjson
from pymongo import UpdateOne

from label_service.adapters.collections import ITEMS, LABELS, SAMPLES
from label_service.adapters.documents import path_fields, searched_path_fields
from label_service.application.bulk import EDIT, nothing_yet
from label_service.application.undo import UNDO
from label_service.domain.ownership import all_facets
from labelstream_common.messaging.messages import unpack
from labelstream_common.messaging.records import CHANGES
from labelstream_common.mongo import Collection, Database, once
from labelstream_common.operations import PresentForm, upgrade_open
from labelstream_contracts import topics

_AT_ONCE = 1_000
_PATH_INDEXES = frozenset({"path", "name"})
_INDEXES_NOW_FACETS: Mapping[str, Mapping[str, Any]] = {
    "own": {"own": {"$type": "string"}},
    "agreement": {"agreement": {"$type": "number"}},
    "known": {"known.at": {"$type": "date"}},
    "leased_until": {"leased_until": {"$type": "date"}},
}


async def upgrade(database: Database) -> None:
    await once(database, "paths-at-samples", partial(index_paths_at_samples, database))
    await turn_indexes_into_facets(database)
    await add_hidden_by(database)
    await upgrade_open(database, {"kind": EDIT, "params.expect": {"$exists": True}}, edit_in_present_form)
    await upgrade_open(database, {"kind": UNDO, "cursor.outcome": {"$exists": True}}, partial(_with_result, {}))


async def index_paths_at_samples(database: Database) -> None:
    await _add_path_keys(database[SAMPLES], searched_path_fields)
    await _add_path_keys(database[ITEMS], path_fields)
    for name in _PATH_INDEXES & (await database[ITEMS].index_information()).keys():
        await database[ITEMS].drop_index(name)


async def turn_indexes_into_facets(database: Database) -> None:
    """Gives the items that such an index holds their facets, then drops it. One that is there is yet to be done."""
    items = database[ITEMS]
    for name in _INDEXES_NOW_FACETS.keys() & (await items.index_information()).keys():
        rows = items.find(_INDEXES_NOW_FACETS[name]).hint(name)
        while chunk := await rows.to_list(_AT_ONCE):
            # One whose facets are others by now has been written in the present form.
            writes = [
                UpdateOne({"_id": row["_id"], "facets": row["facets"]}, {"$set": {"facets": all_facets(row)}})
                for row in chunk
            ]
            await items.bulk_write(writes, ordered=False)
        await items.drop_index(name)


async def _add_path_keys(collection: Collection, fields_of: Callable[[str], Mapping[str, str]]) -> None:
    query: dict[str, Any] = {"path_key": None}
    while rows := await collection.find(query, {"path": 1}).sort("_id", 1).limit(_AT_ONCE).to_list(None):
        # One whose path is another by now has been written in the present form.
        writes = [
            UpdateOne(
                {"_id": row["_id"], "path": row["path"]}, {"$set": fields_of(row["path"]), "$unset": {"name": ""}}
            )
            for row in rows
        ]
        await collection.bulk_write(writes, ordered=False)
        query["_id"] = {"$gt": rows[-1]["_id"]}


async def add_hidden_by(database: Database) -> None:
    """Which change hid a label: its job's log tells."""
    hidden = {"hidden": True, "hidden_by": {"$exists": False}}
    by_job: dict[str, set[str]] = {}
    async for label in database[LABELS].find(hidden, {"job_id": 1}):
        by_job.setdefault(label["job_id"], set()).add(label["_id"])
    for job_id, label_ids in by_job.items():
        changes = await _hiding_changes(database, job_id, label_ids)
        writes = [
            UpdateOne({"_id": label_id, **hidden}, {"$set": {"hidden_by": changes.get(label_id)}})
            for label_id in label_ids
        ]
        await database[LABELS].bulk_write(writes, ordered=False)


async def _hiding_changes(database: Database, job_id: str, label_ids: Ids[str]) -> dict[str, str]:
    """The id of the last change that deleted each label or merged it away."""
    found: dict[str, str] = {}
    async for record in database[CHANGES].find({"stream": job_id, "labels": True}).sort("seq", -1):
        for message in reversed(list(unpack(record["block"]))):
            if message.topic == topics.LABEL.name and message.value is not None:
                payload = orjson.loads(message.value)
                for label_id in _hidden_in(message.type.split(".")[-2], payload):
                    found.setdefault(label_id, payload["change_id"])
        if found.keys() >= set(label_ids):
            break
    return found


def _hidden_in(kind: str, payload: Mapping[str, Any]) -> list[str]:
    match kind:
        case "deleted":
            return [payload["label"]["label_id"]]
        case "merged":
            return [one["label_id"] for one in payload["from"]]
        case _:
            return []


def edit_in_present_form(document: Mapping[str, Any]) -> PresentForm:
    """An edit had its list, the versions it expects and what it had done in `params` and `cursor`."""
    params = dict(document["params"])
    sample_ids, expect = params.pop("sample_ids"), dict(params.pop("expect"))
    if sample_ids is None:
        return _with_result({"params": params}, document)
    entries = [[sample_id, expect.get(sample_id)] for sample_id in sample_ids]
    return _with_result({"params": {**params, "filter": None}}, document)._replace(entries=entries)


def _with_result(fields: Mapping[str, Any], document: Mapping[str, Any]) -> PresentForm:
    """What was done so far was a part of the cursor, without its counts."""
    nothing = nothing_yet(document["params"]["change_id"])
    cursor = document.get("cursor")
    if cursor is None:
        return PresentForm({**fields, "result": nothing})
    outcome = cursor["outcome"] or {}
    counts = {
        f"{name}_count": len(outcome.get(many, ()))
        for name, many in (("conflict", "conflicts"), ("missing", "missing"))
    }
    left = {name: value for name, value in cursor.items() if name != "outcome"}
    return PresentForm({**fields, "cursor": left, "result": {**nothing, **outcome, **counts}})
