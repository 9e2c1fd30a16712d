"""A broken file, from the bucket to the counts of a job and back: everything that knows of images agrees."""

import io
import json
from typing import Any

import pytest
from minio import Minio
from PIL import Image
from tests.e2e.client.conftest import Cats
from tests.e2e.conftest import EMAIL, PASSWORD, Door
from tests.support.waiting import eventually

from labelstream import ItemFilter
from labelstream.aio.client import AsyncClient
from labelstream.cli.exits import Exit

COUNTS = ("total", "labeled", "unlabeled", "unreadable")


@pytest.fixture
async def signed_in(door: Door) -> Door:
    code, _, err = await door.command(
        *("login", "--url", door.url, "--email", EMAIL, "--password-stdin"), stdin=f"{PASSWORD}\n"
    )
    assert code == Exit.DONE, err
    return door


def _put(door: Door, cats: Cats, name: str, content: bytes) -> None:
    store = door.status["s3"]
    endpoint = store["endpoint"].removeprefix("http://")
    bucket = Minio(
        endpoint, access_key=store["access_key"], secret_key=store["secret_key"], secure=False, region="us-east-1"
    )
    bucket.put_object(cats.bucket, f"{cats.prefix}{name}", io.BytesIO(content), len(content))


def _whole() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(drawn, "JPEG")
    return drawn.getvalue()


async def _counted(client: AsyncClient, job: str, *expected: int) -> None:
    """The counts of label-service and of job-service, which are told apart."""
    stats, progress = await client.items.stats(job), (await client.jobs.get(job)).progress
    assert [getattr(stats, name) for name in COUNTS] == list(expected)
    assert [getattr(progress, name) for name in COUNTS] == list(expected)


async def test_a_broken_file_is_set_apart_explained_and_comes_back_mended(signed_in: Door, cats: Cats) -> None:
    _put(signed_in, cats, "cut.jpg", _whole()[:200])
    job, ids = await cats.job(signed_in)
    assert len(ids) == 6
    async with signed_in.client() as client:
        dataset = (await client.jobs.get(job)).dataset_id
        await eventually(lambda: _counted(client, job, 6, 0, 5, 1), within=60)
        (broken,) = [one async for one in client.items.list(job, ItemFilter(state="unreadable"))]
        assert (broken.name, bool(broken.reason), broken.status) == ("cut.jpg", True, "unlabeled")
        unlabeled = {one.sample_id async for one in client.items.list(job, ItemFilter(status="unlabeled"))}
        assert unlabeled == {*ids} - {broken.sample_id}
        code, out, _ = await signed_in.command("datasets", "unreadable", dataset, "--json")
        (listed,) = map(json.loads, out.splitlines())
        assert (code, listed["path"], listed["reason"]) == (Exit.DONE, broken.path, broken.reason)

        await client.annotations.apply(job, [broken.sample_id], add=["kept"])
        await eventually(lambda: _counted(client, job, 6, 1, 5, 1))
        _put(signed_in, cats, "cut.jpg", _whole())
        await client.operations.wait(await client.datasets.synchronize(dataset))
        await eventually(lambda: _counted(client, job, 6, 1, 5, 0), within=60)

        mended = await eventually(lambda: _in_state(client, job, broken.sample_id, "ok"), within=60)
        assert ([label.name for label in mended.labels], mended.content_changed) == (["kept"], True)
        assert await _marked(client, dataset) == [broken.sample_id]
        await client.annotations.apply(job, [broken.sample_id], add=["seen"])
        await eventually(lambda: _nothing_marked(client, dataset))


async def _in_state(client: AsyncClient, job: str, sample_id: str, state: str) -> Any:
    found = [one async for one in client.items.list(job, ItemFilter(state=state)) if one.sample_id == sample_id]  # type: ignore[arg-type]  # one of the states
    assert found
    return found[0]


async def _marked(client: AsyncClient, dataset: str) -> list[str]:
    return [one.id async for one in client.datasets.samples(dataset) if one.content_changed]


async def _nothing_marked(client: AsyncClient, dataset: str) -> None:
    assert await _marked(client, dataset) == []


async def test_labels_of_equal_files_are_carried_over_to_the_one_that_is_kept(signed_in: Door, cats: Cats) -> None:
    for name in ("twin-1.jpg", "twin-2.jpg"):
        _put(signed_in, cats, name, _whole())
    job, _ = await cats.job(signed_in)
    async with signed_in.client() as client:
        dataset = (await client.jobs.get(job)).dataset_id
        keep, other = sorted([one.id async for one in client.datasets.samples(dataset, path="twin-")])
        await client.annotations.apply(job, [keep], add=["cat"])
        await client.annotations.apply(job, [other], add=["dog"])

        async def listed() -> None:
            code, out, err = await signed_in.command("datasets", "duplicates", dataset, "--json")
            groups = [[each["id"] for each in json.loads(line)["samples"]] for line in out.splitlines()]
            assert (code, groups) == (Exit.DONE, [[keep, other]]), err

        await eventually(listed, within=60)
        code, out, err = await signed_in.command("datasets", "merge", dataset, keep, other, "--yes", "--json")
        assert (code, json.loads(out)["result"]["deleted"]) == (Exit.DONE, 1), err

        async def carried() -> None:
            (kept,) = [one async for one in client.items.list(job, ItemFilter(label=["dog"]))]
            assert (kept.sample_id, [label.name for label in kept.labels]) == (keep, ["cat", "dog"])

        await eventually(carried)
        assert (await client.items.stats(job)).total == cats.count + 1
        await client.operations.wait(await client.datasets.restore_samples(dataset, [other]))

        async def restored() -> None:
            assert {one.sample_id async for one in client.items.list(job, ItemFilter(label=["dog"]))} == {keep, other}

        await eventually(restored)
