"""The end of a synchronization: what came and what went, told apart from what was only renamed.

While the listing is read, objects that came and samples that lost theirs are set aside, a document a range. Only when
all of them are known can a rename be told. Then renames, removals and additions are committed in this order, a
thousand a transaction, each decided again on what is there by then: a part that is done twice changes nothing.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime

from sync_service.application.ports import Ports, Transaction
from sync_service.application.ranges import new_sample
from sync_service.application.renames import RenameSearch
from sync_service.domain.dataset import Dataset
from sync_service.domain.events import SamplesAdded, SamplesRemoved, SamplesUpdated
from sync_service.domain.reconciliation import Listed, Tally
from sync_service.domain.renames import Rename
from sync_service.domain.sample import Cause, Presence, Sample, SampleId


@dataclass(frozen=True)
class Settling:
    """What was set aside by one synchronization of a dataset, which first listed at `began_at`."""

    dataset: Dataset
    operation_id: str
    began_at: datetime
    ports: Ports

    async def pieces(self, settled: int) -> "AsyncGenerator[Piece, None]":
        """What is left to be done, in order. `settled` is that of the last piece that was done, 0 at first.

        Renames that were done are found again, and are nothing by then.
        """
        if settled == 0:
            search = RenameSearch(self.dataset, self.operation_id, self.ports)
            async with aclosing(search.found()) as found:
                async for renames in found:
                    if renames:
                        yield Piece(self, 0, renames=renames)
        (departures, _), (arrivals, _) = await self.ports.set_aside.counts(self.operation_id)
        for number in range(max(0, settled - 1), departures + arrivals):
            if number < departures:
                yield Piece(self, number + 2, departed=number)
            else:
                yield Piece(self, number + 2, came=number - departures)


@dataclass(frozen=True)
class Piece:
    """One transaction's worth: renames, or one range of what went, or one of what came.

    `settled`: 0 among the renames, then the number of ranges that are done with it, and one.
    """

    settling: Settling
    settled: int
    renames: Sequence[Rename] = ()
    departed: int | None = None
    came: int | None = None

    async def apply(self, work: Transaction) -> Tally:
        """What it came to. What has changed since is left to the next synchronization."""
        if self.renames:
            return await self._rename(work)
        if self.departed is not None:
            return await self._remove(self.departed, work)
        if self.came is not None:
            return await self._add(self.came, work)
        return Tally()

    async def _rename(self, work: Transaction) -> Tally:
        settling, ports = self.settling, self.settling.ports
        dataset = settling.dataset
        stored = await ports.samples.load(dataset.id, [one.departed.sample_id for one in self.renames], work)
        there = await self._there([one.listed for one in self.renames], work)
        now = ports.clock.now()
        moved = [
            sample.renamed(listed.path, listed.etag, listed.media_type, now)
            for departed, listed in self.renames
            if (sample := stored.get(departed.sample_id)) is not None
            and sample.path == departed.path
            and self._is_still(sample)
            and listed.path not in there
        ]
        await ports.samples.save(moved, work)
        work.record(SamplesUpdated(moved, Cause.SYNCHRONIZED, now))
        return Tally(renamed=len(moved))

    async def _remove(self, number: int, work: Transaction) -> Tally:
        """A sample that was renamed has changed since the listing began."""
        settling, ports = self.settling, self.settling.ports
        gone = await ports.set_aside.departed(settling.operation_id, number)
        stored = await ports.samples.load(settling.dataset.id, [one.sample_id for one in gone], work)
        now = ports.clock.now()
        removed = [each.now(Presence.REMOVED, now) for each in stored.values() if self._is_still(each)]
        await ports.samples.save(removed, work)
        await ports.datasets.counted(settling.dataset.id, -len(removed), work)
        work.record(SamplesRemoved(removed, Cause.SYNCHRONIZED, now))
        return Tally(removed=len(removed))

    async def _add(self, number: int, work: Transaction) -> Tally:
        settling, ports = self.settling, self.settling.ports
        came = await ports.set_aside.came(settling.operation_id, number)
        there = await self._there(came, work)
        now = ports.clock.now()
        added = [
            new_sample(settling.dataset, each, SampleId(ports.new_id()), now) for each in came if each.path not in there
        ]
        await ports.samples.add(added, work)
        await ports.datasets.counted(settling.dataset.id, len(added), work)
        work.record(SamplesAdded(added, Cause.SYNCHRONIZED, now))
        return Tally(added=len(added))

    async def _there(self, listed: Sequence[Listed], work: Transaction) -> set[str]:
        dataset = self.settling.dataset
        places = [(dataset.source.bucket, each.path) for each in listed]
        return {path for _, path in await self.settling.ports.samples.at(dataset.id, places, work)}

    def _is_still(self, sample: Sample) -> bool:
        return sample.is_present and sample.changed_at < self.settling.began_at
