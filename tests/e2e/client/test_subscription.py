"""A subscriber starts consistent without a pause, while others label."""

import asyncio

from tests.e2e.client.conftest import Cats
from tests.e2e.conftest import Door

from labelstream import ItemChanged, Start, subscribe


async def test_snapshot_and_changes_together_are_the_present_state(door: Door, cats: Cats) -> None:
    """Labels change before, during and after the export; what was folded equals what the items say."""
    job, samples = await cats.job(door)
    async with door.client() as client:
        labeling = asyncio.create_task(_label_for_a_while(door, job, samples))
        async with subscribe(**door.kafka, job=job, start=Start.NOW) as changes:
            state = {row.sample_id: row.version async for row in changes.snapshot(client, job)}
            final = await labeling
            async with asyncio.timeout(30):
                async for change in changes:
                    if not isinstance(change, ItemChanged):
                        continue  # the labels that the labeling creates are changes, too
                    assert change.version == state[change.sample_id] + 1, "a hole, or twice"
                    state[change.sample_id] = change.version
                    if state == final:
                        break
        assert {item.sample_id: item.version async for item in client.items.list(job)} == state


async def _label_for_a_while(door: Door, job: str, samples: list[str]) -> dict[str, int]:
    async with door.client() as client:
        for number in range(20):
            await client.annotations.apply(job, samples, set=[f"label_{number}"])
        return {item.sample_id: item.version async for item in client.items.list(job)}


async def test_from_the_beginning_gives_every_change_of_a_job(door: Door, cats: Cats) -> None:
    job, samples = await cats.job(door)
    async with door.client() as client:
        for label in ("cat", "dog"):
            await client.annotations.apply(job, samples, set=[label])
    expected = {(sample, version) for sample in samples for version in (1, 2)}
    found: list[tuple[str, int]] = []
    async with subscribe(**door.kafka, job=job) as changes, asyncio.timeout(30):
        async for change in changes:
            if isinstance(change, ItemChanged):
                found.append((change.sample_id, change.version))
            if len(found) == len(expected):
                break
    assert sorted(found) == sorted(expected)
