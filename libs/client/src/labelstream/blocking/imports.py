# Generated from labelstream/aio by generate_blocking.py; change it there.
# ruff: noqa
"""Imports into a dataset: images, and the labels that come with them."""

from collections.abc import Callable, Iterator, Sequence
from time import sleep
from typing import Literal

import msgspec

from labelstream.blocking.paging import every
from labelstream.blocking.transport import Transport
from labelstream.calls import Call, given, path_of
from labelstream.errors import OperationFailed
from labelstream.models import (
    Import,
    ImportSource,
    LabelingStatus,
    Page,
    Rejection,
    Upload,
    UploadTicket,
    UploadTickets,
)

ImportMode = Literal["images", "directory_labels", "text_labels", "manifest", "csv", "parquet", "coco", "yolo"]


class Imports:
    """`/datasets/{id}/imports`, and the tickets that files are uploaded with."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def start(
        self,
        dataset_id: str,
        mode: ImportMode,
        source: ImportSource,
        *,
        labeling_status: LabelingStatus | None = None,
        include_labels: Sequence[str] | None = None,
        exclude_labels: Sequence[str] | None = None,
        hard_only: bool | None = None,
        source_id: str | None = None,
        dry_run: bool = False,
    ) -> Import:
        """Begin an import; wait with `wait`. With `dry_run` it only finds out what it would do."""
        place = given(kind=source.kind, bucket=source.bucket, prefix=source.prefix, key=source.key)
        body = given(
            mode=mode,
            source=place,
            labeling_status=labeling_status,
            include_labels=None if include_labels is None else [*include_labels],
            exclude_labels=None if exclude_labels is None else [*exclude_labels],
            hard_only=hard_only,
            source_id=source_id,
        )
        query = {"dry_run": True} if dry_run else {}
        path = path_of("datasets", dataset_id, "imports")
        return self._transport.send(Call("POST", path, Import, body=body, query=query))

    def get(self, dataset_id: str, import_id: str) -> Import:
        return self._transport.send(Call("GET", path_of("datasets", dataset_id, "imports", import_id), Import))

    def list(self, dataset_id: str) -> Iterator[Import]:
        """The historical records, newest first."""
        return every(self._transport, path_of("datasets", dataset_id, "imports"), Page[Import], page_size=100)

    def cancel(self, dataset_id: str, import_id: str) -> Import:
        """Ask it to stop after its present batch; what was imported stays."""
        path = path_of("datasets", dataset_id, "imports", f"{import_id}:cancel")
        return self._transport.send(Call("POST", path, Import))

    def rejected(self, dataset_id: str, import_id: str) -> Iterator[Rejection]:
        """Every file and line that was rejected, with its reason."""
        path = path_of("datasets", dataset_id, "imports", import_id, "rejected")
        with self._transport.stream(Call("GET", path, bytes)) as answer:
            for line in answer.iter_lines():
                if line:
                    yield msgspec.json.decode(line, type=Rejection)

    def wait(self, started: Import, *, on_progress: Callable[[Import], None] | None = None) -> Import:
        """Wait until it has ended and return it, also if files or lines were rejected.

        Raises OperationFailed if it failed or was cancelled.
        """
        present, pause = started, 0.1
        while True:
            if on_progress is not None:
                on_progress(present)
            if present.state == "succeeded":
                return present
            if present.ended:
                error = present.error or {}
                detail = str(error.get("detail") or f"The import was {present.state}.")
                raise OperationFailed(present.id, code=str(error.get("code") or present.state), detail=detail)
            sleep(pause)
            pause = min(1.0, pause * 1.5)
            present = self.get(present.dataset_id, present.id)

    def open_uploads(self, dataset_id: str, files: Sequence[Upload]) -> Sequence[UploadTicket]:
        """Where to PUT each of up to 1,000 files, good for five minutes. `Upload` says how large they may be.

        Raises Invalid with an error for each file that is not taken; then there is no ticket for any.
        """
        path = path_of("datasets", dataset_id, "uploads")
        body = {"files": [{"path": each.path, "size": each.size} for each in files]}
        return (self._transport.send(Call("POST", path, UploadTickets, body=body, secret=True))).items
