"""Fixtures that every kind of test may use. Backing services are started when a test first asks for one."""

import re
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace

import hypothesis
import pytest
import pytest_asyncio
import structlog
from tests.support.backing import BackingServices
from tests.support.containers import MINIO_IMAGE, Containers, available
from tests.support.object_stores import ObjectStoreAddress, embedded_object_store, minio_binary
from tests.support.topics import delete_all_topics

from labelstream_contracts import TopicSpec

# Speed is judged in `bench`, never by a test: a busy machine must not fail a rule.
hypothesis.settings.register_profile("labelstream", deadline=None)
hypothesis.settings.load_profile("labelstream")

# Rich's tracebacks show the locals of every frame: of a large command they take minutes, and hold up the event loop.
structlog.configure(
    processors=[
        *structlog.get_config()["processors"][:-1],
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--backed-only",
        action="store_true",
        help="only tests that stand on a backing service and did not run on MinIO in a container already: for a run in "
        "containers after one on child processes",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--backed-only"):
        return
    config.hook.pytest_deselected(items=[item for item in items if not _is_backed(item)])
    items[:] = filter(_is_backed, items)


def _is_backed(item: pytest.Item) -> bool:
    assert isinstance(item, pytest.Function)
    return "backing" in item.fixturenames and "every_object_store" not in item.fixturenames


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def backing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BackingServices]:
    """The backing services of the session, whichever way they are found (`tests/support/backing.py`)."""
    services = BackingServices.choose(tmp_path_factory.mktemp("backing"))
    print(f"\n{services.description}")
    yield services
    await services.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def mongodb_url(backing: BackingServices) -> str:
    return await backing.mongodb_url()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def kafka_bootstrap(backing: BackingServices) -> str:
    return await backing.kafka_bootstrap()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def object_store(backing: BackingServices) -> ObjectStoreAddress:
    return await backing.object_store()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def service_environment(backing: BackingServices) -> Mapping[str, str]:
    """The `LABELSTREAM_*` settings that lead a service to all three."""
    return await backing.environment()


@pytest_asyncio.fixture(scope="session", loop_scope="session", params=["rclone", "minio"])
async def every_object_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[ObjectStoreAddress]:
    """Each of the two servers that an object-store test must pass on."""
    kind: str = request.param
    if kind == "rclone" or minio_binary():
        async with embedded_object_store(tmp_path_factory.mktemp(kind), kind) as address:
            yield address
        return
    if not available(MINIO_IMAGE):
        pytest.skip("no minio binary on PATH, and no Docker engine that has its image")
    containers = Containers()
    yield await containers.object_store()
    await containers.close()


@pytest.fixture(scope="module")
def database_name(request: pytest.FixtureRequest) -> str:
    """A database of this test module alone: `test_<module>_<random>`, short enough for MongoDB."""
    name = re.sub(r"\W", "_", request.module.__name__.rpartition(".")[2])
    return f"{name[:40]}_{secrets.token_hex(4)}"


@pytest.fixture(scope="module")
def own_topic() -> Callable[[TopicSpec], TopicSpec]:
    """Makes a topic's spec one of this test module alone, by a prefix to its name."""
    prefix = f"test-{secrets.token_hex(4)}"
    return lambda topic: replace(topic, name=f"{prefix}.{topic.name}")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def no_topics(kafka_bootstrap: str) -> None:
    """A Kafka without any topic of earlier modules, for tests that run whole services on the real names."""
    await delete_all_topics(kafka_bootstrap)
