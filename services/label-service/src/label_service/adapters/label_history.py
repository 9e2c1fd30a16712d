"""Which labels people saw at an earlier `seq`, what they were called, and what became of those that were leaving."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import orjson

from label_service.application.history import MomentLabels
from label_service.domain.settling import Settling
from labelstream_common.messaging.messages import unpack
from labelstream_common.mongo import Collection
from labelstream_contracts import topics


async def labels_at(labels: Collection, changes: Collection, job_id: str, seq: int) -> MomentLabels:
    """Of each label only its first change after `seq` matters: it tells what was before."""
    names: dict[str, str | None] = {}
    created: dict[str, int] = {}
    leaving: set[str] = set()
    async for row in labels.find({"job_id": job_id}, {"name": 1, "hidden": 1, "purged": 1, "created": 1}):
        seen = not row["hidden"] and not row["purged"]
        names[row["_id"]] = row["name"] if seen else None
        created[row["_id"]] = row["created"]
        if not seen and not row["purged"]:
            leaving.add(row["_id"])
    tidied: dict[str, int] = {}
    settled: set[str] = set()
    async for record in _label_records(changes, job_id, seq):
        for kind, payload in _events(record, after=seq):
            for label_id, name in _before(kind, payload):
                if label_id in settled:
                    continue
                settled.add(label_id)
                names[label_id] = name
                leaving.discard(label_id)
                if kind == "purged" or (kind == "created" and created.get(label_id, 0) < record["seq"]):
                    leaving.add(label_id)
                    tidied[label_id] = payload["seq"]
    shown = {label_id: name for label_id, name in names.items() if name is not None}
    ends = await _ends(changes, job_id, seq, leaving, shown) if leaving else {}
    return MomentLabels(shown, Settling(ends), tidied)


async def _label_records(changes: Collection, job_id: str, after: int) -> AsyncIterator[Mapping[str, Any]]:
    """The records with label events beyond `after`, which may lie within the first of them."""
    of_labels = {"stream": job_id, "labels": True}
    holding = await changes.find_one({**of_labels, "seq": {"$lte": after}}, {"seq": 1}, sort=[("seq", -1)])
    beyond = {**of_labels, "seq": {"$gte": holding["seq"] if holding else 0}}
    async for record in changes.find(beyond).sort("seq", 1):
        yield record


async def _ends(
    changes: Collection, job_id: str, seq: int, leaving: set[str], names: Mapping[str, str]
) -> dict[str, str | None]:
    """What each of the `leaving` labels was to become at `seq`: a label that people saw then, or None."""
    became: dict[str, str | None] = {}
    query = {"stream": job_id, "labels": True, "seq": {"$lte": seq}}
    async for record in changes.find(query).sort("seq", -1):
        for kind, payload in reversed(list(_events(record, until=seq))):
            for label_id, into in _hidden(kind, payload):
                became.setdefault(label_id, into)  # the latest is met first
        if leaving <= became.keys():
            break
    return {label_id: _end(label_id, became, names) for label_id in leaving}


def _end(label_id: str | None, became: Mapping[str, str | None], names: Mapping[str, str]) -> str | None:
    """Where a label's way ended: what it was merged into was seen at that moment, and hidden later if at all."""
    while label_id is not None and label_id not in names:
        label_id = became.get(label_id)
    return label_id


def _events(
    record: Mapping[str, Any], *, after: int = 0, until: int | None = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The label events in a record, each with its kind."""
    for message in unpack(record["block"]):
        there = message.seq > after and (until is None or message.seq <= until)
        if there and message.topic == topics.LABEL.name and message.value is not None:
            yield message.type.split(".")[-2], orjson.loads(message.value)


def _before(kind: str, payload: dict[str, Any]) -> list[tuple[str, str | None]]:
    """What the labels in a label event were before it: their names, or None where people did not see them."""
    match kind:
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


def _hidden(kind: str, payload: dict[str, Any]) -> list[tuple[str, str | None]]:
    """The labels that an event hides, and what each is to become."""
    match kind:
        case "deleted":
            return [(payload["label"]["label_id"], None)]
        case "merged":
            return [(one["label_id"], payload["into"]["label_id"]) for one in payload["from"]]
        case _:
            return []
