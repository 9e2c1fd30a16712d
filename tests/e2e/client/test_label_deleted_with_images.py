"""A label that is deleted with its images, the whole way: label-service, Kafka, sync-service, and back to every job."""

from tests.e2e.client.conftest import Cats
from tests.e2e.conftest import Door
from tests.support.waiting import eventually

from labelstream import AsyncClient


async def test_images_with_only_that_label_go_from_their_dataset_and_from_every_job(door: Door, cats: Cats) -> None:
    job_id, samples = await cats.job(door)
    async with door.client() as client:
        dataset_id = (await client.jobs.get(job_id)).dataset_id
        other = await client.jobs.create(f"{cats.name}-2", dataset_id=dataset_id)
        await client.jobs.wait_until_prepared(other.id, timeout=30)
        bare, both, dog, *unlabeled = samples
        await client.annotations.apply(job_id, [bare, both], add=["cat"])
        await client.annotations.apply(job_id, [both, dog], add=["dog"])
        await client.annotations.apply(other.id, [bare, both], add=["red"])
        cat = next(label.id for label in [each async for each in client.labels.list(job_id)] if label.name == "cat")
        deleted = await client.operations.wait(await client.labels.delete(job_id, cat, images="delete"), timeout=30)
        assert deleted.result is not None
        assert deleted.result["images"] == 1

        left = {both, dog, *unlabeled}

        async def gone() -> None:
            for one in (job_id, other.id):
                assert {item.sample_id async for item in client.items.list(one)} == left
            assert {sample.id async for sample in client.datasets.samples(dataset_id)} == left

        await eventually(gone, within=30)
        assert await _labels_of(client, job_id) == {both: ["dog"], dog: ["dog"]}
        assert await _labels_of(client, other.id) == {both: ["red"]}
        synchronized = await client.operations.wait(await client.datasets.synchronize(dataset_id))
        assert synchronized.result is not None
        counts = {name: count for name, count in synchronized.result.items() if name != "skipped"}
        assert counts == {"added": 0, "updated": 0, "removed": 0, "unchanged": len(left), "renamed": 0}
        assert synchronized.result["skipped"] == {"count": 0, "examples": []}


async def _labels_of(client: AsyncClient, job_id: str) -> dict[str, list[str]]:
    """The names of the labels of each labeled item."""
    items = [item async for item in client.items.list(job_id)]
    return {item.sample_id: [label.name for label in item.labels] for item in items if item.labels}
