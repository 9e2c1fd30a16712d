"""The samples that a command names, by id or by filter, a thousand at a time: each is looked at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from labelstream_common.operations import Operation, Operations
from sync_service.application.ports import Ports, Samples, Transaction
from sync_service.domain.dataset import DatasetId
from sync_service.domain.sample import Presence, Sample, SampleId

CHUNK = 1_000


@dataclass(frozen=True)
class Selection:
    """Samples by `sample_ids`, or (None) all whose path fits `path`: a prefix when it ends in `*`, else contained."""

    sample_ids: Sequence[str] | None = None
    path: str | None = None

    @property
    def ids(self) -> Sequence[str] | None:
        """Each id that was named, once."""
        return None if self.sample_ids is None else list(dict.fromkeys(self.sample_ids))


class Chunk(NamedTuple):
    """Some of the selected samples; `after` is where the next chunk begins (None: this was the last)."""

    samples: Sequence[Sample]
    missing: Sequence[str]
    after: str | None


async def next_chunk(
    path: str | None,
    dataset_id: DatasetId,
    after: str,
    samples: Samples,
    work: Transaction | None = None,
    *,
    presence: Presence | None = None,
) -> Chunk:
    """The chunk after `after` (an empty text: the first) of what fits `path` and `presence` (None: any), as its samples
    stand now."""
    found = await samples.matching(dataset_id, presence=presence, path=path, after=after, limit=CHUNK, work=work)
    return Chunk(found, (), found[-1].id if len(found) == CHUNK else None)


async def begun_chunk(dataset_id: DatasetId, ids: Sequence[str], samples: Samples) -> Chunk:
    """A chunk of `next_chunk` once more, by the ids of its samples, of which some may be gone by now."""
    loaded = await samples.load(dataset_id, [SampleId(each) for each in ids])
    return Chunk(
        [loaded[each] for each in map(SampleId, ids) if each in loaded], (), ids[-1] if len(ids) == CHUNK else None
    )


async def named_chunk(operation: Operation, after: str, *, operations: Operations, ports: Ports) -> Chunk:
    """As `next_chunk`, of the samples whose ids the operation was started with."""
    begin = int(after or 0)
    found = await operations.entries(operation, begin, CHUNK + 1)
    ids = [SampleId(each) for each in found[:CHUNK]]
    loaded = await ports.samples.load(DatasetId(operation.params["dataset_id"]), ids)
    missing = [each for each in ids if each not in loaded]
    after_this = str(begin + CHUNK) if len(found) > CHUNK else None
    return Chunk([loaded[each] for each in ids if each in loaded], missing, after_this)
