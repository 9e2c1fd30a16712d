"""What does not become a sample is counted, with reasons; what only its content type calls an image becomes one."""

from tests.integration.sync.people import SignIn, image
from tests.support.object_stores import ObjectStoreAddress

from labelstream_common.object_storage import ObjectStore
from labelstream_common.runtime import Service


async def test_what_is_left_out_is_counted_with_its_reasons(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service
) -> None:
    limit = service.settings.max_image_bytes  # type: ignore[attr-defined]  # sync-service's own setting
    picture = image()
    await store.put(bucket, "fine.jfif", image("JPEG"))
    await store.put(bucket, "limit.png", picture + bytes(limit - len(picture)))
    await store.put(bucket, "beyond.png", picture + bytes(limit - len(picture) + 1))
    await store.put(bucket, "empty.png", b"")
    await store.put(bucket, "readme.txt", b"text")
    await store.put(bucket, "drawing.svg", b"<svg/>", media_type="image/svg+xml")
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    result = await owner.synchronizes_telling(dataset_id)
    assert (result["added"], result["skipped"]["count"]) == (2, 4)
    assert [each["path"] for each in result["skipped"]["examples"]] == [
        "beyond.png",
        "drawing.svg",
        "empty.png",
        "readme.txt",
    ]
    reasons = {each["path"]: each["reason"] for each in result["skipped"]["examples"]}
    assert "2,000,001 bytes" in reasons["beyond.png"]
    assert reasons["empty.png"] == "It is empty."
    assert reasons["readme.txt"] == reasons["drawing.svg"] == "It is not an accepted image."
    again = await owner.synchronizes_telling(dataset_id)  # and of every synchronization, not only the first
    assert (again["unchanged"], again["skipped"]) == (2, result["skipped"])


async def test_the_first_hundred_of_many_are_named(somebody: SignIn, bucket: str, store: ObjectStore) -> None:
    for number in range(103):
        await store.put(bucket, f"{number:03}.txt", b"text")
    owner = somebody()
    skipped = (await owner.synchronizes_telling(await owner.makes_dataset(bucket)))["skipped"]
    assert skipped["count"] == 103
    assert [each["path"] for each in skipped["examples"]] == [f"{number:03}.txt" for number in range(100)]


async def test_what_becomes_too_large_or_empty_is_no_sample_any_more(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    await store.put(bucket, "a.png", image())
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    await store.put(bucket, "a.png", b"")
    result = await owner.synchronizes_telling(dataset_id)
    assert (result["removed"], result["skipped"]["count"]) == (1, 1)


async def test_objects_whose_endings_say_nothing_are_taken_by_their_content_type_and_asked_for_once(
    somebody: SignIn, bucket: str, store: ObjectStore, every_object_store: ObjectStoreAddress, service: Service
) -> None:
    await store.put(bucket, "photo", image("JPEG"), media_type="image/jpeg")
    await store.put(bucket, "scan.dat", image(), media_type="image/png")
    await store.put(bucket, "numbers.dat", b"1 2 3", media_type="application/octet-stream")
    if (await store.stat(bucket, "photo")).media_type != "image/jpeg":
        return  # this store forgets content types; there is nothing to tell by
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    result = await owner.synchronizes_telling(dataset_id)
    assert result["skipped"]["examples"] == [{"path": "numbers.dat", "reason": "It is not an accepted image."}]
    kinds = {each["path"]: each["media_type"] for each in await owner.samples(dataset_id)}
    assert kinds == {"photo": "image/jpeg", "scan.dat": "image/png"}

    asked: list[str] = []
    stat = store.__class__.stat

    async def counted(self: ObjectStore, bucket: str, key: str) -> object:
        asked.append(key)
        return await stat(self, bucket, key)

    store.__class__.stat = counted  # type: ignore[method-assign, assignment]  # counts what the service asks for
    try:
        again = await owner.synchronizes_telling(dataset_id)
        assert (again["unchanged"], again["skipped"]["count"], asked) == (2, 1, [])
        await store.put(bucket, "numbers.dat", image(), media_type="image/png")  # other bytes: asked for again
        await store.put(bucket, "photo", image("JPEG", shade=99), media_type="image/jpeg")
        changed = await owner.synchronizes_telling(dataset_id)
        assert (changed["added"], changed["updated"], changed["unchanged"], sorted(asked)) == (
            1,
            1,
            1,
            ["numbers.dat", "photo"],
        )
    finally:
        store.__class__.stat = stat  # type: ignore[method-assign]
