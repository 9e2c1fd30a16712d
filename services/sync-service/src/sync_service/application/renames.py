"""Which of the objects that came are those that went, under other keys.

Everything that was set aside is sorted on disk by what it is compared by, so there may be any number of objects. Where
etags tell nothing, the objects that came are read, but only those of a size that an inspected sample had.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from sync_service.application.ports import Ports, Sorter
from sync_service.application.ranges import new_sample
from sync_service.domain.dataset import Dataset
from sync_service.domain.image import ImageTooLarge, ImageUnreadable
from sync_service.domain.reconciliation import RANGE_OBJECTS, Listed
from sync_service.domain.renames import (
    Departed,
    Group,
    Rename,
    bytes_key,
    entry_of,
    groups_of,
    is_digest,
    line_of,
    sizes_to_read,
)
from sync_service.domain.sample import SampleId, SourceObjectMissing

_READ_AT_ONCE = 8
T = TypeVar("T")


@dataclass(frozen=True)
class RenameSearch:
    """Finds the renames among what one synchronization has set aside."""

    dataset: Dataset
    operation_id: str
    ports: Ports

    async def found(self) -> AsyncGenerator[Sequence[Rename], None]:
        """All renames, a thousand at most at a time. They are found again, in the same order, whenever asked for."""
        (departures, went), (arrivals, came) = await self.ports.set_aside.counts(self.operation_id)
        if not went or not came:
            return
        by_bytes, by_size = self.ports.sorter(), self.ports.sorter()
        try:
            is_clear = await self._fill(by_bytes, departures, arrivals)
            async for groups in in_threads(lambda: groups_of(by_bytes.ascending())):
                yield _renames(groups)
                if not is_clear:
                    left = [line_of(f"{one.size:020}", one) for group in groups for one in _unmatched(group)]
                    await asyncio.to_thread(by_size.add, left)
            if not is_clear:
                async for renames in self._by_content(by_size):
                    yield renames
        finally:
            by_bytes.close()
            by_size.close()

    async def _fill(self, by_bytes: Sorter, departures: int, arrivals: int) -> bool:
        """Whether all etags tell something of the bytes."""
        aside, is_clear = self.ports.set_aside, True
        for number in range(departures + arrivals):
            entries: Sequence[Departed | Listed]
            if number < departures:
                entries = await aside.departed(self.operation_id, number)
            else:
                entries = await aside.came(self.operation_id, number - departures)
            is_clear = is_clear and all(is_digest(one.etag) for one in entries)
            await asyncio.to_thread(by_bytes.add, [line_of(bytes_key(one), one) for one in entries])
        return is_clear

    async def _by_content(self, by_size: Sorter) -> AsyncIterator[Sequence[Rename]]:
        sizes = await asyncio.to_thread(lambda: sizes_to_read(by_size.ascending()))
        if not sizes:
            return
        by_sha, known = self.ports.sorter(), set[int]()
        try:
            async for lines in in_threads(lambda: iter(by_size.ascending())):
                went = [one for one in map(entry_of, lines) if isinstance(one, Departed) and one.size in sizes]
                shas = await self._inspected(went)
                known.update(one.size for one in shas)
                await asyncio.to_thread(by_sha.add, [line_of(sha, one) for one, sha in shas.items()])
            async for lines in in_threads(lambda: iter(by_size.ascending())):
                came = [one for one in map(entry_of, lines) if isinstance(one, Listed) and one.size in known]
                read = await self._read(came)
                await asyncio.to_thread(by_sha.add, [line_of(sha, one) for one, sha in read.items()])
            async for groups in in_threads(lambda: groups_of(by_sha.ascending())):
                yield _renames(groups)
        finally:
            by_sha.close()

    async def _inspected(self, went: Sequence[Departed]) -> dict[Departed, str]:
        found = await self.ports.samples.load(self.dataset.id, [one.sample_id for one in went])
        return {
            one: sample.sha256
            for one in went
            if (sample := found.get(one.sample_id)) is not None and sample.etag == one.etag and sample.sha256
        }

    async def _read(self, came: Sequence[Listed]) -> dict[Listed, str]:
        room = asyncio.Semaphore(_READ_AT_ONCE)

        async def one(listed: Listed) -> str | None:
            async with room:
                return await self._sha256(listed)

        found = await asyncio.gather(*(one(listed) for listed in came))
        return {listed: sha for listed, sha in zip(came, found, strict=True) if sha is not None}

    async def _sha256(self, listed: Listed) -> str | None:
        """None for what cannot be read, or is another object by now: then it is no rename."""
        sample = new_sample(self.dataset, listed, SampleId(""), self.ports.clock.now())
        try:
            image = await self.ports.objects.read(sample, self.ports.limits.image_bytes)
        except (SourceObjectMissing, ImageTooLarge, ImageUnreadable):
            return None
        if image.etag != listed.etag:
            return None
        return await asyncio.to_thread(lambda: hashlib.sha256(image.content).hexdigest())


def _renames(groups: Iterable[Group]) -> list[Rename]:
    return [rename for group in groups if (rename := group.rename) is not None]


def _unmatched(group: Group) -> Iterator[Departed | Listed]:
    """What stands alone. Of what is there several times nobody can tell which is which, whatever the bytes are."""
    if group.number_came == 0 and group.number_went == 1 and group.went is not None:
        yield group.went
    if group.number_went == 0 and group.number_came == 1 and group.came is not None:
        yield group.came


async def in_threads(begin: Callable[[], Iterator[T]]) -> AsyncIterator[Sequence[T]]:
    """Takes a thousand at a time in another thread: sorting and merging many lines takes a while."""
    entries = await asyncio.to_thread(begin)
    while some := await asyncio.to_thread(lambda: list(islice(entries, RANGE_OBJECTS))):
        yield some
