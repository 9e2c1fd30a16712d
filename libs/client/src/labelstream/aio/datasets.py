"""Datasets and their samples."""

from collections.abc import AsyncIterator

from labelstream.aio.paging import every
from labelstream.aio.transport import AsyncTransport
from labelstream.calls import Call, given, path_of
from labelstream.models import Dataset, Operation, Page, Sample


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
        description: str | None = None,
        labeling_description: str | None = None,
        auto_sync: bool | None = None,
    ) -> Dataset:
        body = given(
            name=name,
            source={"bucket": bucket, "prefix": prefix},
            description=description,
            labeling_description=labeling_description,
            auto_sync=auto_sync,
        )
        return await self._transport.send(Call("POST", "/datasets", Dataset, body=body))

    async def get(self, dataset_id: str) -> Dataset:
        return await self._transport.send(Call("GET", path_of("datasets", dataset_id), Dataset))

    def list(self) -> AsyncIterator[Dataset]:
        return every(self._transport, "/datasets", Page[Dataset])

    async def delete(self, dataset_id: str) -> None:
        await self._transport.send(Call("DELETE", path_of("datasets", dataset_id), type(None)))

    async def synchronize(self, dataset_id: str) -> Operation:
        """Start reading the bucket; wait with `operations.wait`. `result`: added, updated, removed, unchanged."""
        return await self._transport.send(Call("POST", path_of("datasets", f"{dataset_id}:sync"), Operation))

    def samples(self, dataset_id: str) -> AsyncIterator[Sample]:
        return every(self._transport, path_of("datasets", dataset_id, "samples"), Page[Sample])

    async def content(self, dataset_id: str, sample_id: str) -> AsyncIterator[bytes]:
        """The bytes of an image, in chunks, as what they really are."""
        path = path_of("datasets", dataset_id, "samples", sample_id, "content")
        async with self._transport.stream(Call("GET", path, bytes)) as answer:
            async for chunk in answer.aiter_bytes():
                yield chunk
