"""The largest label set that the contract allows, through every service."""

from tests.e2e.client.conftest import Cats
from tests.e2e.conftest import Door


async def test_job_with_ten_thousand_long_labels_becomes_active_and_has_them_all(door: Door, cats: Cats) -> None:
    names = [f"{number:05}-" + "x" * 1018 for number in range(10_000)]
    async with door.client() as client:
        dataset = await client.datasets.create(cats.name, bucket=cats.bucket, prefix=cats.prefix)
        await client.operations.wait(await client.datasets.synchronize(dataset.id))
        job = await client.jobs.create(cats.name, dataset_id=dataset.id, labels=names)
        await client.jobs.wait_until_prepared(job.id, timeout=120)
        assert [label.name async for label in client.labels.list(job.id)] == names
        others = await client.jobs.create(f"{cats.name}-2", dataset_id=dataset.id, labels=["cat"])
        await client.jobs.wait_until_prepared(others.id, timeout=30)
