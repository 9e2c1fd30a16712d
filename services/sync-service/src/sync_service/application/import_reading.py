"""Reads what an import names, one entry after the other, from wherever it had got to: listings, files, uploads.

Every entry comes with the place behind it, so that an import goes on there after any interruption. Nothing here depends
on how much there is: a page of a listing, a chunk of a file or a thousand tickets are held at a time.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sync_service.application.exported_folders import folders_within
from sync_service.application.ports import ObjectBytes, Ports
from sync_service.domain import manifest
from sync_service.domain.dataset import Bucket, Dataset, Source
from sync_service.domain.directories import MAX_TEXT_BYTES, by_directory, by_side, by_text, text_of
from sync_service.domain.import_entries import Found
from sync_service.domain.imports import (
    FILE_ENDINGS,
    FileChanged,
    FileMissing,
    ImportMode,
    ImportSettings,
    Rejection,
    UnreadableFile,
)
from sync_service.domain.lines import Line, LineSplitter
from sync_service.domain.reconciliation import NO_IMAGE, Listed, left_out
from sync_service.domain.tables import CsvRecords, Header, Record, Unreadable, header_of, image_of, row_of
from sync_service.domain.texts_beside import TextsBeside
from sync_service.domain.version_export import SUCCESS

_TICKETS_AT_ONCE = 1_000
_TEXTS_AT_ONCE = 12


class Place(NamedTuple):
    """Where to go on: after the object `file`, or within it, after `offset` (bytes, rows or images) and `line`."""

    file: str = ""
    offset: int = 0
    line: int = 0
    etag: str = ""
    columns: tuple[str, ...] = ()
    within: bool = False

    def behind(self, offset: int, line: int) -> "Place":
        """Further in the same file. `_replace` takes five times as long, and a million lines pass here."""
        return Place(self.file, offset, line, self.etag, self.columns, self.within)


class Step(NamedTuple):
    """An entry (None: nothing to import there) and the place behind it; `read` is a file that ends there."""

    entry: Found | Rejection | None
    place: Place
    read: str = ""


@dataclass(frozen=True)
class Reading:
    """One import's reading."""

    settings: ImportSettings
    dataset: Dataset
    source_id: str
    ports: Ports

    def steps(self, place: Place) -> AsyncIterator[Sequence[Step]]:
        """The steps after `place`, in pieces. Raises FileMissing, FileChanged and what the object store raises."""
        return self._files(place) if self.settings.names_images_in_files else self._images(place)

    # Images that are named by being there.

    async def _images(self, place: Place) -> AsyncIterator[Sequence[Step]]:
        beside = TextsBeside(place.file)
        async for page, last_key in self._objects(place.file):
            listed, reached = beside.images_of(page, last_key)
            steps = [Step(entry, Place(path)) for path, entry in await self._labeled(listed)]
            yield [*steps, Step(None, Place(reached))]
        yield [Step(entry, Place(path)) for path, entry in await self._labeled(beside.rest())]

    async def _labeled(self, listed: Sequence[Listed]) -> list[tuple[str, Found | Rejection]]:
        mode, prefix = self.settings.mode, self._prefix
        bucket = self._bucket
        whole = [Found(bucket, each.path, listed=each) for each in listed]
        if mode is ImportMode.TEXT_LABELS:
            room = asyncio.Semaphore(_TEXTS_AT_ONCE)
            labeled = await asyncio.gather(*(self._by_text(each, room) for each in whole))
            return [(found.path, entry) for found, entry in zip(whole, labeled, strict=True)]
        entries: list[tuple[str, Found | Rejection]] = []
        for found in whole:
            entry: Found | Rejection = found
            if found.listed is not None and not found.listed.left_out:
                if mode is ImportMode.DIRECTORY_LABELS:
                    entry = by_directory(found)
                elif mode is ImportMode.YOLO:
                    entry = by_side(found, prefix)
            entries.append((found.path, entry))
        return entries

    async def _by_text(self, found: Found, room: asyncio.Semaphore) -> Found | Rejection:
        if found.listed is None or found.listed.left_out:
            return found
        async with room:
            content = await self.ports.objects.read_file(self._at, text_of(found.path), MAX_TEXT_BYTES)
        return found if content is None else by_text(found, content)

    async def _objects(self, after: str) -> AsyncIterator[tuple[Sequence[Listed], str]]:
        """What is there, in ascending order of keys, with the key that each page ends at."""
        if self.settings.source.kind == "uploads":
            async for paths in self._tickets(after):
                there = await self.ports.objects.present(self._at, paths)
                yield [_judged(there[path], self.ports) for path in paths if path in there], paths[-1]
            return
        source = Source(self._bucket, self._prefix, self.source_id)
        async for page in self.ports.objects.pages(source, after):
            folders = await folders_within(source, ports=self.ports)
            listed = folders.passed_over(page.objects, after)
            after = page.last_key
            unknown = [each for each in listed if each.is_unknown]
            if unknown:
                told = {each.path: each for each in await self.ports.objects.told(self._at, unknown)}
                listed = [told.get(each.path, each) for each in listed]
            yield listed, page.last_key

    async def _tickets(self, after: str) -> AsyncIterator[Sequence[str]]:
        while paths := await self.ports.upload_tickets.page(self.dataset.id, after, _TICKETS_AT_ONCE):
            yield paths
            after = paths[-1]

    # Images that are named in files.

    async def _files(self, place: Place) -> AsyncIterator[Sequence[Step]]:
        after = place.file
        if place.within:
            async for steps in self._file(place):
                yield steps
        if self.settings.source.kind == "manifest":
            if not place.file:
                async for steps in self._file(Place(self.settings.source.key or "", within=True)):
                    yield steps
            return
        async for key in self._keys_of_files(after):
            async for steps in self._file(Place(key, within=True)):
                yield steps

    async def _keys_of_files(self, after: str) -> AsyncIterator[str]:
        endings = FILE_ENDINGS[self.settings.mode]
        if self.settings.source.kind == "uploads":
            async for paths in self._tickets(after):
                wanted = [path for path in paths if path.lower().endswith(endings)]
                there = await self.ports.objects.present(self._at, wanted)
                for path in wanted:
                    if path in there:
                        yield path
            return
        async for page in self.ports.objects.pages(Source(self._bucket, self._prefix, self.source_id), after):
            for each in page.objects:
                # What tells that an export of ours is whole names no images.
                if each.path.lower().endswith(endings) and not each.path.endswith(f"/{SUCCESS}"):
                    yield each.path

    async def _file(self, place: Place) -> AsyncIterator[Sequence[Step]]:
        """The rest of one file. What cannot be read as a whole is one rejection."""
        mode = self.settings.mode
        byte_offset = place.offset if mode in {ImportMode.MANIFEST, ImportMode.CSV} else 0
        try:
            opened = await self.ports.objects.open_file(self._at, place.file, byte_offset)
        except FileMissing as error:
            if self.settings.source.kind == "manifest":
                raise
            yield [Step(Rejection(place.file, None, error.detail), Place(place.file))]
            return
        try:
            if place.etag and opened.etag != place.etag:
                raise FileChanged(place.file)
            place = place._replace(etag=opened.etag)
            _check_encoding(opened)
            readers = {
                ImportMode.MANIFEST: self._manifest,
                ImportMode.CSV: self._csv,
                ImportMode.PARQUET: self._parquet,
                ImportMode.COCO: self._coco,
            }
            async for steps in readers[mode](opened, place):
                yield steps
            yield [Step(None, Place(place.file), place.file)]
        except UnreadableFile as error:
            yield [Step(Rejection(place.file, None, error.detail), Place(place.file), place.file)]
        finally:
            await opened.close()

    async def _manifest(self, opened: ObjectBytes, place: Place) -> AsyncIterator[Sequence[Step]]:
        async for lines in _lines(opened, place):
            yield [Step(manifest.read_line(line), place.behind(line.end, line.number)) for line in lines]

    async def _csv(self, opened: ObjectBytes, place: Place) -> AsyncIterator[Sequence[Step]]:
        records = CsvRecords()
        header: Header | None = None
        if place.columns:
            known = header_of(place.columns)
            header = known if isinstance(known, Header) else None
        async for lines in _lines(opened, place):
            found = [record for line in lines for record in records.feed(line)]
            steps, header, place = self._csv_steps(found, header, place)
            yield steps
        steps, header, place = self._csv_steps(records.finish(), header, place)
        yield steps
        if header is None:
            raise UnreadableFile("It is empty; a header with the columns path and labels is needed.")

    def _csv_steps(
        self, records: Iterable[Record | Unreadable], header: Header | None, place: Place
    ) -> tuple[list[Step], Header | None, Place]:
        steps: list[Step] = []
        for record in records:
            entry: Found | Rejection | None = None
            if isinstance(record, Unreadable):
                entry = Rejection(place.file, record.line, record.reason)
            elif header is not None:
                entry = row_of(record, header, self._bucket)
            elif any(record.cells):
                first = header_of(record.cells)
                if isinstance(first, str):
                    raise UnreadableFile(first)
                header, place = first, place._replace(columns=tuple(record.cells))
            place = place.behind(record.end, record.last_line)
            steps.append(Step(entry, place))
        return steps, header, place

    async def _parquet(self, opened: ObjectBytes, place: Place) -> AsyncIterator[Sequence[Step]]:
        async for rows in self.ports.tables.rows(opened, place.offset):
            steps = []
            for row in rows:
                place = place._replace(offset=place.offset + 1)
                steps.append(Step(self._row(row, place.offset), place))
            yield steps

    def _row(self, row: Mapping[str, Any], number: int) -> Found | Rejection:
        labels = row.get("labels")
        if labels is None:
            labels = []
        if not isinstance(labels, list):
            path = row.get("path")
            return Rejection(path[:1_024] if isinstance(path, str) else "", number, "`labels` must be a list of texts.")
        return image_of(row, labels, self._bucket, number)

    async def _coco(self, opened: ObjectBytes, place: Place) -> AsyncIterator[Sequence[Step]]:
        async for entries in self.ports.documents.entries(opened, self._bucket, place.offset):
            steps = []
            for entry in entries:
                place = place._replace(offset=place.offset + 1)
                steps.append(Step(entry, place))
            yield steps

    @property
    def _bucket(self) -> str:
        return self.settings.source.bucket or self.dataset.source.bucket

    @property
    def _at(self) -> Bucket:
        return Bucket(self.source_id, self._bucket)

    @property
    def _prefix(self) -> str:
        if self.settings.source.kind == "uploads":
            return self.dataset.source.prefix
        return self.settings.source.prefix or ""


def _check_encoding(opened: ObjectBytes) -> None:
    if opened.encoding:
        raise UnreadableFile("It is stored compressed. Store it as it is.")


async def _lines(opened: ObjectBytes, place: Place) -> AsyncIterator[Sequence[Line]]:
    splitter = LineSplitter(place.offset, place.line)
    async for chunk in opened.chunks:
        yield list(splitter.feed(chunk))
    yield list(splitter.finish())


def _judged(listed: Listed, ports: Ports) -> Listed:
    """What was asked for by name, with why it cannot be a sample if it cannot."""
    return listed._replace(left_out=reason_against(listed, ports.limits.image_bytes))


def reason_against(listed: Listed, max_bytes: int) -> str:
    reason = left_out(listed.path, listed.size, max_bytes=max_bytes)
    return reason or ("" if listed.media_type else NO_IMAGE)
