"""Servers that tests write themselves."""

import asyncio
import gc

import pytest
from tests.support.servers import listening


async def test_what_serves_somebody_who_has_gone_is_neither_lost_nor_left_behind() -> None:
    ends: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read()
            await asyncio.get_running_loop().create_future()
        finally:
            ends.append("cancelled")

    async with listening(serve) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        await writer.wait_closed()
        await asyncio.sleep(0.05)  # it has read the end by now
        gc.collect()
        assert ends == []
    assert ends == ["cancelled"]


async def test_what_goes_wrong_in_it_fails_the_test() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise ValueError("wrong")

    async def asked() -> None:
        async with listening(serve) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            assert await reader.read() == b""
            writer.close()

    with pytest.raises(ExceptionGroup) as raised:
        await asked()
    assert [str(each) for each in raised.value.exceptions] == ["wrong"]
