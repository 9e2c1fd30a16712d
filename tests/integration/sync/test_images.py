import io
import struct
import zlib

import httpx
import pytest
from PIL import Image
from tests.integration.sync.people import Publish, SignIn, Somebody, image, job, member
from tests.support.waiting import eventually

from labelstream_common.object_storage import ObjectStore
from labelstream_common.runtime import Service


async def dataset_with(owner: Somebody, store: ObjectStore, bucket: str, objects: dict[str, bytes]) -> dict[str, str]:
    """Where each object's sample is, by key."""
    for key, content in objects.items():
        await store.put(bucket, key, content, media_type="text/html")
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    return {each["path"]: f"/datasets/{dataset_id}/samples/{each['id']}" for each in await owner.samples(dataset_id)}


async def test_content_is_served_as_what_it_really_is(somebody: SignIn, bucket: str, store: ObjectStore) -> None:
    kinds = ("jpeg", "png", "bmp", "webp", "gif", "tiff")
    objects = {f"{kind}.png": image(kind.upper()) for kind in kinds}  # whatever the name says
    owner = somebody()
    paths = await dataset_with(owner, store, bucket, objects)
    for kind in kinds:
        answer = await owner.http.get(f"{paths[f'{kind}.png']}/content")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == f"image/{kind}"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert answer.content == objects[f"{kind}.png"]


@pytest.mark.parametrize("content", [b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"<html>", b""])
async def test_what_is_no_image_is_not_served(
    somebody: SignIn, bucket: str, store: ObjectStore, content: bytes
) -> None:
    owner = somebody()
    path = (await dataset_with(owner, store, bucket, {"x.png": content}))["x.png"]
    for what, code in (("content", "not-an-image"), ("thumbnail", "image-unreadable")):
        answer = await owner.http.get(f"{path}/{what}")
        assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_content_knows_etags_and_ranges(somebody: SignIn, bucket: str, store: ObjectStore) -> None:
    owner = somebody()
    whole = image("JPEG", (300, 200))
    content = (await dataset_with(owner, store, bucket, {"x.jpg": whole}))["x.jpg"] + "/content"
    etag = (await owner.http.get(content)).headers["etag"]
    assert (await owner.http.get(content, headers={"If-None-Match": etag})).status_code == 304
    part = await owner.http.get(content, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content, part.headers["content-type"]) == (206, whole[10:20], "image/jpeg")
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole)}"
    assert (await owner.http.get(content, headers={"Range": "bytes=-5"})).content == whole[-5:]
    beyond = await owner.http.get(content, headers={"Range": f"bytes={len(whole)}-"})
    assert (beyond.status_code, beyond.json()["code"]) == (416, "range-not-satisfiable")
    assert beyond.headers["content-range"] == f"bytes */{len(whole)}"
    other = await owner.http.get(content, headers={"Range": "bytes=0-1", "If-Range": '"another"'})
    assert (other.status_code, other.content) == (200, whole)


async def test_a_redirect_leads_to_the_bytes_for_at_most_five_minutes(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    owner = somebody()
    path = (await dataset_with(owner, store, bucket, {"x.png": image()}))["x.png"]
    async with httpx.AsyncClient() as anybody:
        for what, media_type in (("content", "image/png"), ("thumbnail", "image/webp")):
            answer = await owner.http.get(f"{path}/{what}", params={"redirect": True})
            assert answer.status_code == 302
            assert "no-store" in answer.headers["cache-control"]
            location = httpx.URL(answer.headers["location"])
            assert 0 < int(location.params["X-Amz-Expires"]) <= 300
            fetched = await anybody.get(location)
            assert (fetched.status_code, fetched.headers["content-type"]) == (200, media_type)


async def test_a_thumbnail_is_made_once_and_kept_where_no_dataset_lists_it(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service
) -> None:
    owner = somebody()
    path = (await dataset_with(owner, store, bucket, {"x.jpg": image("JPEG", (400, 200))}))["x.jpg"]
    answer = await owner.http.get(f"{path}/thumbnail", params={"size": 100})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    assert Image.open(io.BytesIO(answer.content)).size == (100, 50)
    dataset_id, sample_id = path.split("/")[2], path.split("/")[4]
    kept = service.settings.thumbnail_bucket  # type: ignore[attr-defined]  # sync-service's own setting
    keys = [each.key async for page in store.list(kept, f"thumbnails/{dataset_id}/") for each in page]
    assert len(keys) == 1
    await store.put(kept, keys[0], b"kept")
    assert (await owner.http.get(f"{path}/thumbnail", params={"size": 100})).content == b"kept"
    sample = (await owner.http.get(f"/datasets/{dataset_id}/samples/{sample_id}")).json()
    assert (sample["width"], sample["height"]) == (400, 200)
    assert (await owner.synchronizes(dataset_id))["unchanged"] == 1


@pytest.mark.parametrize("size", [0, 63, 1025, "big"])
async def test_a_thumbnail_has_64_to_1024_pixels(
    somebody: SignIn, bucket: str, store: ObjectStore, size: object
) -> None:
    owner = somebody()
    path = (await dataset_with(owner, store, bucket, {"x.png": image()}))["x.png"]
    answer = await owner.http.get(f"{path}/thumbnail", params={"size": str(size)})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/size")


async def test_damaged_and_enormous_images_get_a_clear_problem(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    owner = somebody()
    jpeg = image("JPEG", (800, 600))
    objects = {
        "truncated.jpg": jpeg[: len(jpeg) // 2],
        "bomb.png": png_of(6_000, 5_000),
        "long.png": image() + bytes(2_000_000),
        "fine.png": image(),
    }
    paths = await dataset_with(owner, store, bucket, objects)
    codes = {}
    for key, path in paths.items():
        answer = await owner.http.get(f"{path}/thumbnail")
        codes[key] = 200 if answer.status_code == 200 else answer.json()["code"]
    assert codes == {
        "truncated.jpg": "image-unreadable",
        "bomb.png": "image-too-large",
        "long.png": "image-too-large",
        "fine.png": 200,
    }


def png_of(width: int, height: int) -> bytes:
    """A small file that becomes width × height × 3 bytes when it is decoded."""
    packer = zlib.compressobj(9)
    row = bytes(width * 3 + 1)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


async def test_an_object_that_is_gone_is_said_to_be(somebody: SignIn, bucket: str, store: ObjectStore) -> None:
    owner = somebody()
    path = (await dataset_with(owner, store, bucket, {"x.png": image()}))["x.png"]
    await store.delete_many(bucket, ["x.png"])
    for what in ("content", "thumbnail"):
        answer = await owner.http.get(f"{path}/{what}")
        assert (answer.status_code, answer.json()["code"]) == (404, "source-object-missing")


async def test_whoever_works_on_a_job_of_the_dataset_sees_its_images(
    somebody: SignIn, bucket: str, store: ObjectStore, publish: Publish
) -> None:
    owner, labeler = somebody(), somebody("annotator")
    path = (await dataset_with(owner, store, bucket, {"x.png": image()}))["x.png"]
    assert (await labeler.http.get(f"{path}/content")).status_code == 404
    opened = job(path.split("/")[2], owner.id)
    await publish(opened, member(opened.job_id, labeler.id, "labeler"))

    async def sees() -> None:
        assert (await labeler.http.get(f"{path}/content")).status_code == 200
        assert (await labeler.http.get(f"{path}/thumbnail")).status_code == 200

    await eventually(sees)
