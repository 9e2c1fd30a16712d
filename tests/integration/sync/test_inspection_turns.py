"""Inspection of many sources: one that breaks off holds up no other, and what is revoked is neither read nor shown."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from urllib.parse import urlsplit

from tests.integration.sync.importing import imports
from tests.integration.sync.people import Publish, SignIn, Somebody, image, job, member
from tests.integration.sync.test_other_stores import OtherStore, account, makes, other
from tests.support.servers import listening
from tests.support.waiting import eventually

from labelstream_common.object_storage import ObjectStore

__all__ = ["other"]


@asynccontextmanager
async def lists_only(endpoint: str) -> AsyncIterator[tuple[str, list[str]]]:
    """An object store that lists, and breaks off whenever an image is read."""
    to, read = urlsplit(endpoint), list[str]()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n")[0].decode().split()
        if method == "GET" and urlsplit(target).path.endswith(".png"):
            read.append(target)
        else:
            there, back = await asyncio.open_connection(to.hostname, to.port)
            with closing(back):
                back.write(head[:-2] + b"Connection: close\r\n\r\n")
                writer.write(await there.read())
                await writer.drain()

    async with listening(answer) as port:
        yield f"http://127.0.0.1:{port}", read


async def _states(who: Somebody, dataset_id: str) -> set[str]:
    return {each["state"] for each in await who.samples(dataset_id)}


async def test_a_source_that_breaks_off_holds_up_no_other(
    other: OtherStore, somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    for number in range(20):
        await store.put(bucket, f"away/{number}.png", image(shade=number))
        await store.put(bucket, f"here/{number}.png", image(shade=number))
    owner = somebody()
    async with lists_only(other.address.endpoint) as (endpoint, read):
        source_id = await other.add(endpoint=endpoint, granted_to=[owner.id])
        away = (await makes(owner, source_id, bucket, "away/")).json()["id"]
        assert (await owner.synchronizes(away))["added"] == 20

        async def was_tried() -> None:
            assert read

        await eventually(was_tried, within=30)
        here = await owner.makes_dataset(bucket, "here/")
        await owner.synchronizes(here)

        async def inspected() -> None:
            assert await _states(owner, here) == {"ok"}

        await eventually(inspected, within=30)
        assert await _states(owner, away) == {"new"}
        assert len(set(read)) <= 4  # it rests in between, twice as long each time


async def test_images_of_a_source_that_is_revoked_are_neither_shown_nor_read(
    other: OtherStore, somebody: SignIn, bucket: str, store: ObjectStore, publish: Publish
) -> None:
    for path in ("own/a.png", "lab/b.png"):
        await store.put(bucket, path, image())
    owner, labeler, manager = somebody(), somebody("annotator"), somebody("annotator")
    source_id = await other.add(granted_to=[owner.id])
    dataset_id = await owner.makes_dataset(bucket, "own/")
    await owner.synchronizes(dataset_id)
    where = {"kind": "bucket", "bucket": bucket, "prefix": "lab/"}
    assert (await imports(owner, dataset_id, "images", where, source_id=source_id))["counts"]["imported"] == 1
    opened = job(dataset_id, owner.id)
    people = member(opened.job_id, labeler.id, "labeler"), member(opened.job_id, manager.id, "manager")
    await publish(account(owner.id, "member"), opened, *people)
    address = f"/datasets/{dataset_id}/samples/{{}}/content"
    own, lab = [address.format(await owner.sample(dataset_id, path)) for path in ("own/a.png", "lab/b.png")]

    async def shown(status: int) -> None:
        for who in (owner, labeler):
            assert [(await who.http.get(path)).status_code for path in (own, lab)] == [200, status]

    await eventually(lambda: shown(200))
    await other.admin.http.patch(f"/sources/{source_id}", json={"granted_to": []})
    await eventually(lambda: shown(403), within=3)
    assert (await owner.http.get(lab)).json()["code"] == "source-not-granted"
    assert (await other.admin.http.get(lab)).status_code == 200
    assert (await manager.http.get(f"/datasets/{dataset_id}/duplicates")).status_code == 200
    assert (await labeler.http.get(f"/datasets/{dataset_id}/duplicates")).status_code == 403
