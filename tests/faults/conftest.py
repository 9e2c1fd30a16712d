"""One platform of real processes for all fault tests; every test works on a job of its own and leaves all running."""

import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import httpx
import pytest
import pytest_asyncio
from aiokafka.errors import KafkaError
from tests.support.checker import Evidence, findings
from tests.support.evidence import gather
from tests.support.platform import Platform
from tests.support.waiting import eventually
from tests.support.work import Work

from labelstream_local.services import ServiceProcess


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def platform(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Platform]:
    running = Platform(tmp_path_factory.mktemp("platform"))
    try:
        await running.start()
        yield running
    finally:
        await running.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def replicas(platform: Platform) -> AsyncIterator[Sequence[ServiceProcess]]:
    """label-service as two replicas, for a module whose tests all want it so."""
    async with platform.doubled() as replicas:
        yield replicas


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def everything_runs_again(platform: Platform) -> AsyncIterator[None]:
    """A test that fails half-way leaves nothing stopped for the next one."""
    yield
    for part in (*platform.stack.servers, *platform.processes.values()):
        if part.child is not None:
            part.child.signal(signal.SIGCONT)
        await part.start()


@pytest.fixture
def promises_hold(platform: Platform) -> Callable[[Work], Awaitable[Evidence]]:
    """Waits until everything has come to rest, and then finds nothing that is not as promised. Gives what it read."""

    async def hold(work: Work) -> Evidence:
        async def nothing_found() -> Evidence:
            evidence = await gather(
                platform.client,
                work.job_id,
                kafka_bootstrap=platform.stack.kafka.bootstrap_servers,
                mongodb_url=platform.stack.mongodb.url,
                samples=frozenset(work.sample_ids) if work.published else None,
            )
            found = findings(work.ledger, evidence)
            assert not found, f"{len(found)} findings, the first: {found[:5]}"
            return evidence

        within = 60 + len(work.sample_ids) / 1000  # gathering the evidence of 200,000 images takes a minute each time
        return await eventually(nothing_found, within=within, every=1, also=(httpx.TransportError, KafkaError))

    return hold
