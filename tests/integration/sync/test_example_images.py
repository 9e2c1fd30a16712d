"""*Use example images*: from nothing to a dataset that can be labeled."""

import io
from secrets import token_hex

import httpx
from PIL import Image
from tests.integration.sync.people import SignIn

from labelstream_common.object_storage import ObjectStore
from sync_service.adapters.example_images import StoredExampleImages
from sync_service.domain.dataset import DatasetId


async def test_who_may_make_no_datasets_may_not_have_the_example_either(
    stranger: httpx.AsyncClient, somebody: SignIn
) -> None:
    assert (await stranger.post("/datasets:example")).status_code == 401
    answer = await somebody("annotator").http.post("/datasets:example")
    assert (answer.status_code, answer.json()["code"]) == (403, "account-right-missing")


async def test_the_example_is_a_dataset_of_1797_images_that_can_be_seen(somebody: SignIn) -> None:
    ada = somebody()
    operation = await ada.ends(await ada.http.post("/datasets:example"))
    dataset_id = operation["result"]["dataset_id"]
    assert (operation["done"], operation["total"]) == (1797, 1797)
    assert (await ada.synchronizes(dataset_id))["added"] == 1797
    dataset = (await ada.http.get(f"/datasets/{dataset_id}")).json()
    assert (dataset["name"], dataset["sample_count"]) == ("Example digits", 1797)
    sample = (await ada.samples(dataset_id))[0]
    content = await ada.http.get(f"/datasets/{dataset_id}/samples/{sample['id']}/content")
    assert Image.open(io.BytesIO(content.content)).size == (128, 128)


async def test_each_example_has_images_of_its_own_and_nobody_else_sees_it(somebody: SignIn) -> None:
    ada, bob = somebody(), somebody()
    made = [await who.ends(await who.http.post("/datasets:example")) for who in (ada, bob)]
    ids = [operation["result"]["dataset_id"] for operation in made]
    assert len(set(ids)) == 2
    pairs = zip((ada, bob), ids, strict=True)
    sources = [(await who.http.get(f"/datasets/{each}")).json()["source"] for who, each in pairs]
    assert sources[0]["prefix"] != sources[1]["prefix"]
    assert (await bob.http.get(f"/datasets/{ids[0]}")).status_code == 404


async def test_a_repeat_with_the_same_key_makes_no_second_one(somebody: SignIn) -> None:
    ada = somebody()
    key = {"Idempotency-Key": token_hex(8)}
    first, again = [(await ada.http.post("/datasets:example", headers=key)).json() for _ in range(2)]
    assert first["id"] == again["id"]
    assert len((await ada.http.get("/datasets")).json()["items"]) == 1


async def test_putting_the_same_images_again_changes_nothing(store: ObjectStore, bucket: str) -> None:
    examples = StoredExampleImages(store, bucket)
    source = examples.source(DatasetId("d"))
    await examples.put(source, 0, 3)
    await examples.put(source, 0, 5)
    found = [each async for page in store.list(bucket, source.prefix) for each in page]
    assert [each.key for each in found] == [f"digits/d/000{number}.png" for number in range(5)]
