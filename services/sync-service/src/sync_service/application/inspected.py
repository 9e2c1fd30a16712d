"""Samples with what their inspections found, all of them or those in one state."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from labelstream_common.mongo import Page, PageParams
from sync_service.application.ports import Inspections, Ports
from sync_service.domain.dataset import DatasetId
from sync_service.domain.inspection import Inspection, State
from sync_service.domain.sample import Sample

_PAGES_LOOKED_AT = 20
Listing = Callable[[PageParams], Awaitable[Page[Sample]]]


async def with_facts(samples: Sequence[Sample], inspections: Inspections) -> list[Sample]:
    """Samples of one dataset with what was found in the bytes that they have now.

    What an earlier release has found may not have been told to the samples yet. And facts that are kept between two
    reads are taken whole: a sample is never `ok` without its size.
    """
    if not samples:
        return []
    found = await inspections.of(samples[0].dataset_id, [sample.id for sample in samples])
    return [_told(sample, found.get(sample.id)) for sample in samples]


def _told(sample: Sample, facts: Inspection | None) -> Sample:
    if facts is None or facts.etag != sample.etag:
        return sample
    return replace(sample.inspected(facts.facts), version=sample.version)


async def in_state(
    state: State | None, wanted: PageParams, listing: Listing, *, inspections: Inspections
) -> Page[Sample]:
    """Of a list of samples those in `state` (None: all). A page is shorter where few of many are."""
    found: list[Sample] = []
    for _ in range(_PAGES_LOOKED_AT):
        page = await listing(replace(wanted, limit=wanted.limit - len(found)))
        looked_at = await with_facts(page.items, inspections)
        found += [each for each in looked_at if state in {None, each.state}]
        wanted = replace(wanted, cursor=page.next_cursor)
        if page.next_cursor is None or len(found) == wanted.limit:
            break
    return Page(found, wanted.cursor)


def unreadable_listing(dataset_id: DatasetId, *, inspections: Inspections, ports: Ports) -> Listing:
    """By the index of what cannot be read: there may be few of a million."""

    async def listing(wanted: PageParams) -> Page[Sample]:
        newest_first = wanted.newest_first
        ids = await inspections.unreadable(
            dataset_id, wanted.after("samples"), wanted.limit + 1, newest_first=newest_first
        )
        samples = await ports.samples.load(dataset_id, ids[: wanted.limit])
        present = [samples[each] for each in ids[: wanted.limit] if each in samples and samples[each].is_present]
        more = wanted.cursor_after("samples", ids[wanted.limit - 1]) if len(ids) > wanted.limit else None
        return Page(present, more)

    return listing
