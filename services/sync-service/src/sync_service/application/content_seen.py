"""The policy that answers a person's look at an overwritten image: the sample's mark is taken off."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sync_service.application.ports import Ports, Transaction
from sync_service.domain.dataset import DatasetId
from sync_service.domain.events import SamplesUpdated
from sync_service.domain.sample import Cause, SampleId


@dataclass(frozen=True)
class ContentSeen:
    """A person has changed or confirmed an item whose object had been overwritten that many times."""

    dataset_id: DatasetId
    sample_id: SampleId
    overwritten: int


async def content_seen(commands: Sequence[ContentSeen], work: Transaction, *, ports: Ports) -> None:
    """A duplicate, or a look at what was there before the object was overwritten again, changes nothing."""
    seen: dict[DatasetId, dict[SampleId, int]] = defaultdict(dict)
    for one in commands:
        samples = seen[one.dataset_id]
        samples[one.sample_id] = max(one.overwritten, samples.get(one.sample_id, 0))
    for dataset_id, samples in seen.items():
        stored = await ports.samples.load(dataset_id, list(samples), work)
        marked = [one for one in stored.values() if one.content_changed and samples[one.id] >= one.overwritten]
        looked_at = [one.seen() for one in marked]
        await ports.samples.save(looked_at, work)
        told = [one for one in looked_at if one.is_present]
        if told:
            work.record(SamplesUpdated(told, Cause.CONTENT_SEEN, ports.clock.now()))
