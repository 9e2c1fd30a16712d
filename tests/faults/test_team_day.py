"""A day of a team of fifty on two replicas: people join, leave and are disabled, and a replica is killed at noon.

Nothing is lost, nobody reaches what is not theirs, and every figure equals a recount from the events.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest_asyncio
from pymongo import AsyncMongoClient
from tests.support.checker import Evidence
from tests.support.labelers import hire
from tests.support.ledger import Attempt
from tests.support.platform import Platform
from tests.support.waiting import eventually
from tests.support.work import Work, published_work

from label_service.adapters.item_keys import job_bytes, job_range
from labelstream_local.services import ServiceProcess

ITEMS = 1_500
PEOPLE, LATE, REMOVED, DISABLED = 50, 10, 5, 3
AT_ONCE = 4
Promises = Callable[[Work], Awaitable[Evidence]]


@dataclass
class Labeler:
    """A person with a client of their own. `done` are items that they were told to have labeled.

    Of a request for items that had moved to somebody else meanwhile, none is among them: the reply only counts.
    """

    account_id: str
    annotator_id: str
    http: httpx.AsyncClient
    done: list[str] = field(default_factory=list)
    probes: list[Attempt] = field(default_factory=list)
    is_gone: bool = False


class Day:
    """Who works on the job, each on what is theirs, until nothing is left."""

    def __init__(self, platform: Platform, work: Work, clients: AsyncExitStack) -> None:
        self.platform, self.work = platform, work
        self.people: list[Labeler] = []
        self._clients = clients
        self._is_over = asyncio.Event()
        self._dice = random.Random(50)  # noqa: S311 - choices, no secrets

    @property
    def done(self) -> int:
        return sum(len(one.done) for one in self.people)

    async def come(self, count: int) -> list[Labeler]:
        people = [await self._person() for _ in range(count)]
        self.people += people
        return people

    async def leave(self, people: Iterable[Labeler]) -> None:
        for one in people:
            path = f"/api/v1/jobs/{self.work.job_id}/annotators/{one.annotator_id}"
            assert (await self.platform.client.delete(path)).is_success
            one.is_gone = True

    async def disable(self, people: Iterable[Labeler]) -> None:
        for one in people:
            reply = await self.platform.client.patch(f"/api/v1/accounts/{one.account_id}", json={"disabled": True})
            assert reply.status_code == 200, reply.text
            one.is_gone = True

    async def until(self, share: float) -> None:
        async def enough() -> None:
            assert self.done >= share * ITEMS, f"{self.done} of {ITEMS}"

        await eventually(enough, within=120, every=0.05)

    def is_over(self) -> None:
        self._is_over.set()

    async def works(self, one: Labeler) -> None:
        """Labels a few of their open items at a time, and sometimes tries one of a colleague's."""
        while not self._is_over.is_set():
            mine = await self._open_items(one)
            if mine is None:
                return
            if not mine:
                await asyncio.sleep(0.1)
                continue
            attempt = await self._answered(one, mine)
            if attempt.outcome == "ok" and attempt.changed == len(mine):
                one.done += mine
            if self._dice.random() < 0.2:
                await self._probe(one)
            await asyncio.sleep(0.05)

    async def _open_items(self, one: Labeler) -> list[str] | None:
        """None once they may not any more. What a kill interrupts is asked for again."""
        query = f"status=unlabeled&limit={AT_ONCE}"

        async def listed() -> list[str] | None:
            reply = await one.http.get(f"/api/v1/jobs/{self.work.job_id}/items?{query}")
            if reply.status_code in {401, 403, 404} and one.is_gone:
                return None
            assert reply.status_code == 200, reply.text
            return [item["sample_id"] for item in reply.json()["items"]]

        return await eventually(listed, within=60, every=0.2, also=(httpx.TransportError,))

    async def _answered(self, one: Labeler, sample_ids: Sequence[str]) -> Attempt:
        attempt = await self.work.ledger.label(one.http, sample_ids)

        async def known() -> Attempt:
            nonlocal attempt
            if attempt.outcome == "unknown":
                attempt = await self.work.ledger.repeat(one.http, attempt)
            assert attempt.outcome != "unknown", attempt
            return attempt

        return await eventually(known, within=60, every=0.2)

    async def _probe(self, one: Labeler) -> None:
        """What somebody has labeled stays theirs: nobody else finds it."""
        others = [other for other in self.people if other is not one and other.done]
        if others:
            foreign = self._dice.choice(self._dice.choice(others).done)
            one.probes.append(await self._answered(one, [foreign]))
            reply = await eventually(
                lambda: one.http.get(f"/api/v1/jobs/{self.work.job_id}/items/{foreign}"), also=(httpx.TransportError,)
            )
            assert reply.status_code in {401, 404, 503}, reply.text

    async def _person(self) -> Labeler:
        hired = await hire(self.platform, self.work.job_id)
        body = {"email": hired.email, "password": hired.password}
        signed_in = await self.platform.client.post("/api/v1/auth/login", json=body)
        assert signed_in.status_code == 200, signed_in.text
        http = httpx.AsyncClient(
            transport=self.platform.transport(),
            base_url="http://gateway",
            timeout=60,
            headers={"Authorization": f"Bearer {signed_in.json()['access_token']}"},
        )
        await self._clients.enter_async_context(http)
        return Labeler(hired.account_id, hired.annotator_id, http)


@pytest_asyncio.fixture(loop_scope="session")
async def day(platform: Platform, replicas: Sequence[ServiceProcess], tmp_path: Path) -> AsyncIterator[Day]:
    assert len(replicas) == 2
    work = await published_work(platform, ITEMS, tmp_path)
    async with AsyncExitStack() as clients:
        yield Day(platform, work, clients)


async def test_nothing_is_lost_and_nobody_reaches_what_is_not_theirs(
    platform: Platform, replicas: Sequence[ServiceProcess], day: Day, promises_hold: Promises
) -> None:
    job = f"/api/v1/jobs/{day.work.job_id}"
    morning = await day.come(PEOPLE - LATE)
    assert (await platform.client.patch(job, json={"team": {"assignment": "even"}})).status_code == 200
    async with asyncio.TaskGroup() as working:
        for one in morning:
            working.create_task(day.works(one))
        await day.until(0.2)
        for one in await day.come(LATE):
            working.create_task(day.works(one))
        await day.until(0.35)
        await day.leave(morning[:REMOVED])
        await _may_not(day, morning[:REMOVED], {404})
        await day.until(0.5)
        await replicas[0].kill()
        await day.until(0.6)
        await replicas[0].start()
        gone = morning[REMOVED : REMOVED + DISABLED]
        await day.disable(gone)
        await _may_not(day, gone, {401})

        async def all_labeled() -> None:
            stats = (await platform.client.get(f"{job}/stats")).json()
            assert (stats["total"], stats["unlabeled"]) == (ITEMS, 0), stats

        await eventually(all_labeled, within=120, every=0.2, also=(httpx.TransportError,))
        day.is_over()

    evidence = await promises_hold(day.work)
    by = {entry["sample_id"]: entry["actor"]["id"] for entry in evidence.feed if entry.get("cause") == "annotate"}
    assert Counter(entry["sample_id"] for entry in evidence.feed if entry.get("cause") == "annotate") == dict.fromkeys(
        day.work.sample_ids, 1
    ), "each labeled by one person, once"
    done = {sample_id: one.account_id for one in day.people for sample_id in one.done}
    assert len(done) > ITEMS / 2
    assert by == by | done
    probes = [probe for one in day.people for probe in one.probes]
    assert len(probes) > PEOPLE
    assert not any(probe.changed for probe in probes)
    assert await _holders(platform, day.work) == by
    await _figures_equal(platform, job, Counter(by.values()))


async def _may_not(day: Day, people: Sequence[Labeler], status: set[int]) -> None:
    async def refused() -> None:
        for one in people:
            assert (await one.http.get(f"/api/v1/jobs/{day.work.job_id}/items")).status_code in status

    await eventually(refused, within=30)


async def _holders(platform: Platform, work: Work) -> dict[str, str]:
    """Who holds each item, read from the database."""
    async with AsyncMongoClient[dict[str, Any]](platform.stack.mongodb.url, readConcernLevel="majority") as client:
        low, high = job_range(job_bytes(work.job_id))
        items = client["labelstream_label"]["items"].find({"_id": {"$gte": low, "$lte": high}}, {"assignees": 1})
        hands = {str(UUID(bytes=bytes(item["_id"])[16:])): item["assignees"] async for item in items}
    assert all(len(held) == 1 for held in hands.values())
    return {sample_id: held[0]["account_id"] for sample_id, held in hands.items()}


async def _figures_equal(platform: Platform, job: str, recount: Counter[str]) -> None:
    async def equal() -> None:
        progress = (await platform.client.get(f"{job}/progress")).json()
        assert {who["id"]: who["added"] for who in progress["annotators"]} == recount
        assert (progress["labeled"], sum(recount.values())) == (ITEMS, ITEMS)
        quality = (await platform.client.get(f"{job}/quality")).json()
        assert {who["account_id"]: who["labeled"] for who in quality["annotators"] if who["labeled"]} == recount

    await eventually(equal, within=30)
