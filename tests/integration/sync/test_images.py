import gzip
import io
import struct
import zlib
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from minio import Minio
from PIL import Image
from tests.integration.sync.people import Publish, SignIn, Somebody, image, job, member
from tests.support.object_stores import ObjectStoreAddress
from tests.support.waiting import eventually

from labelstream_common.auth.content_tickets import ContentTickets, Seen
from labelstream_common.clock import SystemClock
from labelstream_common.object_storage import ObjectStore
from labelstream_common.runtime import Service
from labelstream_contracts import JobTeam


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


@pytest.mark.parametrize("content", [b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"<html>", b" "])
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
    short = image("JPEG", (20, 10))
    await store.put(bucket, "x.jpg", short)  # and nothing has synchronized since
    for first in (len(short) - 5, len(short), len(short) + 5):
        gone = await owner.http.get(content, headers={"Range": f"bytes={first}-{first + 9}"})
        assert (gone.status_code, gone.json()["code"]) == (404, "source-object-missing")


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
    assert Image.open(io.BytesIO(answer.content)).size == (128, 64)  # rounded up to a size that is kept
    dataset_id, sample_id = path.split("/")[2], path.split("/")[4]
    kept = service.settings.thumbnail_bucket  # type: ignore[attr-defined]  # sync-service's own setting
    keys = [each.key async for page in store.list(kept, f"thumbnails/{dataset_id}/") for each in page]
    assert len(keys) == 1
    await store.put(kept, keys[0], b"kept")
    for size in (65, 100, 128):
        assert (await owner.http.get(f"{path}/thumbnail", params={"size": size})).content == b"kept"
    assert (await owner.http.get(f"{path}/thumbnail", params={"size": 129})).content != b"kept"
    sample = (await owner.http.get(f"/datasets/{dataset_id}/samples/{sample_id}")).json()
    assert (sample["width"], sample["height"]) == (400, 200)
    assert (await owner.synchronizes(dataset_id))["unchanged"] == 1


def shades(thumbnail: bytes) -> int:
    level = Image.open(io.BytesIO(thumbnail)).convert("RGB").getpixel((5, 5))
    assert isinstance(level, tuple)
    return int(level[0])


async def test_a_thumbnail_made_between_an_overwrite_and_its_synchronization_is_not_kept_as_the_old_one(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    owner = somebody()
    path = (await dataset_with(owner, store, bucket, {"x.png": image(shade=10)}))["x.png"]
    dataset_id = path.split("/")[2]
    old = (await owner.samples(dataset_id))[0]["etag"]
    await store.put(bucket, "x.png", image(shade=240))
    early = await owner.http.get(f"{path}/thumbnail", params={"etag": old})
    assert shades(early.content) > 200
    assert early.headers["cache-control"] == "private, no-cache"
    assert old not in early.headers["etag"]
    await store.put(bucket, "x.png", image(shade=10))  # and back: the old etag is right again
    assert shades((await owner.http.get(f"{path}/thumbnail", params={"etag": old})).content) < 30
    sample = (await owner.samples(dataset_id))[0]
    assert (sample["etag"], sample["width"]) == (old, 40)


async def test_what_is_asked_for_by_its_etag_is_kept_for_long_and_nothing_else_is(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    owner = somebody()
    path = (await dataset_with(owner, store, bucket, {"x.png": image()}))["x.png"]
    etag = (await owner.samples(path.split("/")[2]))[0]["etag"]
    for what in ("content", "thumbnail"):
        for asked, kept in ((etag, True), ("another", False), (None, False)):
            params = {} if asked is None else {"etag": asked}
            answer = await owner.http.get(f"{path}/{what}", params=params)
            expected = "private, max-age=31536000, immutable" if kept else "private, no-cache"
            assert answer.headers["cache-control"] == expected
            again = await owner.http.get(
                f"{path}/{what}", params=params, headers={"If-None-Match": answer.headers["etag"]}
            )
            assert (again.status_code, again.headers["cache-control"]) == (304, expected)


async def test_size_and_kind_are_those_of_the_upright_image_once_it_was_read(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.new("RGB", (60, 20)).save(out, "JPEG", exif=exif)
    owner = somebody()
    path = (await dataset_with(owner, store, bucket, {"x.png": out.getvalue()}))["x.png"]
    sample_path = f"/datasets/{path.split('/')[2]}/samples/{path.split('/')[4]}"
    before = (await owner.http.get(sample_path)).json()
    assert (before["width"], before["media_type"]) == (None, "image/png")
    assert (await owner.http.get(f"{path}/thumbnail")).status_code == 200
    sample = (await owner.http.get(sample_path)).json()
    assert (sample["width"], sample["height"], sample["media_type"]) == (20, 60, "image/jpeg")


async def test_objects_that_lie_compressed_are_served_and_shown_and_bombs_are_not_made_whole(
    somebody: SignIn, bucket: str, every_object_store: ObjectStoreAddress, store: ObjectStore
) -> None:
    whole = image("BMP", (200, 100))
    content = {"x.bmp": gzip.compress(whole), "bomb.bmp": gzip.compress(whole + bytes(30_000_000))}
    put_gzipped(every_object_store, bucket, content)
    if (await store.stat(bucket, "x.bmp")).encoding != "gzip":
        pytest.skip("this store does not keep the encoding of objects")
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    paths = {each["path"]: f"/datasets/{dataset_id}/samples/{each['id']}" for each in await owner.samples(dataset_id)}
    for headers in ({}, {"Range": "bytes=0-9"}):
        answer = await owner.http.get(f"{paths['x.bmp']}/content", headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/bmp")
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.content == whole  # the client decompresses
    thumbnail = await owner.http.get(f"{paths['x.bmp']}/thumbnail", params={"size": 64})
    assert Image.open(io.BytesIO(thumbnail.content)).size == (64, 32)
    refused = await owner.http.get(f"{paths['bomb.bmp']}/thumbnail")
    assert (refused.status_code, refused.json()["code"]) == (422, "image-too-large")


def put_gzipped(address: ObjectStoreAddress, bucket: str, objects: dict[str, bytes]) -> None:
    parts = urlsplit(address.endpoint)
    client = Minio(parts.netloc, access_key=address.access_key, secret_key=address.secret_key, secure=False)
    for key, content in objects.items():
        headers: dict[str, str | list[str] | tuple[str]] = {"Content-Encoding": "gzip"}
        client.put_object(bucket, key, io.BytesIO(content), len(content), content_type="image/bmp", metadata=headers)


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


async def test_a_labeler_who_has_only_their_own_items_needs_a_ticket_for_each_image(
    somebody: SignIn, bucket: str, store: ObjectStore, publish: Publish
) -> None:
    owner, labeler, other, reviewer = somebody(), somebody("annotator"), somebody("annotator"), somebody("annotator")
    paths = await dataset_with(owner, store, bucket, {"x.png": image(), "y.png": image(shade=9)})
    dataset_id, sample_id = paths["x.png"].split("/")[2], paths["x.png"].split("/")[4]
    opened = job(dataset_id, owner.id, is_team=True, team=JobTeam(assignment="even"))
    people = [member(opened.job_id, one.id, "labeler") for one in (labeler, other)]
    await publish(opened, *people, member(opened.job_id, reviewer.id, "reviewer"))
    tickets, now = ContentTickets("key-of-the-tests"), SystemClock().now()
    params = {"etag": "e1", "ticket": tickets.ticket(Seen(labeler.id, dataset_id, sample_id, "e1"), now)}

    async def sees() -> None:
        for what in ("content", "thumbnail"):
            assert (await labeler.http.get(f"{paths['x.png']}/{what}", params=params)).status_code == 200
        assert (await reviewer.http.get(f"{paths['x.png']}/content")).status_code == 200

    await eventually(sees)
    ended = tickets.ticket(Seen(labeler.id, dataset_id, sample_id, "e1"), now - timedelta(hours=25))
    refused: list[tuple[Somebody, str, dict[str, str]]] = [
        (labeler, "x.png", {}),
        (labeler, "x.png", {**params, "etag": "e2"}),
        (labeler, "x.png", {**params, "ticket": ended}),
        (labeler, "x.png", {**params, "ticket": "9999999.x"}),
        (labeler, "y.png", params),
        (other, "x.png", params),
    ]
    for person, name, query in refused:
        for what in ("content", "thumbnail"):
            answer = await person.http.get(f"{paths[name]}/{what}", params=query)
            assert (answer.status_code, answer.json()["code"]) == (404, "sample-not-found"), query
    assert (await labeler.http.get(paths["x.png"])).status_code == 404
    whole = job(dataset_id, owner.id)
    await publish(whole, member(whole.job_id, other.id, "labeler"))

    async def sees_all_through_another_job() -> None:
        assert (await other.http.get(f"{paths['y.png']}/content")).status_code == 200

    await eventually(sees_all_through_another_job)


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
