"""Datasets and their samples."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal

import msgspec

from labelstream.aio.paging import every
from labelstream.aio.transport import AsyncTransport
from labelstream.calls import Call, given, listed, path_of
from labelstream.models import (
    Dataset,
    Duplicates,
    LeftOut,
    Operation,
    Page,
    Sample,
    SampleState,
    Synchronization,
    Touched,
)


class AsyncDatasets:
    """`/datasets`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def create(
        self,
        name: str,
        *,
        bucket: str,
        prefix: str = "",
        source_id: str | None = None,
        description: str | None = None,
        labeling_description: str | None = None,
        auto_sync: bool | None = None,
    ) -> Dataset:
        """Make a dataset on a bucket, of the platform's own object store unless `source_id` names another."""
        body = given(
            name=name,
            source=given(bucket=bucket, prefix=prefix, source_id=source_id),
            description=description,
            labeling_description=labeling_description,
            auto_sync=auto_sync,
        )
        return await self._transport.send(Call("POST", "/datasets", Dataset, body=body))

    async def get(self, dataset_id: str) -> Dataset:
        return await self._transport.send(Call("GET", path_of("datasets", dataset_id), Dataset))

    def list(self) -> AsyncIterator[Dataset]:
        return every(self._transport, "/datasets", Page[Dataset])

    async def create_example(self) -> Operation:
        """Make a dataset of handwritten digits in the platform's own store; wait with `operations.wait`.

        `result` names the dataset. Synchronize it afterwards.
        """
        return await self._transport.send(Call("POST", "/datasets:example", Operation))

    async def update(
        self,
        dataset_id: str,
        *,
        name: str | None = None,
        description: str | None = None,
        labeling_description: str | None = None,
        auto_sync: bool | None = None,
    ) -> Dataset:
        """Change texts, or whether the platform follows the bucket by itself. The source cannot be changed."""
        body = given(name=name, description=description, labeling_description=labeling_description, auto_sync=auto_sync)
        return await self._transport.send(Call("PATCH", path_of("datasets", dataset_id), Dataset, body=body))

    async def delete(self, dataset_id: str) -> Operation:
        """Delete a dataset that no job uses; wait with `operations.wait`. The objects in the bucket stay."""
        return await self._transport.send(Call("DELETE", path_of("datasets", dataset_id), Operation))

    async def touched_by_deletion(self, dataset_id: str) -> Touched:
        """What `delete` would touch. Deletes nothing."""
        query = {"dry_run": True}
        return await self._transport.send(Call("DELETE", path_of("datasets", dataset_id), Touched, query=query))

    async def synchronize(self, dataset_id: str) -> Operation:
        """Start reading the bucket; wait with `operations.wait`. `result`: added, updated, removed, unchanged."""
        return await self._transport.send(Call("POST", path_of("datasets", f"{dataset_id}:sync"), Operation))

    def synchronizations(self, dataset_id: str) -> AsyncIterator[Synchronization]:
        """The historical records, newest first."""
        path = path_of("datasets", dataset_id, "synchronizations")
        return every(self._transport, path, Page[Synchronization], page_size=100)

    async def left_out(self, dataset_id: str, synchronization_id: str) -> AsyncIterator[LeftOut]:
        """Every object that a synchronization left out, with the reason. Kept whole for the newest."""
        path = path_of("datasets", dataset_id, "synchronizations", synchronization_id, "rejected")
        async with self._transport.stream(Call("GET", path, bytes)) as answer:
            async for line in answer.aiter_lines():
                if line:
                    yield msgspec.json.decode(line, type=LeftOut)

    async def sample(self, dataset_id: str, sample_id: str) -> Sample:
        return await self._transport.send(Call("GET", path_of("datasets", dataset_id, "samples", sample_id), Sample))

    def samples(
        self,
        dataset_id: str,
        *,
        path: str | None = None,
        deleted: bool = False,
        state: SampleState | None = None,
    ) -> AsyncIterator[Sample]:
        """Every sample, or those whose path contains `path` (or begins with it, if it ends in `*`).

        With `deleted`, those that somebody deleted instead, with the time until which they can be restored. `state` is
        what inspection found: `unreadable` ones have a `reason`.
        """
        query = {"path": path, "state": state, **({"deleted": True} if deleted else {})}
        return every(self._transport, path_of("datasets", dataset_id, "samples"), Page[Sample], query)

    def duplicates(self, dataset_id: str, kind: Literal["exact", "near"] = "exact") -> AsyncIterator[Duplicates]:
        """Groups of images with equal bytes, or that look alike, as far as they have been inspected."""
        path = path_of("datasets", dataset_id, "duplicates")
        return every(self._transport, path, Page[Duplicates], {"kind": kind}, page_size=100)

    async def merge_duplicates(
        self, dataset_id: str, keep: str, remove: Sequence[str], *, carry_labels: bool = True
    ) -> Operation:
        """Keep one image and delete the others, which can be restored; wait with `operations.wait`.

        With `carry_labels` the kept image gets the labels of the others, in every job.
        """
        body = {"keep": keep, "remove": listed(remove=remove), "carry_labels": carry_labels}
        path = path_of("datasets", dataset_id, "duplicates:merge")
        return await self._transport.send(Call("POST", path, Operation, body=body))

    async def touched_by_merging_duplicates(self, dataset_id: str, keep: str, remove: Sequence[str]) -> Touched:
        """What `merge_duplicates` would touch. Deletes nothing."""
        body, query = {"keep": keep, "remove": listed(remove=remove)}, {"dry_run": True}
        path = path_of("datasets", dataset_id, "duplicates:merge")
        return await self._transport.send(Call("POST", path, Touched, body=body, query=query))

    async def delete_samples(
        self,
        dataset_id: str,
        sample_ids: Sequence[str] | None = None,
        *,
        path: str | None = None,
        delete_source: bool = False,
    ) -> Operation:
        """Take samples out of the dataset and its jobs, by id or by path; wait with `operations.wait`.

        With `delete_source` their objects are deleted, too. Otherwise they can be restored.
        """
        body = {**_selection(sample_ids, path), "delete_source": delete_source}
        return await self._transport.send(Call("POST", _verb(dataset_id, "delete"), Operation, body=body))

    async def touched_by_deleting_samples(
        self,
        dataset_id: str,
        sample_ids: Sequence[str] | None = None,
        *,
        path: str | None = None,
        delete_source: bool = False,
    ) -> Touched:
        """What `delete_samples` would touch. Deletes nothing. With `delete_source` also who else has the files."""
        body, query = {**_selection(sample_ids, path), "delete_source": delete_source}, {"dry_run": True}
        return await self._transport.send(Call("POST", _verb(dataset_id, "delete"), Touched, body=body, query=query))

    async def restore_samples(
        self, dataset_id: str, sample_ids: Sequence[str] | None = None, *, path: str | None = None
    ) -> Operation:
        """Bring deleted samples back whose objects are still there; wait with `operations.wait`."""
        body = _selection(sample_ids, path)
        return await self._transport.send(Call("POST", _verb(dataset_id, "restore"), Operation, body=body))

    async def content(self, dataset_id: str, sample_id: str) -> AsyncIterator[bytes]:
        """The bytes of an image, in chunks, as what they really are."""
        path = path_of("datasets", dataset_id, "samples", sample_id, "content")
        async with self._transport.stream(Call("GET", path, bytes)) as answer:
            async for chunk in answer.aiter_bytes():
                yield chunk

    async def thumbnail(self, dataset_id: str, sample_id: str, *, size: int | None = None) -> bytes:
        """The image's first frame, upright and never enlarged; `size` pixels of the longer side are rounded up."""
        path = path_of("datasets", dataset_id, "samples", sample_id, "thumbnail")
        return await self._transport.send(Call("GET", path, bytes, query={"size": size}, accept="image/*"))


def _selection(sample_ids: Sequence[str] | None, path: str | None) -> dict[str, object]:
    return given(sample_ids=listed(sample_ids=sample_ids), filter=None if path is None else {"path": path})


def _verb(dataset_id: str, verb: str) -> str:
    return path_of("datasets", dataset_id, f"samples:{verb}")
