"""A whole platform under attack: once in one process, once with a process for each service behind nginx."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from tests.attacks.target import Attacked, Target, attacked
from tests.e2e.conftest import EMAIL, PASSWORD, Door, platform_up


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=[(), ("--split",)], ids=["one process", "split"])
async def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Target]:
    folder = tmp_path_factory.mktemp("attacked")
    async with platform_up(folder, *request.param) as door, attacked(_attacked(door)) as found:
        yield found


def _attacked(door: Door) -> Attacked:
    return Attacked(door.url, door.data_dir, door.status["s3"], EMAIL, PASSWORD)
