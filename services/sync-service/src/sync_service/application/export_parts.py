"""Exports that list images in files: `part-00000`, `part-00001` … of some megabytes each."""

import asyncio
import os
import tempfile
from collections.abc import Mapping, Sequence
from typing import IO, BinaryIO

from labelstream_common.operations import NONE_YET
from sync_service.application.export_rows import Export, Wrote, number_moved, readable_rows
from sync_service.application.ports import Ports
from sync_service.application.version_ports import VersionPorts
from sync_service.domain.sample import Sample, SampleId
from sync_service.domain.split import TRAIN, VALIDATION
from sync_service.domain.version import VersionRow
from sync_service.domain.version_export import (
    NOTHING_BROUGHT,
    Brought,
    ExportFormat,
    Size,
    coco_annotations,
    coco_categories,
    coco_image,
    csv_header,
    csv_lines,
    manifest_line,
    part_name,
)

PART_ROWS, PART_BYTES = 100_000, 16_000_000
_SIDES = (TRAIN, VALIDATION)


async def write_part(export: Export, number: int, after: str, *, ports: Ports, versions: VersionPorts) -> Wrote:
    """One part with the rows after `after`. It ends between two blocks, so it is the same whenever it is written."""
    form = export.form
    size = count = 0
    moved = 0
    missing = NONE_YET
    is_complete = True
    with tempfile.TemporaryFile() as file:
        part = versions.parquet(file) if form is ExportFormat.PARQUET else None
        if form is ExportFormat.CSV:
            file.write(csv_header())
        async for some in readable_rows(export.version, after, ports=ports, versions=versions):
            if size >= PART_BYTES or count + missing.count >= PART_ROWS:
                is_complete = False
                break
            after, count = some.last, count + len(some.rows)
            missing, rows = missing.plus(some.left_out), some.located
            moved += number_moved(some.rows, rows)
            if part is not None:
                await asyncio.to_thread(part.write, rows)
                size += sum(100 + len(row.path) + sum(map(len, row.labels)) for row in rows)
            else:
                size += file.write(_rendered(form, rows, some.samples))
        if part is not None:
            await asyncio.to_thread(part.close)
        await _put(export, part_name(number, form), file)
    return Wrote(after, 1, count, count + missing.count, is_complete, missing, moved)


async def _put(export: Export, name: str, file: BinaryIO) -> None:
    file.seek(0, os.SEEK_END)
    size = file.tell()
    file.seek(0)
    place = export.destination.bucket, export.key(name)
    await export.target.put_file(*place, file, size, export.form.media_type)


def _rendered(form: ExportFormat, rows: Sequence[VersionRow], samples: Mapping[SampleId, Sample]) -> bytes:
    if form is ExportFormat.CSV:
        return csv_lines(rows)
    brought = {sample_id: Brought(sample.extra, sample.hardness) for sample_id, sample in samples.items()}
    return b"".join(manifest_line(row, brought.get(row.sample_id, NOTHING_BROUGHT)) for row in rows)


async def write_document(export: Export, number: int, *, ports: Ports, versions: VersionPorts) -> Wrote:
    """The COCO document of one side of the split. It is put together on disk, however large it gets."""
    version = export.version
    usage = _SIDES[number]
    ids = {label.name: place for place, label in enumerate(await versions.versions.labels(version.id), 1)}
    missing = NONE_YET
    images = annotations = moved = 0
    with tempfile.TemporaryFile() as document, tempfile.TemporaryFile() as later:
        document.write(b'{"info":{},"licenses":[],"images":[')
        later.write(b'],"annotations":[')
        async for some in readable_rows(version, "", ports=ports, versions=versions, usage=usage):
            missing, rows = missing.plus(some.left_out), some.located
            moved += number_moved(some.rows, rows)
            for row in rows:
                images += 1
                _write(document, [coco_image(images, row, _size(some.samples.get(row.sample_id)))], images == 1)
                found = coco_annotations(annotations + 1, images, row, ids)
                _write(later, found, annotations == 0)
                annotations += len(found)
        later.write(b'],"categories":' + coco_categories(ids) + b"}\n")
        await asyncio.to_thread(_append, document, later)
        await _put(export, part_name(number, export.form), document)
    return Wrote("", 1, images, images + missing.count, number + 1 == len(_SIDES), missing, moved)


def _size(sample: Sample | None) -> Size | None:
    return Size(sample.width, sample.height) if sample is not None and sample.width and sample.height else None


def _write(file: IO[bytes], pieces: Sequence[bytes], is_first: bool) -> None:
    if pieces:
        file.write((b"" if is_first else b",") + b",".join(pieces))


def _append(file: IO[bytes], other: IO[bytes]) -> None:
    other.seek(0)
    while chunk := other.read(1_000_000):
        file.write(chunk)
