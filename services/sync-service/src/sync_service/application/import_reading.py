"""Reads what an import names, one entry after the other, from wherever it had got to: listings, files, uploads.

Every entry comes with the place behind it, so that an import goes on there after any interruption. Nothing here depends
on how much there is: a page of a listing, a chunk of a file or a thousand tickets are held at a time.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from sync_service.application.exported_folders import folders_within
from sync_service.application.import_files import FileReading, Place, Step, first_byte
from sync_service.application.ports import Ports
from sync_service.domain.dataset import Bucket, Dataset, Source
from sync_service.domain.directories import MAX_TEXT_BYTES, by_directory, by_side, by_text
from sync_service.domain.import_entries import Found
from sync_service.domain.imports import (
    FILE_ENDINGS,
    FileMissing,
    ImportMode,
    ImportSettings,
    Rejection,
    UnreadableFile,
)
from sync_service.domain.reconciliation import NO_IMAGE, Listed, left_out
from sync_service.domain.texts_beside import TextsBeside
from sync_service.domain.version_export import ends_export

_TICKETS_AT_ONCE = 1_000
_TEXTS_AT_ONCE = 12


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
        beside = TextsBeside(place.file, prefix=self._prefix if self.settings.source.kind == "bucket" else None)
        async for page, last_key in self._objects(place.file):
            listed, reached = beside.images_of(page, last_key)
            steps = [Step(entry, Place(path)) for path, entry in await self._labeled(listed, beside)]
            yield [*steps, Step(None, Place(reached))]
        yield [Step(entry, Place(path)) for path, entry in await self._labeled(beside.rest(), beside)]

    async def _labeled(self, listed: Sequence[Listed], beside: TextsBeside) -> list[tuple[str, Found | Rejection]]:
        mode, prefix = self.settings.mode, self._prefix
        bucket = self._bucket
        whole = [Found(bucket, each.path, listed=each) for each in listed]
        if mode is ImportMode.TEXT_LABELS:
            room = asyncio.Semaphore(_TEXTS_AT_ONCE)
            labeled = await asyncio.gather(*(self._by_text(each, beside.where(each.path), room) for each in whole))
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

    async def _by_text(self, found: Found, keys: Sequence[str], room: asyncio.Semaphore) -> Found | Rejection:
        """By the first of the texts that is there."""
        if found.listed is None or found.listed.left_out:
            return found
        for key in keys:
            async with room:
                try:
                    content = await self.ports.objects.read_file(self._at, key, MAX_TEXT_BYTES)
                except UnreadableFile as error:
                    return found.rejected(f"The text beside it cannot be read. {error.detail}")
            if content is not None:
                return by_text(found, content)
        return found

    async def _objects(self, after: str) -> AsyncIterator[tuple[Sequence[Listed], str]]:
        """What is there, in ascending order of keys, with the key that each page ends at.

        What tells that an export of ours is whole is passed over.
        """
        if self.settings.source.kind == "uploads":
            async for paths in self._tickets(after):
                there = await self.ports.objects.present(self._at, paths)
                yield (
                    [_judged(there[path], self.ports) for path in paths if path in there and not ends_export(path)],
                    paths[-1],
                )
            return
        source = Source(self._bucket, self._prefix, self.source_id)
        async for page in self.ports.objects.pages(source, after):
            folders = await folders_within(source, ports=self.ports)
            listed = [each for each in folders.passed_over(page.objects, after) if not ends_export(each.path)]
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
                wanted = [path for path in paths if path.lower().endswith(endings) and not ends_export(path)]
                there = await self.ports.objects.present(self._at, wanted)
                for path in wanted:
                    if path in there:
                        yield path
            return
        async for page in self.ports.objects.pages(Source(self._bucket, self._prefix, self.source_id), after):
            for each in page.objects:
                if each.path.lower().endswith(endings) and not ends_export(each.path):
                    yield each.path

    async def _file(self, place: Place) -> AsyncIterator[Sequence[Step]]:
        """The rest of one file. What cannot be read as a whole is one rejection."""
        mode = self.settings.mode
        try:
            opened = await self.ports.objects.open_file(self._at, place.file, first_byte(mode, place))
        except (FileMissing, UnreadableFile) as error:
            if isinstance(error, FileMissing) and self.settings.source.kind == "manifest":
                raise
            yield [Step(Rejection(place.file, None, error.detail), Place(place.file))]
            return
        try:
            async for steps in FileReading(mode, self._bucket, self.ports).steps(opened, place):
                yield steps
            yield [Step(None, Place(place.file), place.file)]
        except UnreadableFile as error:
            yield [Step(Rejection(place.file, None, error.detail), Place(place.file), place.file)]
        finally:
            await opened.close()

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


def _judged(listed: Listed, ports: Ports) -> Listed:
    """What was asked for by name, with why it cannot be a sample if it cannot."""
    return listed if listed.left_out else listed._replace(left_out=reason_against(listed, ports.limits.image_bytes))


def reason_against(listed: Listed, max_bytes: int) -> str:
    reason = left_out(listed.path, listed.size, max_bytes=max_bytes)
    return reason or ("" if listed.media_type else NO_IMAGE)
