"""Keys with signs that mean something in URLs: they come, go and are shown literally."""

import csv
import io

import httpx
from tests.integration.sync.importing import counts, file, imports, labels_of, manifest, named, upload
from tests.integration.sync.people import SignIn, image

from labelstream_common.object_storage import ObjectStore

NAMES = ("a b", "50%25", "%2F", "1+2", "x#y", "q?x=1&y", "semi;colon,comma", "é 猫", "quote'\"", "(1)[2]{3}~!$*@:=")
KEYS = [f"in/{name}/{name}.png" for name in NAMES]


async def test_odd_keys_are_taken_literally_everywhere(somebody: SignIn, bucket: str, store: ObjectStore) -> None:
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    contents = {key: image(shade=shade) for shade, key in enumerate(KEYS)}
    await upload(owner, dataset_id, contents)
    assert sorted([each.key async for page in store.list(bucket) for each in page]) == sorted(KEYS)
    record = await imports(owner, dataset_id, "images", {"kind": "uploads"})
    assert record["counts"] == counts(imported=len(KEYS)), record
    result = await owner.synchronizes(dataset_id)
    assert result == {"added": 0, "updated": 0, "removed": 0, "unchanged": len(KEYS)}

    out = io.StringIO()
    csv.writer(out).writerows([("path", "labels"), *((key, f"label-{number}") for number, key in enumerate(KEYS))])
    lines = manifest(*(named(bucket, key, [f"label-{number}"]) for number, key in enumerate(KEYS)))
    for name, content in (("labels #1+2.csv", out.getvalue().encode()), ("m %20.manifest", lines)):
        await store.put(bucket, name, content)
    record = await imports(owner, dataset_id, "csv", file(bucket, "labels #1+2.csv"))
    assert record["counts"] == counts(imported=len(KEYS)), record
    assert await labels_of(owner, dataset_id) == {key: [f"label-{number}"] for number, key in enumerate(KEYS)}
    record = await imports(owner, dataset_id, "manifest", file(bucket, "m %20.manifest"))
    assert record["counts"] == counts(unchanged=len(KEYS)), record

    async with httpx.AsyncClient() as browser:
        for sample in await owner.samples(dataset_id):
            address = f"/datasets/{dataset_id}/samples/{sample['id']}"
            assert (await owner.http.get(f"{address}/content")).content == contents[sample["path"]]
            assert (await owner.http.get(f"{address}/thumbnail")).status_code == 200
            link = (await owner.http.get(f"{address}/content", params={"redirect": "true"})).headers["location"]
            assert (await browser.get(link)).content == contents[sample["path"]], link

    body = {"filter": {}, "delete_source": True}
    gone = await owner.ends(await owner.http.post(f"/datasets/{dataset_id}/samples:delete", json=body))
    assert gone["result"]["failed"]["count"] == 0, gone
    assert [each.key async for page in store.list(bucket, "in/") for each in page] == []
