"""The images that a deleted label takes with it: deleted as a person deletes samples, once."""

from typing import Any

from tests.integration.sync.people import NOW, Publish, SignIn, image
from tests.support.topics import read_whole
from tests.support.waiting import eventually

from labelstream_common.ids import new_id
from labelstream_common.object_storage import ObjectStore
from labelstream_contracts import Actor, LabelCreated, LabelImagesDiscarded, SamplePayload, topics


def discarded(job_id: str, seq: int, dataset_id: str, *sample_ids: str) -> LabelImagesDiscarded:
    """What label-service says as it takes a label off."""
    return LabelImagesDiscarded(
        job_id=job_id,
        seq=seq,
        change_id=new_id(),
        actor=Actor(kind="person", id=new_id()),
        at=NOW(),
        dataset_id=dataset_id,
        label={"label_id": new_id(), "name": "cat"},
        sample_ids=sample_ids,
    )


def created(job_id: str, seq: int) -> LabelCreated:
    told = discarded(job_id, seq, "d", "s").model_dump(exclude={"dataset_id", "sample_ids"})
    return LabelCreated.model_validate(told)


async def dataset_of(owner: Any, bucket: str, store: ObjectStore, *keys: str) -> tuple[str, dict[str, str]]:
    """A dataset on these objects; its id, and those of its samples by path."""
    for key in keys:
        await store.put(bucket, key, image())
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    return dataset_id, {each["path"]: each["id"] for each in await owner.samples(dataset_id)}


async def holds(owner: Any, dataset_id: str, *paths: str) -> None:
    """Waits until these are the dataset's samples, and its count says so."""

    async def there() -> None:
        assert [each["path"] for each in await owner.samples(dataset_id)] == sorted(paths)
        assert (await owner.http.get(f"/datasets/{dataset_id}")).json()["sample_count"] == len(paths)

    await eventually(there)


async def test_discarded_images_stay_deleted_until_they_are_restored(
    somebody: SignIn, bucket: str, store: ObjectStore, publish: Publish, kafka_bootstrap: str
) -> None:
    owner, job_id = somebody(), new_id()
    dataset_id, ids = await dataset_of(owner, bucket, store, "a.png", "b.png", "c.png")
    await publish(created(job_id, 1), discarded(job_id, 2, dataset_id, ids["a.png"], ids["b.png"], new_id()))
    await holds(owner, dataset_id, "c.png")
    assert await owner.synchronizes(dataset_id) == {"added": 0, "updated": 0, "removed": 0, "unchanged": 1}
    body = {"sample_ids": [ids["a.png"]]}
    restored = await owner.ends(await owner.http.post(f"/datasets/{dataset_id}/samples:restore", json=body))
    assert restored["result"]["restored"] == 1
    await holds(owner, dataset_id, "a.png", "c.png")

    async def told() -> list[tuple[str, int, bool, str]]:
        payloads = [each.payload for each in await read_whole(kafka_bootstrap, [topics.SAMPLE.name])]
        own = [each for each in payloads if isinstance(each, SamplePayload) and each.dataset_id == dataset_id]
        later = [(each.path, each.version, each.removed, each.cause) for each in own if each.version > 1]
        assert len(later) == 3
        return sorted(later)

    assert await eventually(told) == [
        ("a.png", 2, True, "delete"),
        ("a.png", 3, False, "restore"),
        ("b.png", 2, True, "delete"),
    ]


async def test_what_comes_twice_does_not_delete_what_was_restored_since(
    somebody: SignIn, bucket: str, store: ObjectStore, publish: Publish
) -> None:
    owner, job_id = somebody(), new_id()
    dataset_id, ids = await dataset_of(owner, bucket, store, "a.png", "b.png", "c.png")
    first = discarded(job_id, 5, dataset_id, ids["a.png"])
    await publish(first)
    await holds(owner, dataset_id, "b.png", "c.png")
    body = {"sample_ids": [ids["a.png"]]}
    await owner.ends(await owner.http.post(f"/datasets/{dataset_id}/samples:restore", json=body))
    await publish(first, discarded(job_id, 9, dataset_id, ids["b.png"]), first)
    await publish(discarded(job_id, 12, dataset_id, ids["c.png"]))  # the same partition: it comes after all of these
    await holds(owner, dataset_id, "a.png")


async def test_samples_of_another_dataset_and_of_a_deleted_one_are_left_alone(
    somebody: SignIn, bucket: str, store: ObjectStore, publish: Publish
) -> None:
    owner, job_id = somebody(), new_id()
    dataset_id, ids = await dataset_of(owner, bucket, store, "a.png", "b.png")
    ended = await owner.makes_dataset(bucket)
    await owner.ends(await owner.http.delete(f"/datasets/{ended}"))
    await publish(discarded(job_id, 1, ended, ids["a.png"]))
    await publish(discarded(job_id, 2, await owner.makes_dataset(bucket), ids["a.png"]))
    await publish(discarded(job_id, 3, dataset_id, ids["b.png"]))  # the same partition: it comes after the others
    await holds(owner, dataset_id, "a.png")


async def test_a_thousand_images_of_one_event_go_at_once(
    somebody: SignIn, bucket: str, store: ObjectStore, publish: Publish
) -> None:
    owner, job_id = somebody(), new_id()
    keys = [f"{number:04}.png" for number in range(1_001)]
    dataset_id, ids = await dataset_of(owner, bucket, store, *keys)
    await publish(discarded(job_id, 1, dataset_id, *(ids[key] for key in keys[:1_000])))
    await holds(owner, dataset_id, keys[-1])
