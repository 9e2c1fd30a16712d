"""Gathers what is read into batches that fit one transaction each, and asks the object store for what they name."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from labelstream_common.courtesy import courtesy
from sync_service.application.import_files import Place, Step
from sync_service.application.import_reading import reason_against
from sync_service.application.ports import Ports
from sync_service.domain.dataset import MAX_KEY_BYTES, Bucket
from sync_service.domain.import_entries import Found, Wanted, key_fault
from sync_service.domain.imports import Rejection
from sync_service.domain.label_room import LabelRoom
from sync_service.domain.reconciliation import RANGE_BYTES, RANGE_OBJECTS, Listed

_AHEAD = 2
# How many times as much as a range a batch holds while nobody waits for anything else: each commit costs a few turns.
_ALONE = 2
# Batches of so many ranges at most are looked for together.
_MOST_TOGETHER = 24
_HARDLY_ANY = 64
# What is left out by a filter takes no room, but how far the import has come is to be known now and then.
_MOST_STEPS = 20 * RANGE_OBJECTS
NOT_THERE = "There is no such object."


@dataclass
class Batch:
    """Images to import, each at most once, and what is rejected; `place` is where the import goes on behind it.

    `read` are the files that end in it, and `ranges` how many times as much as a range it may hold.
    """

    place: Place
    found: list[Found] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    size: int = 0
    steps: int = 0
    ranges: int = 1
    paths: set[tuple[str, str]] = field(default_factory=set)

    def add(self, entry: Found | Rejection | None) -> bool:
        """False if there is no room for it: then it begins the next batch."""
        if len(self.found) + len(self.rejected) >= self.ranges * RANGE_OBJECTS or self.steps >= _MOST_STEPS:
            return False
        if isinstance(entry, Rejection) and len(self.rejected) >= RANGE_OBJECTS:  # they are kept in one document
            return False
        if isinstance(entry, Found):
            place, size = (entry.bucket, entry.path), entry.event_bytes
            if place in self.paths or (self.found and self.size + size > self.ranges * RANGE_BYTES):
                return False
            self.found.append(entry)
            self.paths.add(place)
            self.size += size
        elif entry is not None:
            self.rejected.append(entry)
        self.steps += 1
        return True


async def batches(pieces: AsyncIterator[Sequence[Step]], wanted: Wanted, place: Place) -> AsyncIterator[Batch]:
    """A batch may be smaller: whatever ends a piece of a listing or a file comes through at its end."""
    batch = Batch(place, ranges=_ranges())
    async for steps in pieces:
        for entry, behind, read in steps:
            if isinstance(entry, Found):
                entry = wanted.of(entry)  # noqa: PLW2901 - it is the same image
            if not batch.add(entry):
                yield batch
                batch = Batch(batch.place, ranges=_ranges())
                batch.add(entry)
            batch.place = behind
            if read:
                batch.read.append(read)
    yield batch


def _ranges() -> int:
    return 1 if courtesy.others_wait() else _ALONE


@dataclass(frozen=True)
class Resolving:
    """Asks for each image of some batches whether it is there and can be a sample."""

    source_id: str
    may_read: Callable[[str, str], bool]
    room: LabelRoom
    ports: Ports

    async def resolved(self, batches: Sequence[Batch]) -> tuple[list[Batch], int]:
        """The batches with what is there, in order, and how many of their images had to be asked for singly."""
        wanted: dict[str, list[str]] = {}
        faults: dict[tuple[str, str], str] = {}
        for batch in batches:
            self._sort_out(batch, wanted, faults)
            await asyncio.sleep(0)  # others' requests go on between two batches
        there: dict[str, Mapping[str, Listed]] = {}
        asked = 0
        for bucket, paths in wanted.items():
            there[bucket], singly = await self._asked(Bucket(self.source_id, bucket), paths)
            asked += singly
        resolved = []
        for batch in batches:
            resolved.append(self._with(batch, there, faults))
            await asyncio.sleep(0)
        return resolved, asked

    def _sort_out(self, batch: Batch, wanted: dict[str, list[str]], faults: dict[tuple[str, str], str]) -> None:
        """What the store is to be asked for, by bucket, and why it is not to be asked for the rest."""
        for one in batch.found:
            if one.listed is not None:
                continue
            reason = key_fault(one.path) or ("" if self.may_read(one.bucket, one.path) else _not_granted(one.bucket))
            if reason:
                faults[one.bucket, one.path] = reason
            else:
                wanted.setdefault(one.bucket, []).append(one.path)

    def _with(
        self, batch: Batch, there: Mapping[str, Mapping[str, Listed]], faults: Mapping[tuple[str, str], str]
    ) -> Batch:
        resolved = Batch(batch.place, rejected=list(batch.rejected), read=batch.read)
        for one in batch.found:
            listed = one.listed or there.get(one.bucket, {}).get(one.path)
            reason = faults.get((one.bucket, one.path)) or self._reason(listed)
            if reason or listed is None:
                resolved.rejected.append(one.rejected(reason)._replace(path=one.path[:MAX_KEY_BYTES]))
                continue
            admitted = self.room.admit(one if one.listed else one.at(listed))
            if isinstance(admitted, Rejection):
                resolved.rejected.append(admitted)
            else:
                resolved.found.append(admitted)
        return resolved

    def _reason(self, listed: Listed | None) -> str:
        if listed is None:
            return NOT_THERE
        return listed.left_out or reason_against(listed, self.ports.limits.image_bytes)

    async def _asked(self, place: Bucket, paths: Sequence[str]) -> tuple[Mapping[str, Listed], int]:
        found = await self.ports.objects.find(place, paths)
        unknown = [each for each in found.objects.values() if each.is_unknown]
        if not unknown:
            return found.objects, found.asked
        told = await self.ports.objects.told(place, unknown)
        return {**found.objects, **{each.path: each for each in told}}, found.asked


def _not_granted(bucket: str) -> str:
    return f"There is no bucket {bucket[:63]!r}, or it is not granted to you."


class ReadAhead:
    """Reads and asks for the next batches while one is being committed; at most two wait.

    Where most images had to be asked for singly, more batches are looked for together: of keys that a file names in
    any order, the more there are, the more lie close together, and one page of a listing tells of many.
    """

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
        together = 1
        held: list[Batch] = []
        try:
            async for batch in self._found:
                held.append(batch)
                if len(held) >= together:
                    together = await self._pass_on(held)
                    held = []
            await self._pass_on(held)
        except Exception as error:
            await self._queue.put(error)
        else:
            await self._queue.put(None)

    async def _pass_on(self, held: Sequence[Batch]) -> int:
        """How many batches are to be looked for together from now on."""
        resolved, asked = await self._resolve.resolved(held)
        for batch in resolved:
            await self._queue.put(batch)
        images = sum(len(batch.found) for batch in held)
        return together_after(len(held), images, asked)


def together_after(batches: int, images: int, asked: int) -> int:
    """Twice as many where most images had to be asked for singly; half as many where hardly any had to be."""
    if 2 * asked > images:
        return min(2 * batches, _MOST_TOGETHER // _ranges())
    return max(batches // 2, 1) if _HARDLY_ANY * asked < images or not images else batches
