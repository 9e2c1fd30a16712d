"""Images of equal bytes and images that look alike, and taking all but one of them out of the dataset."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple, Protocol

from labelstream_common.mongo import Page, PageParams
from sync_service.application.ports import Inspections, Ports
from sync_service.domain.dataset import DatasetId
from sync_service.domain.inspection import Kind, Look, alike
from sync_service.domain.sample import Sample, SampleId


class Looks(Inspections, Protocol):
    """Inspections, as duplicates are found in them."""

    def equal(self, dataset_id: str, after: str) -> AsyncIterator[tuple[str, Sequence[SampleId]]]:
        """Samples with equal bytes by their SHA-256, those after the hash `after`, in ascending order."""
        ...

    async def looks(self, dataset_id: str) -> Sequence[Look]:
        """The hashes of all images that have one."""
        ...


class Group(NamedTuple):
    """Samples of equal bytes, or that look alike, in the order in which they were added."""

    kind: Kind
    key: str
    samples: Sequence[Sample]


async def list_duplicates(
    dataset_id: DatasetId, kind: Kind, wanted: PageParams, *, ports: Ports, looks: Looks
) -> Page[Group]:
    """Only samples that are there, and whose bytes are still those that were inspected."""
    order = f"duplicates {kind}"
    after = wanted.after(order) or ""
    found: list[Group] = []
    groups = _equal(dataset_id, after, looks) if kind == "exact" else _alike(dataset_id, after, looks)
    async for key, ids in groups:
        samples = await _present(dataset_id, ids, ports, looks)
        if len(samples) < 2:
            continue
        if len(found) == wanted.limit:
            return Page(found, wanted.cursor_after(order, found[-1].key))
        found.append(Group(kind, key, samples))
    return Page(found, None)


async def _equal(dataset_id: str, after: str, looks: Looks) -> AsyncIterator[tuple[str, Sequence[SampleId]]]:
    async for each in looks.equal(dataset_id, after):
        yield each


async def _alike(dataset_id: str, after: str, looks: Looks) -> AsyncIterator[tuple[str, Sequence[SampleId]]]:
    groups = await asyncio.to_thread(alike, await looks.looks(dataset_id))
    for group in sorted(groups, key=lambda group: group[0].sample_id):
        if group[0].sample_id > after:
            yield group[0].sample_id, [look.sample_id for look in group]


async def _present(dataset_id: DatasetId, ids: Sequence[SampleId], ports: Ports, looks: Looks) -> Sequence[Sample]:
    samples = await ports.samples.load(dataset_id, ids)
    facts = await looks.of(dataset_id, ids)
    same = {each: found.etag for each, found in facts.items()}
    there = (each for each in samples.values() if each.is_present and same.get(each.id) == each.etag)
    return sorted(there, key=lambda sample: sample.id)
