"""Exports that copy images within the object store, into a directory for each label."""

import asyncio
import hashlib
from array import array
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from labelstream_common.operations import Counted
from sync_service.application.export_rows import (
    ELSEWHERE,
    MISSING,
    NOT_GRANTED,
    Export,
    Wrote,
    left_out,
    located,
    readable_rows,
)
from sync_service.application.ports import Ports
from sync_service.application.version_ports import VersionPorts, Versions
from sync_service.domain.sample import Sample, SampleId
from sync_service.domain.version import DatasetVersion, VersionRow
from sync_service.domain.version_export import ExportFormat, copied_key_fault, copied_names, distinct_name

_COPIES_AT_ONCE = 8
NO_LABEL = "The image has no label, so there is no directory for it."


class CopiedNames:
    """Which names several images of a version would have in one directory, by a number made of each name.

    Eight bytes a name: two names that share a number both get the sample's id, which harms nobody.
    """

    def __init__(self, versions: Versions) -> None:
        self._versions = versions
        self._known: dict[str, Collection[int]] = {}

    async def repeated(self, operation_id: str, version: DatasetVersion, form: ExportFormat) -> Collection[int]:
        """Found once, and again after a crash: it depends on the version alone."""
        known = self._known.get(operation_id)
        if known is None:
            known = await self._find(version, form)
            self._known = {operation_id: known, **dict(list(self._known.items())[:3])}
        return known

    def forget(self, operation_id: str) -> None:
        self._known.pop(operation_id, None)

    async def _find(self, version: DatasetVersion, form: ExportFormat) -> Collection[int]:
        numbers = array("Q")
        async for block in self._versions.blocks(version.id):
            numbers.extend(number_of(name) for row in block.rows for name in copied_names(row, form))
        return await asyncio.to_thread(_repeated, numbers)


def number_of(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(errors="surrogatepass"), digest_size=8).digest())


def _repeated(numbers: "array[int]") -> set[int]:
    found: set[int] = set()
    before = -1
    for number in sorted(numbers):
        if number == before:
            found.add(number)
        before = number
    return found


async def write_copies(
    export: Export, repeated: Collection[int], after: str, *, ports: Ports, versions: VersionPorts
) -> Wrote:
    """Copies the images of the next block.

    Only those that lie in the dataset's own object store: at the same place there, another one's image is somebody
    else's file.
    """
    async for some in readable_rows(export.version, after, ports=ports, versions=versions):
        room, known = asyncio.Semaphore(_COPIES_AT_ONCE), some.samples

        async def copy(
            row: VersionRow, room: asyncio.Semaphore = room, known: Mapping[SampleId, Sample] = known
        ) -> "_Copied":
            async with room:
                return await _copy(row, known[row.sample_id], export, repeated)

        here, elsewhere = apart(some.rows, known, export.source_id)
        granted = await _granted([known[row.sample_id] for row in here], export, ports)
        copied = [await each for each in asyncio.as_completed([copy(row) for row in here if row.sample_id in granted])]
        refused = [left_out(row, NOT_GRANTED) for row in here if row.sample_id not in granted]
        left = [*some.left_out, *elsewhere, *refused, *(found for each in copied for found in each.left_out)]
        return Wrote(
            some.last,
            sum(each.files for each in copied),
            sum(each.files > 0 for each in copied),
            len(some.rows) + len(some.left_out),
            is_complete=False,
            left_out=Counted(len(left), left),
            moved=sum(each.moved for each in copied),
        )
    return Wrote(after, 0, 0, 0, is_complete=True)


async def _granted(samples: Sequence[Sample], export: Export, ports: Ports) -> set[SampleId]:
    """Those whose objects may still be read."""
    dataset = await ports.datasets.get(export.version.dataset_id)
    return {sample.id for sample in samples if await ports.grants.reach(dataset, sample)}


def apart(
    rows: Sequence[VersionRow], known: Mapping[SampleId, Sample], source_id: str
) -> tuple[Sequence[VersionRow], Sequence[Mapping[str, Any]]]:
    """The rows whose samples lie in a source's object store, and the others as they are told of."""
    here: list[VersionRow] = []
    others: list[Mapping[str, Any]] = []
    for row in rows:
        sample = known.get(row.sample_id)
        if sample is None:
            others.append(left_out(row, MISSING))
        elif (row.source_id or sample.source_id) == source_id:
            here.append(row)
        else:
            others.append(left_out(row, ELSEWHERE))
    return here, others


class _Copied:
    def __init__(self) -> None:
        self.files = 0
        self.moved = False
        self.left_out: list[Mapping[str, Any]] = []


async def _copy(row: VersionRow, sample: Sample, export: Export, repeated: Collection[int]) -> _Copied:
    """Its name in the version stays: whoever reads two exports of it finds the same files."""
    copied = _Copied()
    now = located(row, sample)
    if not row.labels:
        copied.left_out.append(left_out(row, NO_LABEL))
    for name in copied_names(row, export.form):
        key = export.key(distinct_name(name, row) if number_of(name) in repeated else name)
        fault = copied_key_fault(key)
        if fault is None:
            fault = await export.target.copy((now.bucket, now.path), (export.destination.bucket, key))
        if fault is None:
            copied.files += 1
            copied.moved = now.path != row.path
        else:
            copied.left_out.append(left_out(row, fault))
    return copied
