"""Reads a published version for training: an iterable of images with their labels.

    for image, labels in labelstream.data.load("cats", version="V001", split="train"):
        ...

A version never changes, so what is read is the same tomorrow, in the same order.
"""

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple

from labelstream.blocking.client import Client
from labelstream.errors import LabelstreamError, NotFound
from labelstream.models.versions import Version, VersionSample

_AT_ONCE, _AHEAD = 8, 16

Split = Literal["train", "validation"]


class NoSuchDataset(LabelstreamError):
    """No dataset, or more than one, has this name."""

    code = "no-such-dataset"


class Example(NamedTuple):
    """An image and the names of its labels. `image` is its bytes, or the path that they were stored at."""

    image: bytes | Path
    labels: tuple[str, ...]


class Examples:
    """The examples of one side of a version. It can be read any number of times.

    Images are fetched ahead, some at a time. With `folder` they are stored there and read from there the next time;
    an example then holds the path. A file that is gone raises NotFound, unless `skip_missing`.
    """

    def __init__(
        self,
        client: Client,
        dataset_id: str,
        version: Version,
        split: Split | None,
        *,
        folder: Path | None = None,
        skip_missing: bool = False,
    ) -> None:
        self._client = client
        self._dataset_id = dataset_id
        self._folder = folder
        self._skip_missing = skip_missing
        self.version = version
        self.split = split

    @property
    def classes(self) -> list[str]:
        """The names of all labels of the version, in alphabetical order."""
        return sorted(each.name for each in self.version.counts.labels)

    def __len__(self) -> int:
        counts = self.version.counts
        return counts.total if self.split is None else getattr(counts, self.split)

    def __iter__(self) -> Iterator[Example]:
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="labelstream-data") as threads:
            samples = self.samples()
            waiting: list[tuple[VersionSample, Future[bytes | Path | None]]] = []
            try:
                while True:
                    further = islice(samples, _AHEAD - len(waiting))
                    waiting += [(sample, threads.submit(self._image, sample)) for sample in further]
                    if not waiting:
                        return
                    sample, fetched = waiting.pop(0)
                    image = fetched.result()
                    if image is not None:
                        yield Example(image, tuple(sample.labels))
            finally:
                for _, fetched in waiting:
                    fetched.cancel()

    def samples(self) -> Iterator[VersionSample]:
        """The same without images: ids, paths and labels."""
        found = self._client.versions.samples(self._dataset_id, self.version.name)
        return (each for each in found if self.split in {None, each.usage})

    def _image(self, sample: VersionSample) -> bytes | Path | None:
        place = None if self._folder is None else self._folder / f"{sample.sample_id}{Path(sample.path).suffix}"
        if place is not None and place.exists():
            return place
        try:
            content = b"".join(self._client.datasets.content(self._dataset_id, sample.sample_id))
        except NotFound:
            if self._skip_missing:
                return None
            raise
        if place is None:
            return content
        return _stored(place, content)


def load(
    dataset: str,
    version: str,
    split: Split | None = None,
    *,
    client: Client | None = None,
    folder: str | Path | None = None,
    skip_missing: bool = False,
) -> Examples:
    """The examples of a version: `split` is `train`, `validation`, or None for both.

    `dataset` is an id or a name. Without a `client` the address comes from LABELSTREAM_URL and the sign-in from
    LABELSTREAM_API_KEY, or, where neither is set, from `labelstream login`. Raises NoSuchDataset or NotFound.
    """
    used = client or _own_client()
    dataset_id = _id_of(dataset, used)
    place = None if folder is None else Path(folder)
    if place is not None:
        place.mkdir(parents=True, exist_ok=True)
    found = used.versions.get(dataset_id, version)
    return Examples(used, dataset_id, found, split, folder=place, skip_missing=skip_missing)


def _own_client() -> Client:
    url, key = os.environ.get("LABELSTREAM_URL"), os.environ.get("LABELSTREAM_API_KEY")
    from labelstream.cli.session import session  # noqa: PLC0415 - only for who signed in with it

    return session(url, key).client()


def _id_of(dataset: str, client: Client) -> str:
    try:
        return client.datasets.get(dataset).id
    except NotFound:
        named = [each.id for each in client.datasets.list() if each.name == dataset]
    if len(named) != 1:
        raise NoSuchDataset(f"{len(named) or 'No'} datasets are called {dataset!r}. Name it by its id.")
    return named[0]


def _stored(place: Path, content: bytes) -> Path:
    """Written beside first: a reader never finds half an image."""
    partial = place.with_name(f"{place.name}.{os.getpid()}.part")
    partial.write_bytes(content)
    partial.replace(place)
    return place
