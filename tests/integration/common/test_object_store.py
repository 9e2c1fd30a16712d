"""The object store over both servers it must work with."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import psutil
import pytest
import pytest_asyncio
from tests.support.object_stores import ObjectStoreAddress, embedded_object_store
from tests.support.servers import listening

from labelstream_common.errors import Kind
from labelstream_common.ids import new_id
from labelstream_common.object_storage import BucketMissing, ObjectMissing, ObjectStore, StorageUnavailable

PNG = {"Content-Type": "image/png"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def store(every_object_store: ObjectStoreAddress) -> AsyncIterator[ObjectStore]:
    address = every_object_store
    store = ObjectStore(address.endpoint, address.access_key, address.secret_key)
    yield store
    store.close()


@pytest_asyncio.fixture(loop_scope="session")
async def bucket(store: ObjectStore) -> str:
    name = f"bucket-{new_id()}"
    await store.ensure_bucket(name)
    return name


async def keys_of(store: ObjectStore, bucket: str, prefix: str = "", after: str = "") -> list[str]:
    return [each.key async for page in store.list(bucket, prefix, after=after) for each in page]


async def test_what_is_put_is_there(store: ObjectStore, bucket: str) -> None:
    key = "train/größe 1+2&x=y.png"
    etag = await store.put(bucket, key, b"bytes", media_type="image/png")
    found = await store.stat(bucket, key)
    assert (found.key, found.size, found.etag, found.media_type) == (key, 5, etag, "image/png")
    assert found.modified is not None
    assert await store.get(bucket, key) == b"bytes"
    assert await store.get(bucket, key, most=2) == b"by"


async def test_an_object_streams_in_chunks(store: ObjectStore, bucket: str) -> None:
    data = bytes(range(256)) * 4096
    etag = await store.put(bucket, "large", data)
    described, chunks = await store.stream(bucket, "large")
    assert (described.size, described.etag) == (len(data), etag)
    received = [chunk async for chunk in chunks]
    assert len(received) > 1
    assert b"".join(received) == data


async def test_streams_left_half_read_end_quietly(
    store: ObjectStore, bucket: str, caplog: pytest.LogCaptureFixture
) -> None:
    await store.put(bucket, "large", b"x" * 2_000_000)
    opened = [(await store.stream(bucket, "large"))[1] for _ in range(40)]
    for chunks in opened:
        await anext(chunks)
    for chunks in opened:
        await chunks.aclose()
    assert await store.get(bucket, "large", most=1) == b"x"
    assert [each.message for each in caplog.records if each.name.startswith("urllib3")] == []


async def test_who_leaves_a_store_that_stalls_keeps_neither_the_loop_nor_a_thread() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        body = b"whole" if b"/quick" in line else b"part"
        length = len(body) if b"/quick" in line else 1_000
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (length, body))
        await reader.read()

    async with listening(serve) as port:
        store = ObjectStore(f"http://127.0.0.1:{port}", "key", "secret", threads=1)
        _, chunks = await store.stream("bucket", "stalls", chunk=100)
        reading = asyncio.ensure_future(anext(chunks))
        await asyncio.sleep(0.3)  # by now the thread waits for more
        began = time.monotonic()
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        async with asyncio.timeout(10):
            assert await store.get("bucket", "quick") == b"whole"
        assert time.monotonic() - began < 10
        store.close()


async def test_the_embedded_store_keeps_little_in_memory_of_what_nobody_reads(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    async with embedded_object_store(tmp_path_factory.mktemp("alone"), "rclone") as address:
        store = ObjectStore(address.endpoint, address.access_key, address.secret_key)
        await store.ensure_bucket("images")
        await store.put("images", "large", b"x" * 20_000_000)
        opened = [(await store.stream("images", "large", chunk=64 * 1024))[1] for _ in range(32)]
        for chunks in opened:
            await anext(chunks)
        port = urlsplit(address.endpoint).port
        listening = [each for each in psutil.net_connections("tcp") if each.status == psutil.CONN_LISTEN]
        server = next(each.pid for each in listening if each.laddr and each.laddr.port == port)
        assert server is not None, "who listens is hidden from this process"
        assert psutil.Process(server).memory_info().rss < 200_000_000
        for chunks in opened:
            await chunks.aclose()
        store.close()


async def test_there_are_no_bytes_in_an_empty_object_or_at_the_end_of_one(store: ObjectStore, bucket: str) -> None:
    etags = {key: await store.put(bucket, key, content) for key, content in (("empty", b""), ("five", b"12345"))}
    assert await store.get(bucket, "empty") == b""
    assert await store.get(bucket, "empty", most=100) == b""
    assert await store.get(bucket, "five", most=100) == b"12345"
    for key, offset, length in (("empty", 0, 0), ("empty", 0, 9), ("empty", 3, 0), ("five", 5, 0), ("five", 9, 2)):
        described, chunks = await store.stream(bucket, key, offset=offset, length=length)
        assert (described.size, described.etag) == (0, etags[key])
        assert [chunk async for chunk in chunks] == []
    described, chunks = await store.stream(bucket, "five", offset=4)
    assert (described.size, [chunk async for chunk in chunks]) == (1, [b"5"])
    with pytest.raises(ObjectMissing):
        await store.stream(bucket, "no", offset=5)


async def test_listing_is_in_order_below_a_prefix_and_can_go_on(store: ObjectStore, bucket: str) -> None:
    keys = sorted(f"{folder}/{number:03}" for folder in ("a", "b", "b2") for number in range(20))
    for key in keys:
        await store.put(bucket, key, key.encode())
    assert await keys_of(store, bucket) == keys
    assert await keys_of(store, bucket, "b/") == [key for key in keys if key.startswith("b/")]
    assert await keys_of(store, bucket, "b/", after="b/010") == [f"b/{number:03}" for number in range(11, 20)]
    assert await keys_of(store, bucket, "nothing/") == []
    pages = [page async for page in store.list(bucket)]
    assert {each.size for page in pages for each in page} == {5, 6}


async def test_an_etag_changes_with_the_bytes(store: ObjectStore, bucket: str) -> None:
    first = await store.put(bucket, "k", b"one")
    second = await store.put(bucket, "k", b"two")
    assert first != second
    assert [each.etag async for page in store.list(bucket) for each in page] == [second]


async def test_many_are_deleted_and_deleting_again_is_well(store: ObjectStore, bucket: str) -> None:
    for number in range(5):
        await store.put(bucket, f"k{number}", b"x")
    assert list(await store.delete_many(bucket, ["k0", "k1", "k2"])) == []
    assert await keys_of(store, bucket) == ["k3", "k4"]
    assert list(await store.delete_many(bucket, ["k0", "k3"])) == []
    assert await keys_of(store, bucket) == ["k4"]
    assert list(await store.delete_many(bucket, [])) == []


async def test_presigned_links_read_and_store(store: ObjectStore, bucket: str) -> None:
    async with httpx.AsyncClient() as browser:
        link = await store.presign_put(bucket, "up/loaded.png", size=14, media_type="image/png")
        assert (await browser.put(link, content=b"from a browser", headers=PNG)).is_success
        link = await store.presign_get(bucket, "up/loaded.png", lasts=timedelta(days=7))
        assert (await browser.get(link)).content == b"from a browser"
        assert "X-Amz-Expires=300" in link
        assert (await browser.get(link.replace("loaded", "other"))).status_code == 403


async def test_a_link_to_store_with_takes_only_the_length_and_the_media_type_that_it_was_signed_for(
    store: ObjectStore, bucket: str
) -> None:
    key = "größe 1+2&x=y.png"
    link = await store.presign_put(bucket, key, size=14, media_type="image/png")
    assert "X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost" in link
    html = {"Content-Type": "text/html"}
    async with httpx.AsyncClient() as browser:
        refused = [
            await browser.put(link, content=b"from a browser", headers=html),
            await browser.put(link, content=b"from a browser"),
            await browser.put(link, content=b"from a browser!", headers=PNG),
            await browser.put(link, content=b"from a brows", headers=PNG),
            await browser.put(link, content=_in_chunks(b"from a browser", 20), headers=PNG),
            await browser.put(link.replace("1%2B2", "1%2B3"), content=b"from a browser", headers=PNG),
        ]
        assert {each.status_code for each in refused} <= {400, 403, 411}, refused
        assert await keys_of(store, bucket) == []
        assert (await browser.put(link, content=b"from a browser", headers=PNG)).is_success
    found = await store.stat(bucket, key)
    assert (found.size, found.media_type) == (14, "image/png")


async def _in_chunks(piece: bytes, count: int) -> AsyncIterator[bytes]:
    """A body whose length nobody says."""
    for _ in range(count):
        yield piece


async def test_what_is_missing_is_said(store: ObjectStore, bucket: str) -> None:
    for call in (store.stat(bucket, "no"), store.get(bucket, "no"), store.stream(bucket, "no")):
        with pytest.raises(ObjectMissing):
            await call
    for missing in (f"no-{new_id()}", "No Such Bucket!", "x"):
        with pytest.raises(BucketMissing) as caught:
            await keys_of(store, missing)
        assert caught.value.kind is Kind.INVALID
        assert not await store.bucket_exists(missing)
        with pytest.raises(BucketMissing) as named:
            await store.require_bucket(missing, pointer="/source/bucket")
        assert named.value.errors[0].pointer == "/source/bucket"
    with pytest.raises(BucketMissing):
        await store.put(f"no-{new_id()}", "k", b"")


async def test_a_bucket_is_made_once_however_often(store: ObjectStore, bucket: str) -> None:
    await store.ensure_bucket(bucket)
    assert await store.bucket_exists(bucket)
    await store.ping()


async def test_a_wrong_key_is_said(every_object_store: ObjectStoreAddress, bucket: str) -> None:
    for access, secret in (
        (every_object_store.access_key, "wrong-secret"),
        ("wrong-key", every_object_store.secret_key),
    ):
        store = ObjectStore(every_object_store.endpoint, access, secret)
        with pytest.raises(StorageUnavailable, match="key"):
            await keys_of(store, bucket)
        with pytest.raises(StorageUnavailable, match="key"):
            await store.put(bucket, "k", b"x")
        store.close()


async def test_a_store_that_is_away_is_said() -> None:
    store = ObjectStore("http://127.0.0.1:1", "k", "s")
    with pytest.raises(StorageUnavailable) as caught:
        await store.ping()
    assert caught.value.retry_after
    store.close()


async def test_a_queue_that_the_store_does_not_know_is_refused(store: ObjectStore, bucket: str) -> None:
    with pytest.raises(StorageUnavailable):
        await store.notify(bucket, "arn:minio:sqs::NOBODY:kafka")
    await store.put(bucket, "goes-on", b"x")
    assert await keys_of(store, bucket) == ["goes-on"]
