"""How much of what lasts long one caller may have open."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Message
from tests.unit.common.conftest import OWNER, STRANGER, As

from labelstream_common.http import DOWNLOADS
from labelstream_common.http.places import GiveBack
from labelstream_common.http.shares import Shares, TooManyDownloads

LIVE = "/api/v1/live"


@asynccontextmanager
async def stream(app: FastAPI, headers: dict[str, str]) -> AsyncIterator[int]:
    """A reader that stays until the block ends; gives the status that it got."""
    status: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    leaves = asyncio.Event()
    began = [False]

    async def receive() -> Message:
        if not began[0]:
            began[0] = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await leaves.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            status.set_result(message["status"])

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "method": "GET",
        "path": LIVE,
        "raw_path": LIVE.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    running = asyncio.create_task(app(scope, receive, send))
    yield await status
    leaves.set()
    await running


async def test_a_ninth_stream_is_refused_until_one_ends(app: FastAPI, client: httpx.AsyncClient, as_: As) -> None:
    async with AsyncExitStack() as open_streams:
        for _ in range(7):
            assert await open_streams.enter_async_context(stream(app, as_(OWNER))) == 200
        async with stream(app, as_(OWNER)) as eighth:
            assert eighth == 200
            refused = await client.get(LIVE, headers=as_(OWNER))
            assert (refused.status_code, refused.json()["code"]) == (429, "too-many-streams")
            assert (refused.headers["retry-after"], refused.json()["limit"]) == ("5", 8)
            async with stream(app, as_(STRANGER)) as of_somebody_else:
                assert of_somebody_else == 200
        async with stream(app, as_(OWNER)) as after_one_left:
            assert after_one_left == 200


async def test_what_never_began_takes_no_share(client: httpx.AsyncClient, as_: As) -> None:
    for _ in range(10):
        assert (await client.get(f"{LIVE}?fails=true", headers=as_(OWNER))).status_code == 409
        assert (await client.get(f"{LIVE}?unknown=1", headers=as_(OWNER))).status_code == 422
        assert (await client.head(LIVE, headers=as_(OWNER))).status_code == 200


async def test_a_sixty_fifth_download_of_a_caller_is_refused_until_one_ends() -> None:
    shares = Shares()
    taken = [await shares.take(DOWNLOADS, OWNER) for _ in range(64)]
    with pytest.raises(TooManyDownloads) as refused:
        await shares.take(DOWNLOADS, OWNER)
    assert (refused.value.code, refused.value.retry_after) == ("too-many-downloads", 1.0)
    await shares.take(DOWNLOADS, STRANGER)
    await taken.pop()()
    await shares.take(DOWNLOADS, OWNER)


async def test_downloads_are_counted_without_a_write() -> None:
    class Unasked:
        async def take(self, name: str, most: int) -> GiveBack | None:
            raise AssertionError(name)

    await Shares(Unasked()).take(DOWNLOADS, OWNER)
