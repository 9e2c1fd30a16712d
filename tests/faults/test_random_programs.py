"""Random programs on two replicas that are killed again and again: what was answered was done, and once.

The seed can be given: `FAULT_PROGRAM_SEED=7`.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest_asyncio
from tests.integration.label.clients import worker
from tests.integration.label.exactness import check_counters, check_history, shown
from tests.integration.label.program import Program, dice_of
from tests.integration.label.workplace import Job, Somebody, sample
from tests.support.persevering import Persevering
from tests.support.platform import Platform
from tests.support.waiting import eventually
from tests.support.work import new_work

from labelstream_local.services import ServiceProcess

SEED = int(os.environ.get("FAULT_PROGRAM_SEED", "21"))


@pytest_asyncio.fixture(loop_scope="session")
async def transport(platform: Platform) -> AsyncIterator[Persevering]:
    async with Persevering(platform) as transport:
        yield transport


@pytest_asyncio.fixture(loop_scope="session")
async def somebody(platform: Platform, transport: Persevering) -> AsyncIterator[Somebody]:
    """The administrator, whose requests are repeated until they are answered."""
    account = (await platform.client.get("/api/v1/me")).json()["id"]
    client = httpx.AsyncClient(
        transport=transport, base_url="http://gateway/api/v1", headers=platform.client.headers, timeout=30
    )
    async with client:
        yield Somebody(account, client)


async def _job(platform: Platform, somebody: Somebody, items: int) -> Job:
    work = await new_work(platform, items)
    samples = [sample(work.dataset_id, sample_id, sample_id) for sample_id in work.sample_ids]
    return Job(work.job_id, work.dataset_id, somebody, {one.path: one for one in samples})


async def test_service_does_what_the_model_does_though_its_replicas_are_killed(
    platform: Platform, replicas: Sequence[ServiceProcess], transport: Persevering, somebody: Somebody
) -> None:
    job = await _job(platform, somebody, 8)
    program = Program(SEED, job, [somebody])

    async def steps() -> None:
        for _ in range(8):
            await program.step()

    turn = 0
    while turn < 4 or transport.repeated < 2:
        replica = replicas[turn % 2]
        going = asyncio.create_task(steps())
        await asyncio.sleep(program.dice.random() * 0.2)
        await replica.kill()
        await going
        assert shown(await job.desk.items()) == program.model.shown()
        assert {name: one["count"] for name, one in (await job.desk.labels()).items()} == program.model.counts()
        await replica.start()
        turn += 1
    await check_counters(job.desk)
    await check_history(job.desk)


async def test_many_clients_leave_an_exact_job_though_its_replicas_are_killed(
    platform: Platform, replicas: Sequence[ServiceProcess], transport: Persevering, somebody: Somebody
) -> None:
    job = await _job(platform, somebody, 30)
    dice = dice_of(SEED)
    working = asyncio.gather(*(worker(dice_of(dice.random()), job, job.desk, 30) for _ in range(6)))
    for replica in replicas:
        await asyncio.sleep(1)
        await replica.kill()
        await replica.start()
    await working
    assert transport.repeated, "nobody was at work when a replica was killed"
    await eventually(lambda: _operations_ended(platform, job), within=60)
    await check_counters(job.desk)
    await check_history(job.desk)


async def _operations_ended(platform: Platform, job: Job) -> None:
    states = [operation["state"] for operation in await platform.operations(job.id)]
    assert "failed" not in states
    assert {"queued", "running"}.isdisjoint(states)
