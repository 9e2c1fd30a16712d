"""Before source files are deleted, whoever deletes is told which other datasets use them."""

from tests.integration.sync.people import SignIn, image

from labelstream_common.object_storage import ObjectStore


async def test_a_dry_run_names_the_datasets_that_use_the_source_files(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    for path in ("fruit/a.png", "fruit/green/b.png"):
        await store.put(bucket, path, image())
    ada, bob, root = somebody(), somebody(), somebody("admin")
    fruit = await ada.makes_dataset(bucket, "fruit/", name="Fruit")
    green = await ada.makes_dataset(bucket, "fruit/green/", name="Green fruit")
    await bob.makes_dataset(bucket, "fruit/", name="Secret")
    await ada.makes_dataset(bucket, "meat/", name="Meat")
    await ada.synchronizes(fruit)
    delete = f"/datasets/{fruit}/samples:delete?dry_run=true"
    a, b = [await ada.sample(fruit, path) for path in ("fruit/a.png", "fruit/green/b.png")]

    kept = (await ada.http.post(delete, json={"sample_ids": [b]})).json()
    assert (kept["datasets"], kept["more_datasets"]) == ([], 0)
    only_a = (await ada.http.post(delete, json={"sample_ids": [a], "delete_source": True})).json()
    assert (only_a["datasets"], only_a["more_datasets"]) == ([], 1)  # nobody is told of Bob's by name
    both = (await ada.http.post(delete, json={"sample_ids": [a, b], "delete_source": True})).json()
    assert (both["datasets"], both["more_datasets"]) == ([{"id": green, "name": "Green fruit"}], 1)
    everything = (await ada.http.post(delete, json={"filter": {}, "delete_source": True})).json()
    assert [each["name"] for each in everything["datasets"]] == ["Green fruit"]
    seen = (await root.http.post(delete, json={"sample_ids": [a, b], "delete_source": True})).json()
    assert sorted(each["name"] for each in seen["datasets"]) == ["Green fruit", "Secret"]
    assert len(await ada.samples(fruit)) == 2
