"""Which labels people saw at an earlier `seq`, and what they were called."""

from typing import Any

import orjson

from labelstream_common.messaging.messages import unpack
from labelstream_common.mongo import Collection
from labelstream_contracts import topics


async def names_at(labels: Collection, changes: Collection, job_id: str, seq: int) -> dict[str, str]:
    """Names by id. Of each label only its first change after `seq` matters: it tells what was before."""
    names: dict[str, str | None] = {}
    async for row in labels.find({"job_id": job_id}, {"name": 1, "hidden": 1, "purged": 1}):
        names[row["_id"]] = None if row["hidden"] or row["purged"] else row["name"]
    settled: set[str] = set()
    query = {"stream": job_id, "labels": True, "last": {"$gt": seq}}
    async for record in changes.find(query).sort("seq", 1):
        for message in unpack(record["block"]):
            if message.topic == topics.LABEL.name and message.seq > seq and message.value is not None:
                for label_id, name in _before(message.type, orjson.loads(message.value)):
                    if label_id not in settled:
                        settled.add(label_id)
                        names[label_id] = name
    return {label_id: name for label_id, name in names.items() if name is not None}


def _before(kind: str, payload: dict[str, Any]) -> list[tuple[str, str | None]]:
    """What the labels in a label event were before it: their names, or None where people did not see them."""
    match kind.split(".")[-2]:
        case "created" | "purged":
            return [(payload["label"]["label_id"], None)]
        case "renamed":
            return [(payload["label"]["label_id"], payload["before"]["name"])]
        case "deleted":
            return [(payload["label"]["label_id"], payload["label"]["name"])]
        case "merged":
            return [(one["label_id"], one["name"]) for one in payload["from"]]
        case _:
            return []
