"""Reads one file that names images, from wherever an import had got to: a manifest, a table or a COCO document."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sync_service.application.ports import ObjectBytes, Ports
from sync_service.domain import manifest
from sync_service.domain.import_entries import Found
from sync_service.domain.imports import FileChanged, ImportMode, Rejection, UnreadableFile
from sync_service.domain.lines import MAX_LINE_BYTES, UTF_16, Line, LineSplitter
from sync_service.domain.tables import CsvRecords, Header, Record, Unreadable, as_read, header_of, image_of, row_of

_LINES = frozenset({ImportMode.MANIFEST, ImportMode.CSV})


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


def first_byte(mode: ImportMode, place: Place) -> int:
    """From where on the file is to be opened: what is read from its beginning to its end goes on in it."""
    return place.offset if mode in _LINES else 0


@dataclass(frozen=True)
class FileReading:
    """Reads files of one mode. A key lies in `bucket` unless the file says otherwise."""

    mode: ImportMode
    bucket: str
    ports: Ports

    async def steps(self, opened: ObjectBytes, place: Place) -> AsyncIterator[Sequence[Step]]:
        """The rest of the file, in pieces. Raises FileChanged, or UnreadableFile for what cannot be read as a whole."""
        if place.etag and opened.etag != place.etag:
            raise FileChanged(place.file)
        if opened.encoding:
            raise UnreadableFile("It is stored compressed. Store it as it is.")
        if not first_byte(self.mode, place):
            opened = opened._replace(chunks=_not_utf_16(opened.chunks))
        readers = {
            ImportMode.MANIFEST: self._manifest,
            ImportMode.CSV: self._csv,
            ImportMode.PARQUET: self._parquet,
            ImportMode.COCO: self._coco,
        }
        async for steps in readers[self.mode](opened, place._replace(etag=opened.etag)):
            yield [_named(step) for step in steps]

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
            raise UnreadableFile("It is empty. A header with the columns path and labels is required.")

    def _csv_steps(
        self, records: Iterable[Record | Unreadable], header: Header | None, place: Place
    ) -> tuple[list[Step], Header | None, Place]:
        steps: list[Step] = []
        for record in records:
            entry: Found | Rejection | None = None
            if isinstance(record, Unreadable):
                if header is None:
                    raise UnreadableFile(
                        f"Its header cannot be read. {record.reason} It must be UTF-8, with commas between the cells."
                    )
                entry = Rejection(place.file, record.line, record.reason)
            elif header is not None:
                entry = row_of(record, header, self.bucket)
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

    def _row(self, row: Mapping[str, Any] | None, number: int) -> Found | Rejection:
        if row is None:
            return Rejection("", number, f"The row has more than {MAX_LINE_BYTES:,} bytes.")
        values = {name: as_read(value) for name, value in row.items()}
        labels = values.get("labels")
        if labels is None:
            labels = []
        if not isinstance(labels, list):
            path = values.get("path")
            return Rejection(path[:1_024] if isinstance(path, str) else "", number, "`labels` must be a list of texts.")
        return image_of(values, [as_read(label) for label in labels], self.bucket, number)

    async def _coco(self, opened: ObjectBytes, place: Place) -> AsyncIterator[Sequence[Step]]:
        async for entries in self.ports.documents.entries(opened, self.bucket, place.offset):
            steps = []
            for entry in entries:
                place = place._replace(offset=place.offset + 1)
                steps.append(Step(entry, place))
            yield steps


def _named(step: Step) -> Step:
    """A rejection that names no image names the file."""
    entry = step.entry
    if isinstance(entry, Rejection) and not entry.path:
        return step._replace(entry=entry._replace(path=step.place.file))
    return step


async def _not_utf_16(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    is_first = True
    async for chunk in chunks:
        if is_first and chunk.startswith(UTF_16):
            raise UnreadableFile("It is encoded in UTF-16. Save it as UTF-8.")
        is_first = False
        yield chunk


async def _lines(opened: ObjectBytes, place: Place) -> AsyncIterator[Sequence[Line]]:
    splitter = LineSplitter(place.offset, place.line)
    async for chunk in opened.chunks:
        yield list(splitter.feed(chunk))
    yield list(splitter.finish())
