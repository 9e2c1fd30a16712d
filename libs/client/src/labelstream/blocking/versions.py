# Generated from labelstream/aio by generate_blocking.py; change it there.
# ruff: noqa
"""Versions of datasets: published from a job, compared, exported."""

from collections.abc import Iterator
from typing import Literal

from labelstream.blocking.paging import every
from labelstream.blocking.transport import Transport
from labelstream.calls import Call, given, path_of
from labelstream.models import Operation, Page, Touched
from labelstream.models.versions import (
    ExportFormat,
    Version,
    VersionComparison,
    VersionDifference,
    VersionDifferenceCounts,
    VersionSample,
)


class Versions:
    """`/datasets/{id}/versions`. Whoever may export a job may publish, export and compare its versions."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def publish(
        self,
        dataset_id: str,
        name: str,
        *,
        job_id: str,
        description: str | None = None,
        train_ratio: float | None = None,
        seed: int | None = None,
        stratify: bool | None = None,
        include: Literal["labeled", "all"] | None = None,
    ) -> Operation:
        """Publish what a job says now; wait with `operations.wait`. Nobody is stopped, and no image is copied."""
        body = given(
            name=name,
            job_id=job_id,
            description=description,
            train_ratio=train_ratio,
            seed=seed,
            stratify=stratify,
            include=include,
        )
        return self._transport.send(Call("POST", _path(dataset_id), Operation, body=body))

    def list(self, dataset_id: str) -> Iterator[Version]:
        """Every version, newest first."""
        return every(self._transport, _path(dataset_id), Page[Version])

    def get(self, dataset_id: str, name: str) -> Version:
        return self._transport.send(Call("GET", _path(dataset_id, name), Version))

    def samples(self, dataset_id: str, name: str) -> Iterator[VersionSample]:
        """Every sample of a version with its side and labels, in the order of sample ids."""
        return every(self._transport, _path(dataset_id, name, "samples"), Page[VersionSample])

    def difference_counts(self, dataset_id: str, before: str, after: str) -> VersionDifferenceCounts:
        """How many samples were added, removed and relabelled from one version to another."""
        path = _path(dataset_id, before, "diff", after)
        return (self._transport.send(Call("GET", path, VersionComparison, query={"limit": 1}))).counts

    def diff(self, dataset_id: str, before: str, after: str) -> Iterator[VersionDifference]:
        """Every sample that two versions differ in."""
        path, cursor = _path(dataset_id, before, "diff", after), None
        while True:
            query = {"limit": 1000, "cursor": cursor}
            page = self._transport.send(Call("GET", path, VersionComparison, query=query))
            for each in page.items:
                yield each
            cursor = page.next_cursor
            if cursor is None:
                return

    def export(
        self,
        dataset_id: str,
        name: str,
        *,
        form: ExportFormat,
        bucket: str,
        prefix: str = "",
    ) -> Operation:
        """Write a version to an empty prefix of a bucket that you may use; wait with `operations.wait`.

        `_SUCCESS.json` comes last. `result["left_out"]` names files that are gone.
        """
        body = {"format": form, "destination": {"bucket": bucket, "prefix": prefix}}
        return self._transport.send(Call("POST", _path(dataset_id, f"{name}:export"), Operation, body=body))

    def delete(self, dataset_id: str, name: str) -> None:
        """Delete a version for good. Its images, and what was exported of it, stay."""
        self._transport.send(Call("DELETE", _path(dataset_id, name), type(None)))

    def touched_by_deletion(self, dataset_id: str, name: str) -> Touched:
        """What `delete` would touch. Deletes nothing."""
        return self._transport.send(Call("DELETE", _path(dataset_id, name), Touched, query={"dry_run": True}))


def _path(dataset_id: str, *rest: str) -> str:
    return path_of("datasets", dataset_id, "versions", *rest)
