"""64 clients on the same 50 images of one job, through two replicas: no update is lost, and conflicts are reported."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from joserfc.jwk import OKPKey
from tests.integration.label.conftest import SignIn, running
from tests.integration.label.exactness import check_counters, check_history
from tests.integration.label.workplace import Desk, Job, Workplace

from label_service.settings import Settings
from labelstream_common.runtime import Role

CLIENTS, IMAGES = 64, 50


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def replica(settings: Settings, signing_key: OKPKey, service: object) -> AsyncIterator[Any]:
    async with running(settings, signing_key, [Role.API]) as replica:
        yield replica


@pytest_asyncio.fixture(loop_scope="session")
async def job(workplace: Workplace) -> Job:
    return await workplace.job(IMAGES)


@pytest_asyncio.fixture(loop_scope="session")
async def desks(job: Job, replica: Any, somebody: SignIn) -> list[Desk]:
    """One a client, every other one at the second replica."""
    there = somebody(at=replica, account_id=job.owner.id).at(job)
    return [there if client % 2 else job.desk for client in range(CLIENTS)]


async def test_clients_that_put_back_what_they_read_with_one_more_lose_no_update(job: Job, desks: list[Desk]) -> None:
    """`set` overwrites; only `expect` keeps a client from wiping out what another one did after it had read."""
    conflicts: list[dict[str, Any]] = []
    writers = defaultdict[str, set[str]](set)

    async def one(client: int) -> None:
        for step in range(4):
            sample_id = job.ids[(client * 3 + step * 16) % IMAGES]
            conflicts.extend(await read_and_put_back(desks[client], sample_id, f"by-{client}"))
            writers[sample_id].add(f"by-{client}")

    await asyncio.gather(*(one(client) for client in range(CLIENTS)))
    assert conflicts, "no two clients met on an image"
    for item in await job.desk.items():
        assert {label["name"] for label in item["labels"]} == writers[item["sample_id"]]
        assert item["version"] == len(writers[item["sample_id"]])
    await check_counters(job.desk)
    await check_history(job.desk)


async def read_and_put_back(desk: Desk, sample_id: str, name: str) -> list[dict[str, Any]]:
    """Tries until nobody was faster. Gives the conflicts that it was told of."""
    met: list[dict[str, Any]] = []
    while True:
        item = await desk.item(sample_id)
        names = [label["name"] for label in item["labels"]]
        reply = await desk.annotate([sample_id], set=[*names, name], expect={sample_id: item["version"]})
        assert reply["changed"] + len(reply["conflicts"]) == 1
        if reply["changed"]:
            return met
        assert reply["conflicts"][0]["version"] > item["version"]
        met += reply["conflicts"]


async def test_those_who_expect_and_those_who_do_not_are_each_told_the_truth(job: Job, desks: list[Desk]) -> None:
    expect = dict.fromkeys(job.ids, 0)
    replies = await asyncio.gather(
        *(
            desk.annotate(job.ids, add=[f"by-{client}"], expect=expect if client % 4 < 2 else {})
            for client, desk in enumerate(desks)
        )
    )
    feed = [entry for entry in await job.desk.feed() if entry["kind"] == "item"]
    for client, reply in enumerate(replies):
        made = [entry["sample_id"] for entry in feed if entry["change_id"] == reply["change_id"]]
        conflicts = [one["sample_id"] for one in reply["conflicts"]]
        assert len(made) == reply["changed"]
        assert sorted([*made, *conflicts]) == job.ids
        assert all(one["version"] > 0 for one in reply["conflicts"])
        assert client % 4 < 2 or not conflicts
    assert sum(len(reply["conflicts"]) for reply in replies) >= (CLIENTS // 2 - 1) * IMAGES
    assert sum(reply["changed"] for reply in replies) == len(feed)
    versions = defaultdict[str, list[int]](list)
    for entry in feed:
        versions[entry["sample_id"]].append(entry["version"])
    assert all(of_item == list(range(1, len(of_item) + 1)) for of_item in versions.values())
    assert all(len(of_item) in (CLIENTS // 2, CLIENTS // 2 + 1) for of_item in versions.values())
    await check_counters(job.desk)
