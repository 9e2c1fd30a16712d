"""Tasks are ended, also those that a cancellation did not reach."""

import asyncio

import pytest

from labelstream_common import tasks
from labelstream_common.tasks import end


async def test_task_that_a_cancellation_did_not_reach_is_cancelled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_AGAIN_AFTER", 0.01)
    swallowed = 0

    async def deaf() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                swallowed += 1
                if swallowed > 2:
                    raise

    task = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    await end([task])
    assert task.cancelled()
    assert swallowed == 3


async def test_whatever_tasks_end_with_is_theirs() -> None:
    async def failing() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            raise ValueError

    failed, ended = asyncio.create_task(failing()), asyncio.create_task(asyncio.sleep(0))
    await asyncio.sleep(0.01)
    await end([failed, ended])
    assert isinstance(failed.exception(), ValueError)
    assert not ended.cancelled()


async def test_nothing_to_end_is_nothing() -> None:
    await end([])
