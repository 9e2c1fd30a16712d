# Generated from labelstream/aio by generate_blocking.py; change it there.
# ruff: noqa
"""Datasets and their samples."""

from collections.abc import Iterator

from labelstream.blocking.paging import every
from labelstream.blocking.transport import Transport
from labelstream.calls import Call, given, path_of
from labelstream.models import Dataset, Operation, Page, Sample


class Datasets:
    """`/datasets`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
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
        return self._transport.send(Call("POST", "/datasets", Dataset, body=body))

    def get(self, dataset_id: str) -> Dataset:
        return self._transport.send(Call("GET", path_of("datasets", dataset_id), Dataset))

    def list(self) -> Iterator[Dataset]:
        return every(self._transport, "/datasets", Page[Dataset])

    def delete(self, dataset_id: str) -> None:
        self._transport.send(Call("DELETE", path_of("datasets", dataset_id), type(None)))

    def synchronize(self, dataset_id: str) -> Operation:
        """Start reading the bucket; wait with `operations.wait`. `result`: added, updated, removed, unchanged."""
        return self._transport.send(Call("POST", path_of("datasets", f"{dataset_id}:sync"), Operation))

    def samples(self, dataset_id: str) -> Iterator[Sample]:
        return every(self._transport, path_of("datasets", dataset_id, "samples"), Page[Sample])

    def content(self, dataset_id: str, sample_id: str) -> Iterator[bytes]:
        """The bytes of an image, in chunks, as what they really are."""
        path = path_of("datasets", dataset_id, "samples", sample_id, "content")
        with self._transport.stream(Call("GET", path, bytes)) as answer:
            for chunk in answer.iter_bytes():
                yield chunk
