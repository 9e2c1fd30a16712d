"""Images for the console: datasets of small files, and labeling jobs on them."""

import asyncio
import io
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from minio import Minio
from PIL import Image
from tests.e2e.conftest import Door
from tests.support.waiting import eventually

from labelstream import AsyncClient, TeamSettings
from labelstream.demo.digits import Digit, load

DIGITS = [str(digit) for digit in range(10)]


@dataclass(frozen=True)
class Job:
    id: str
    name: str
    dataset_id: str
    bucket: str


class Gallery:
    """Puts files into the platform's object store, and makes datasets and jobs of them."""

    def __init__(self, door: Door, client: AsyncClient) -> None:
        self._door = door
        self.client = client

    async def dataset(self, name: str, files: Mapping[str, bytes]) -> tuple[str, str]:
        """Its id and its bucket, synchronized."""
        bucket = f"e2e-{secrets.token_hex(4)}"
        await asyncio.to_thread(self._put, bucket, files)
        dataset = await self.client.datasets.create(name, bucket=bucket)
        await self.client.operations.wait(await self.client.datasets.synchronize(dataset.id))
        return dataset.id, bucket

    async def put(self, bucket: str, files: Mapping[str, bytes]) -> None:
        await asyncio.to_thread(self._put, bucket, files)

    async def job(
        self, dataset_id: str, name: str, labels: Sequence[str] = (), bucket: str = "", team: TeamSettings | None = None
    ) -> Job:
        """A job whose items are there."""
        job = await self.client.jobs.create(name, dataset_id=dataset_id, labels=labels, team=team)
        await self.client.jobs.wait_until_prepared(job.id, timeout=60)
        return Job(job.id, name, dataset_id, bucket)

    async def samples(self, job: Job) -> dict[str, str]:
        """The ids of a job's items by path."""
        return {item.path: item.sample_id async for item in self.client.items.list(job.id)}

    async def labels(self, job: Job) -> dict[str, list[str]]:
        """What the server says that the images carry, by path."""
        return {item.path: sorted(label.name for label in item.labels) async for item in self.client.items.list(job.id)}

    async def expect_labels(self, job: Job, wanted: Mapping[str, Sequence[str]], *, within: float = 15.0) -> None:
        """Waits until the server has these labels on these images."""

        async def there() -> None:
            found = await self.labels(job)
            others = {path: found[path] for path, names in wanted.items() if found[path] != sorted(names)}
            assert not others, f"{len(others)} of {len(wanted)} images carry other labels: {others}"

        await eventually(there, within=within)

    def _put(self, bucket: str, files: Mapping[str, bytes]) -> None:
        store = self._door.status["s3"]
        client = Minio(
            urlsplit(store["endpoint"]).netloc,
            store["access_key"],
            store["secret_key"],
            secure=False,
            region="us-east-1",
        )
        if client.bucket_exists(bucket):
            # It remembers what lies in its folders, and would not see a file that is written there.
            for key, content in files.items():
                client.put_object(bucket, key, io.BytesIO(content), len(content))
            return
        client.make_bucket(bucket)
        # The embedded object store serves the files of a folder: much faster than putting them one by one.
        folder: Path = self._door.data_dir / "s3" / bucket
        for key, content in files.items():
            file = folder / key
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)


def digits(count: int, *, by_class: bool = False) -> dict[str, bytes]:
    """`count` handwritten digits; `by_class` they lie in a folder for each, as many in one as in the other."""
    if not by_class:
        return {f"{number:04}-{digit.label}.png": digit.png for number, digit in enumerate(load()[:count])}
    chosen: dict[str, list[Digit]] = {label: [] for label in DIGITS}
    for digit in load():
        if len(chosen[digit.label]) < count // len(DIGITS):
            chosen[digit.label].append(digit)
    return {
        f"{label}/{number:03}.png": digit.png for label, found in chosen.items() for number, digit in enumerate(found)
    }


def digit_of(path: str) -> str:
    """The digit that an image of `digits` shows."""
    return path.partition("/")[0] if "/" in path else path.removesuffix(".png").rpartition("-")[2]


def png(width: int, height: int, color: tuple[int, ...] = (120, 150, 180), mode: str = "RGB") -> bytes:
    image = io.BytesIO()
    Image.new(mode, (width, height), color).save(image, "PNG")
    return image.getvalue()
