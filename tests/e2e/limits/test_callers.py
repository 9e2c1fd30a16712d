"""What one caller may have open at once: live streams and exports. One more is told when to come again."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
from tests.e2e.conftest import Door
from tests.e2e.limits.conftest import SECONDS, Api, Dataset
from tests.support.waiting import eventually

STREAMS, EXPORTS = 8, 4


def assert_told_to_come_again(reply: httpx.Response, code: str, limit: int) -> None:
    assert (reply.status_code, reply.json()["code"]) == (429, code)
    assert int(reply.headers["retry-after"]) > 0
    assert str(limit) in reply.json()["detail"]


async def test_a_caller_has_eight_live_streams_and_not_one_more(api: Api, few: Dataset) -> None:
    job = await few.job()
    path = f"{job.path}/changes/stream"
    async with AsyncExitStack() as streams:
        for _ in range(STREAMS):
            reply = await streams.enter_async_context(api.http.stream("GET", path))
            assert reply.status_code == 200
        assert_told_to_come_again(await api.http.get(path), "too-many-streams", STREAMS)

    async def opens_again() -> None:
        async with api.http.stream("GET", path) as reply:
            assert reply.status_code == 200

    await eventually(opens_again, within=SECONDS)


async def test_a_caller_has_four_exports_under_way_and_not_one_more(door: Door, api: Api, few: Dataset) -> None:
    """Exports of ten megabytes that are not read: more than the buffers between take."""
    job = await few.job()
    names = [f"{number:04}" + "\U00020000" * 1020 for number in range(200)]
    await job.annotate(sample_ids=list(await job.samples()), set=names)
    async with AsyncExitStack() as exports:
        for _ in range(EXPORTS):
            assert await exports.enter_async_context(_unread(door, api, f"{job.path}/export")) == 200
        reply = await api.http.get(f"{job.path}/export")
        assert_told_to_come_again(reply, "too-many-exports", EXPORTS)

    async def exports_again() -> None:
        lines = (await api.http.get(f"{job.path}/export")).text.splitlines()
        assert json.loads(lines[-1])["count"] == few.count

    await eventually(exports_again, within=SECONDS)


@asynccontextmanager
async def _unread(door: Door, api: Api, path: str) -> AsyncIterator[int]:
    """A request of whose answer only the status is read."""
    url = httpx.URL(door.url)
    reader, writer = await asyncio.open_connection(url.host, url.port, limit=4_096)
    token = api.http.headers["Authorization"]
    writer.write(f"GET /api/v1{path} HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n\r\n".encode())
    try:
        yield int((await reader.readline()).split()[1])
    finally:
        writer.transport.abort()
        with contextlib.suppress(ConnectionError):  # we hung up first
            await writer.wait_closed()
