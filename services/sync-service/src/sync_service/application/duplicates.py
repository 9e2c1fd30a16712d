"""Images of equal bytes and images that look alike, in pages of groups.

A page holds no more than some megabytes, looks at no more than a hundred thousand images of equal bytes, and shows of a
group its first thousand. Which images look alike is worked out for a whole dataset at once, and believed for a while.
"""

import asyncio
import bisect
from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple, Protocol, TypeAlias

from labelstream_common.access.recent import Recent
from labelstream_common.mongo import Page, PageParams
from sync_service.application.ports import Inspections, Ports
from sync_service.domain.dataset import DatasetId
from sync_service.domain.inspection import Inspection, Kind
from sync_service.domain.likeness import Likenesses
from sync_service.domain.sample import Sample, SampleId

MOST_SHOWN = 1_000
# Of the images of a dataset that are compared with each other, in the order in which they were added.
MOST_COMPARED = 500_000
_MOST_BYTES = 4_000_000
_BYTES_OF_SAMPLE = 60
_MOST_STRETCHES = 100
_AT_ONCE = 1_000
_BELIEVED_SECONDS, _DATASETS_KEPT = 15.0, 4

Piece: TypeAlias = tuple[str, Sequence[SampleId]]
"""Some samples of the group with this key. A group comes in one piece or several, one behind the other."""


class Looks(Inspections, Protocol):
    """Inspections, as duplicates are found in them."""

    def equal(self, dataset_id: str, after: str) -> AsyncIterator[Piece]:
        """Samples with equal bytes by their SHA-256, those after the hash `after`, in ascending order. An empty piece
        comes after each stretch of a thousand images."""
        ...

    async def likenesses(self, dataset_id: str, most: int) -> Likenesses:
        """The hashes of the first `most` images that have one."""
        ...


class Group(NamedTuple):
    """Samples of equal bytes, or that look alike, in the order in which they were added. `more`: there are more."""

    kind: Kind
    key: str
    samples: Sequence[Sample]
    more: bool


class NearGroups:
    """Which images look alike. Only one dataset is worked out at a time: that takes all of a processor."""

    def __init__(self, looks: Looks) -> None:
        self._looks = looks
        self._turn = asyncio.Lock()
        self._known: Recent[str, Sequence[Piece]] = Recent(_BELIEVED_SECONDS, most=_DATASETS_KEPT)

    async def after(self, dataset_id: str, key: str) -> AsyncIterator[Piece]:
        known = await self._known.get(dataset_id, lambda: self._work_out(dataset_id))
        for place in range(bisect.bisect_right(known, key, key=lambda piece: piece[0]), len(known)):
            group, ids = known[place]
            for first in range(0, len(ids), _AT_ONCE):
                yield group, ids[first : first + _AT_ONCE]

    async def _work_out(self, dataset_id: str) -> Sequence[Piece]:
        async with self._turn:
            likenesses = await self._looks.likenesses(dataset_id, MOST_COMPARED)
            return [(group[0], group) for group in await asyncio.to_thread(likenesses.groups)]


async def list_duplicates(
    dataset_id: DatasetId, kind: Kind, wanted: PageParams, *, ports: Ports, looks: Looks, near: NearGroups
) -> Page[Group]:
    """Only samples that are there, and whose bytes are still those that were inspected."""
    order = f"duplicates {kind}"
    after = wanted.after(order) or ""
    pieces = looks.equal(dataset_id, after) if kind == "exact" else near.after(dataset_id, after)
    found: list[Group] = []
    size = stretches = 0
    async for group in _groups(dataset_id, kind, pieces, ports, looks):
        stretches += not group.samples
        if len(group.samples) > 1:
            found.append(group)
            size += sum(_BYTES_OF_SAMPLE + 2 * len(each.path.encode()) for each in group.samples)
        if len(found) == wanted.limit or size >= _MOST_BYTES or stretches >= _MOST_STRETCHES:
            return Page(found, wanted.cursor_after(order, group.key))
    return Page(found, None)


async def _groups(
    dataset_id: DatasetId, kind: Kind, pieces: AsyncIterator[Piece], ports: Ports, looks: Looks
) -> AsyncIterator[Group]:
    """The groups with those of their samples that are there, also where that is none."""
    present: Group | None = None
    async for key, ids in pieces:
        if present is None or present.key != key:
            if present is not None:
                yield present
            present = Group(kind, key, [], more=False)
        if not present.more:
            samples = [*present.samples, *await _present(dataset_id, ids, ports, looks)]
            present = Group(kind, key, samples[:MOST_SHOWN], more=len(samples) > MOST_SHOWN)
    if present is not None:
        yield present


async def _present(dataset_id: DatasetId, ids: Sequence[SampleId], ports: Ports, looks: Looks) -> Sequence[Sample]:
    if not ids:
        return []
    samples = await ports.samples.load(dataset_id, ids)
    facts = await looks.of(dataset_id, ids)
    there = (each for each in samples.values() if each.is_present and _is_of(facts.get(each.id), each))
    return sorted(there, key=lambda sample: sample.id)


def _is_of(facts: Inspection | None, sample: Sample) -> bool:
    """Whether facts are of the bytes that a sample has now. A renamed object may have another etag."""
    if facts is None:
        return False
    return facts.etag == sample.etag or bool(sample.sha256 and facts.sha256 == sample.sha256)
