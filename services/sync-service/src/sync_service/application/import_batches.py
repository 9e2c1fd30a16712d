"""Gathers what is read into batches that fit one transaction each, and asks the object store for what they name."""

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from sync_service.application.import_reading import Place, Step, reason_against
from sync_service.application.ports import Ports
from sync_service.domain.dataset import MAX_KEY_BYTES, Bucket
from sync_service.domain.import_entries import Found, Wanted
from sync_service.domain.imports import Rejection
from sync_service.domain.label_room import LabelRoom
from sync_service.domain.reconciliation import RANGE_BYTES, RANGE_OBJECTS, Listed

_AHEAD = 2
# What is left out by a filter takes no room, but how far the import has come is to be known now and then.
_MOST_STEPS = 20 * RANGE_OBJECTS
NOT_THERE = "There is no such object."


@dataclass
class Batch:
    """Images to import, each at most once, and what is rejected; `place` is where the import goes on behind it.

    `read` are the files that end in it.
    """

    place: Place
    found: list[Found] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    size: int = 0
    steps: int = 0
    paths: set[tuple[str, str]] = field(default_factory=set)

    def has_room_for(self, entry: Found | Rejection | None) -> bool:
        if len(self.found) + len(self.rejected) >= RANGE_OBJECTS or self.steps >= _MOST_STEPS:
            return False
        if not isinstance(entry, Found):
            return True
        if (entry.bucket, entry.path) in self.paths:
            return False
        return not self.found or self.size + entry.event_bytes <= RANGE_BYTES

    def add(self, entry: Found | Rejection | None) -> None:
        self.steps += 1
        if isinstance(entry, Rejection):
            self.rejected.append(entry)
        elif entry is not None:
            self.found.append(entry)
            self.paths.add((entry.bucket, entry.path))
            self.size += entry.event_bytes


async def batches(pieces: AsyncIterator[Sequence[Step]], wanted: Wanted, place: Place) -> AsyncIterator[Batch]:
    """A batch may be smaller: whatever ends a piece of a listing or a file comes through at its end."""
    batch = Batch(place)
    async for steps in pieces:
        for entry, behind, read in steps:
            if isinstance(entry, Found):
                entry = wanted.of(entry)  # noqa: PLW2901 - it is the same image
            if not batch.has_room_for(entry):
                yield batch
                batch = Batch(batch.place)
            batch.add(entry)
            batch.place = behind
            if read:
                batch.read.append(read)
    yield batch


@dataclass(frozen=True)
class Resolving:
    """Asks for each image of a batch whether it is there and can be a sample."""

    source_id: str
    may_read: Callable[[str, str], bool]
    room: LabelRoom
    ports: Ports

    async def resolved(self, batch: Batch) -> Batch:
        asked: dict[str, list[str]] = {}
        fault: dict[tuple[str, str], str] = {}
        for one in batch.found:
            if one.listed is not None:
                continue
            reason = _fault(one.path) or ("" if self.may_read(one.bucket, one.path) else _not_granted(one.bucket))
            if reason:
                fault[one.bucket, one.path] = reason
            else:
                asked.setdefault(one.bucket, []).append(one.path)
        there = {bucket: await self._asked(Bucket(self.source_id, bucket), paths) for bucket, paths in asked.items()}
        resolved = Batch(batch.place, rejected=list(batch.rejected), read=batch.read)
        for one in batch.found:
            listed = one.listed or there.get(one.bucket, {}).get(one.path)
            reason = fault.get((one.bucket, one.path)) or self._reason(listed)
            if reason or listed is None:
                resolved.rejected.append(one.rejected(reason)._replace(path=one.path[:MAX_KEY_BYTES]))
                continue
            admitted = self.room.admit(one._replace(listed=listed))
            if isinstance(admitted, Rejection):
                resolved.rejected.append(admitted)
            else:
                resolved.found.append(admitted)
        return resolved

    def _reason(self, listed: Listed | None) -> str:
        if listed is None:
            return NOT_THERE
        return listed.left_out or reason_against(listed, self.ports.limits.image_bytes)

    async def _asked(self, place: Bucket, paths: Sequence[str]) -> dict[str, Listed]:
        every = dict(await self.ports.objects.find(place, paths))
        unknown = [each for each in every.values() if each.is_unknown]
        if unknown:
            every |= {each.path: each for each in await self.ports.objects.told(place, unknown)}
        return every


def _fault(path: str) -> str:
    """Why a text cannot be the key of an object that the store is asked for."""
    if len(path.encode(errors="replace")) > MAX_KEY_BYTES:
        return f"Its key is longer than {MAX_KEY_BYTES:,} bytes."
    if any(part in {".", ".."} for part in path.split("/")):
        return "Its key has '.' or '..' as a directory."
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in path):
        return "Its key has control characters."
    return ""


def _not_granted(bucket: str) -> str:
    return f"There is no bucket {bucket[:63]!r}, or it is not granted to you."


class ReadAhead:
    """Reads and asks for the next batches while one is being committed; at most two wait."""

    def __init__(self, found: AsyncIterator[Batch], resolve: Resolving) -> None:
        self._queue: asyncio.Queue[Batch | BaseException | None] = asyncio.Queue(_AHEAD)
        self._found = found
        self._resolve = resolve
        self._reader = asyncio.create_task(self._read())

    async def next(self) -> Batch | None:
        """The next batch; None at the end. Raises what reading raised."""
        taken = await self._queue.get()
        if isinstance(taken, BaseException):
            raise taken
        return taken

    async def close(self) -> None:
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)

    async def _read(self) -> None:
        try:
            async for batch in self._found:
                await self._queue.put(await self._resolve.resolved(batch))
        except Exception as error:
            await self._queue.put(error)
        else:
            await self._queue.put(None)
