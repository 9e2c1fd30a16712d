"""Keeps what inspection found: with the samples, and with the events that tell of it, some at a time.

What was found waits for half a second, or until it is five hundred: then it is one transaction a dataset, with one
event an image. A process that dies with facts that it had not kept leaves their images due.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from labelstream_common.mongo import retried
from labelstream_common.telemetry import get_logger
from sync_service.application.ports import InspectionFound, Inspections, Ports, UnitOfWork
from sync_service.domain.dataset import DatasetId
from sync_service.domain.events import SamplesUpdated
from sync_service.domain.sample import Cause, Facts, Measured, Sample, SampleId

log = get_logger(__name__)

Bytes = tuple[SampleId, str]
"""A sample and the etag of its object: what is measured is true of these bytes alone."""

MOST_AT_ONCE = 500
_EVERY_SECONDS = 0.5


@retried
async def keep_facts(
    dataset_id: DatasetId, found: Sequence[InspectionFound], *, ports: Ports, inspections: Inspections
) -> None:
    """Facts of bytes that an object does not have any more are dropped: what it has now is due."""
    facts = {due.sample_id: inspection for due, inspection in found if inspection is not None}
    async with ports.unit_of_work() as work:
        stored = await ports.samples.load(dataset_id, list(facts), work)
        current = [sample for sample in stored.values() if sample.etag == facts[sample.id].etag]
        known = [(sample, sample.inspected(facts[sample.id].facts)) for sample in current]
        await _save_changed(known, work, ports)
        await inspections.done(found, work)


@retried
async def keep_measures(dataset_id: DatasetId, told: Mapping[Bytes, Measured], *, ports: Ports) -> None:
    """What the making of thumbnails told, before inspection or without it, unless the objects changed meanwhile."""
    async with ports.unit_of_work() as work:
        stored = await ports.samples.load(dataset_id, list({sample_id for sample_id, _ in told}), work)
        current = [sample for sample in stored.values() if (sample.id, sample.etag) in told]
        known = [(sample, _with_measures(sample, told[sample.id, sample.etag])) for sample in current]
        await _save_changed(known, work, ports)


async def _save_changed(known: Iterable[tuple[Sample, Sample]], work: UnitOfWork, ports: Ports) -> None:
    """Of each sample before and after, those that changed; with an event of those that are present."""
    changed = [after for before, after in known if after is not before]
    await ports.samples.save(changed, work)
    told = [sample for sample in changed if sample.is_present]
    if told:
        work.record(SamplesUpdated(told, Cause.INSPECTED, ports.clock.now()))


def _with_measures(sample: Sample, measured: Measured) -> Sample:
    """The sample itself if it has them already."""
    return sample.inspected(Facts(sample.state, sample.reason, sample.sha256, measured))


class FactsKeeper:
    """Gathers what the readers found."""

    def __init__(self, ports: Ports, inspections: Inspections) -> None:
        self._ports = ports
        self._inspections = inspections
        self._found: list[InspectionFound] = []
        self._turn = asyncio.Lock()

    async def add(self, found: InspectionFound) -> None:
        """Whoever finds that much is waiting keeps it."""
        self._found.append(found)
        if len(self._found) >= MOST_AT_ONCE:
            await self.keep()

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                async with asyncio.timeout(_EVERY_SECONDS):
                    await stop.wait()
            except TimeoutError:
                await self.keep()

    async def keep(self) -> None:
        """One dataset that fails never holds up the others: its images are read again."""
        async with self._turn:
            waiting, self._found = self._found, []
            by_dataset: dict[DatasetId, list[InspectionFound]] = defaultdict(list)
            for each in waiting:
                by_dataset[each.due.dataset_id].append(each)
            for dataset_id, found in by_dataset.items():
                for first in range(0, len(found), MOST_AT_ONCE):
                    some = found[first : first + MOST_AT_ONCE]
                    try:
                        await keep_facts(dataset_id, some, ports=self._ports, inspections=self._inspections)
                    except Exception as error:
                        log.exception("inspection.facts.lost", dataset=dataset_id, images=len(some), error=repr(error))


class MeasuresKeeper:
    """Gathers what thumbnails tell while an earlier transaction runs: a page of five hundred takes a few of them."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._told: defaultdict[DatasetId, dict[Bytes, Measured]] = defaultdict(dict)
        self._turn = asyncio.Lock()

    async def keep(self, sample: Sample, measured: Measured) -> None:
        """Returns when it is kept. What fails is logged: a person who waits for a picture is not refused it."""
        if _with_measures(sample, measured) is sample:
            return
        self._told[sample.dataset_id][sample.id, sample.etag] = measured
        async with self._turn:
            told, self._told = self._told, defaultdict(dict)
            for dataset_id, measures in told.items():
                pairs = list(measures.items())
                for first in range(0, len(pairs), MOST_AT_ONCE):
                    some = dict(pairs[first : first + MOST_AT_ONCE])
                    try:
                        await keep_measures(dataset_id, some, ports=self._ports)
                    except Exception as error:
                        log.warning("thumbnail.measures.lost", dataset=dataset_id, images=len(some), error=repr(error))
