"""The processes that decode images: real ones, pushed to their limits."""

import asyncio
import io
import signal

import pytest
from PIL import Image

from sync_service.adapters.thumbnail_pool import ThumbnailPool
from sync_service.application.ports import Limits
from sync_service.domain.image import DecodersStarved, ImageTooLarge, ImageUnreadable

MEGABYTE = 1024 * 1024


def photograph(size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, "PNG")
    return out.getvalue()


async def test_an_image_that_takes_too_long_is_given_up_and_the_next_one_is_made() -> None:
    pool = ThumbnailPool(Limits(image_seconds=0.01), workers=1)
    with pytest.raises(ImageTooLarge, match="longer than"):
        await pool.make(photograph((6_000, 6_000)), 64)
    await pool.close()
    patient = ThumbnailPool(Limits(), workers=1)
    assert (await patient.make(photograph((60, 60)), 64)).width == 60
    await patient.close()


async def test_an_image_that_takes_too_much_memory_is_refused() -> None:
    pool = ThumbnailPool(Limits(image_memory=300 * MEGABYTE), workers=1)
    with pytest.raises(ImageTooLarge):
        await pool.make(photograph((7_900, 7_900)), 64)
    assert (await pool.make(photograph((60, 60)), 64)).width == 60
    await pool.close()


async def test_an_image_is_not_too_large_because_the_machine_is_busy() -> None:
    """SIGSTOP takes the processor away from the worker, as a machine does that has too much to do."""
    pool = ThumbnailPool(Limits(image_seconds=0.2), workers=1)
    await pool.make(photograph((60, 60)), 64)
    (worker,) = pool._idle
    worker.process.send_signal(signal.SIGSTOP)
    making = asyncio.create_task(pool.make(photograph((60, 60)), 64))
    await asyncio.sleep(0.5)  # longer than the limit
    assert not making.done()
    worker.process.send_signal(signal.SIGCONT)
    assert (await making).width == 60
    (worker,) = pool._idle
    worker.process.send_signal(signal.SIGSTOP)
    with pytest.raises(DecodersStarved) as refused:
        await pool.make(photograph((60, 60)), 64)
    assert refused.value.retry_after
    await pool.close()


async def test_a_worker_that_was_killed_is_replaced_unnoticed() -> None:
    pool = ThumbnailPool(Limits(), workers=1)
    await pool.make(photograph((60, 60)), 64)
    (worker,) = pool._idle
    worker.process.kill()
    await worker.process.wait()
    assert (await pool.make(photograph((60, 60)), 64)).height == 60
    await pool.close()


async def test_many_at_once_share_the_workers() -> None:
    pool = ThumbnailPool(Limits(), workers=2)
    with pytest.raises(ImageUnreadable):
        await pool.make(b"not an image", 64)
    made = await asyncio.gather(*(pool.make(photograph((80 + number, 40)), 64) for number in range(20)))
    assert [each.width for each in made] == [80 + number for number in range(20)]
    await pool.close()
