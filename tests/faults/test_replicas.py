"""Promises 1 to 5 and 7 with two replicas of label-service, when the one that carries an operation on dies or hangs.

The size of the operations can be given: `FAULT_ITEMS=200000`.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
from tests.support.checker import Evidence
from tests.support.ledger import Attempt
from tests.support.operations import operation_of, succeeded
from tests.support.platform import Platform, pause, resume
from tests.support.waiting import eventually
from tests.support.work import Work, labeling, published_work

from labelstream_local.services import ServiceProcess

ITEMS = int(os.environ.get("FAULT_ITEMS", "10000"))
_WITHIN = 60 + ITEMS / 1000

Promises = Callable[[Work], Awaitable[Evidence]]
Replicas = Sequence[ServiceProcess]


async def test_label_deletion_goes_on_when_its_replica_is_killed(
    platform: Platform, replicas: Replicas, promises_hold: Promises, tmp_path: Path
) -> None:
    work = await published_work(platform, ITEMS, tmp_path)
    name = await _label_everything(platform, work)
    label_id = await _label_id(platform, work, name)
    async with labeling(platform, work, clients=2):
        reply = await platform.client.delete(f"/api/v1/jobs/{work.job_id}/labels/{label_id}")
        assert reply.status_code == 202, reply.text
        operation_id = reply.json()["id"]
        holder = await _half_way(platform, replicas, operation_id)
        await holder.kill()
        killed = await operation_of(platform, operation_id)
        assert 0 < killed["done"] < ITEMS, f"{killed}: it was not in the middle of its work"
        ended = await succeeded(platform, operation_id, within=_WITHIN)
        await holder.start()

    evidence = await promises_hold(work)
    assert label_id not in evidence.label_counts
    taken_off = Counter(entry["sample_id"] for entry in evidence.feed if entry.get("cause") == "label-deleted")
    # Whoever edits an image meanwhile takes the hidden label off as well. How many images that saves the operation is
    # up to the clients' luck, but each is taken care of exactly once: by the first thing that happened to it.
    by_edit = _first_edited(evidence, label_id)
    assert not by_edit & taken_off.keys()
    assert len(by_edit) + taken_off.total() == ITEMS == len(by_edit | taken_off.keys())
    assert ended["done"] == ended["total"] == ended["result"]["changed"] == len(taken_off)
    kinds = [entry["type"] for entry in evidence.feed if entry["kind"] == "label" and _names(entry, label_id)]
    assert kinds == [f"labeling.label.{kind}.v1" for kind in ("created", "deleted", "purged")]


async def test_edit_by_filter_goes_over_from_a_replica_that_hangs(
    platform: Platform, replicas: Replicas, promises_hold: Promises, tmp_path: Path
) -> None:
    """The one that hangs in the middle of a chunk loses the operation, and wakes up while the other works on."""
    work = await published_work(platform, ITEMS, tmp_path)
    asking = asyncio.create_task(_ask_for_everything(platform, work, "everything"))
    operation_id = await eventually(lambda: _newest_operation(platform, work))
    holder = await _half_way(platform, replicas, operation_id)
    pause(holder)
    try:
        hung = await operation_of(platform, operation_id)
        assert 0 < hung["done"] < ITEMS, f"{hung}: it was not in the middle of its work"
        (other,) = [replica for replica in replicas if replica is not holder]
        await eventually(lambda: _taken(other, operation_id), within=30, every=0.01)
    finally:
        resume(holder)
    ended = await succeeded(platform, operation_id, within=_WITHIN)
    await asking
    work.ledger.attempts.append(Attempt("everything", tuple(work.sample_ids), "ok", changed=ended["done"]))
    assert (ended["done"], ended["result"]["changed"], ended["result"]["unchanged"]) == (ITEMS, ITEMS, 0)

    evidence = await promises_hold(work)
    assert Counter(entry["sample_id"] for entry in evidence.feed if entry["kind"] == "item") == Counter(work.sample_ids)


def _first_edited(evidence: Evidence, label_id: str) -> set[str]:
    """The images that somebody edited after the label was deleted, before the operation came to them."""
    begun, first = False, dict[str, str]()
    for entry in evidence.feed:
        if entry["kind"] == "label":
            begun |= entry["type"] == "labeling.label.deleted.v1" and _names(entry, label_id)
        elif begun:
            first.setdefault(entry["sample_id"], entry["cause"])
    return {sample_id for sample_id, cause in first.items() if cause == "annotate"}


async def _label_everything(platform: Platform, work: Work) -> str:
    """One label on every item, asked for by filter and noted in the ledger as any other attempt."""
    reply = await _ask_for_everything(platform, work, "everywhere")
    assert reply is not None
    ended = (
        reply.json()
        if reply.status_code == 200
        else (await succeeded(platform, reply.json()["id"], within=_WITHIN))["result"]
    )
    assert ended["changed"] == len(work.sample_ids)
    work.ledger.attempts.append(Attempt("everywhere", tuple(work.sample_ids), "ok", ended["change_id"], ITEMS))
    return "everywhere"


async def _ask_for_everything(platform: Platform, work: Work, label: str) -> httpx.Response | None:
    """None when the replica that was asked did not live to answer."""
    try:
        return await platform.client.post(
            f"/api/v1/jobs/{work.job_id}/annotations", json={"filter": {}, "add": [label]}
        )
    except httpx.TransportError:
        return None


async def _half_way(platform: Platform, replicas: Replicas, operation_id: str) -> ServiceProcess:
    """The replica that carries the operation on, once it has done a part of it."""

    await eventually(lambda: _further(platform, operation_id, ITEMS // 4), within=_WITHIN, every=0.01)
    (holder,) = [replica for replica in replicas if _has_taken(replica, operation_id)]
    return holder


async def _further(platform: Platform, operation_id: str, done: int) -> None:
    assert (await operation_of(platform, operation_id))["done"] > done


async def _taken(replica: ServiceProcess, operation_id: str) -> None:
    assert _has_taken(replica, operation_id)


def _has_taken(replica: ServiceProcess, operation_id: str) -> bool:
    """Only its log tells who has an operation: to everybody else it does not matter."""
    lines = replica.command().log.read_text().splitlines()
    return any(operation_id in line and "operations.operation.taken" in line for line in lines)


async def _newest_operation(platform: Platform, work: Work) -> str:
    found = await platform.operations(work.job_id)
    assert found
    return str(found[0]["_id"])


async def _label_id(platform: Platform, work: Work, name: str) -> str:
    reply = await platform.client.get(f"/api/v1/jobs/{work.job_id}/labels?limit=1000")
    return str(next(label["id"] for label in reply.json()["items"] if label["name"] == name))


def _names(entry: Mapping[str, Any], label_id: str) -> bool:
    return bool(entry["label"]["label_id"] == label_id)
