"""One range of a synchronization: compare what is listed with what is stored, and commit the difference.

However many objects there are, a range holds at most a thousand of them, and so does its transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sync_service.application.exported_folders import folders_within
from sync_service.application.listing import Listing
from sync_service.application.ports import Ports, Transaction
from sync_service.domain.dataset import Dataset
from sync_service.domain.events import SamplesAdded, SamplesRemoved, SamplesUpdated
from sync_service.domain.reconciliation import NO_IMAGE, RANGE_OBJECTS, Change, Known, Listed, Plan, reconcile
from sync_service.domain.sample import Cause, Presence, Sample, SampleId


@dataclass(frozen=True)
class KeyRange:
    """The keys with `after` < key <= `until` (None: to the source's end), and the objects listed there.

    `count`: how many objects of the listing these are, with those that are passed over.
    """

    after: str
    until: str | None
    listed: Sequence[Listed]
    count: int


async def compare(dataset: Dataset, listing: Listing, after: str, *, ports: Ports) -> tuple[KeyRange, Plan]:
    """The next range after `after` and what it would change now. Writes nothing."""
    listed, until = await listing.upcoming()
    known = await ports.samples.in_range(dataset, after, until, RANGE_OBJECTS + 1)
    if len(known) > RANGE_OBJECTS:
        until = known[RANGE_OBJECTS - 1].path
        listed, known = [each for each in listed if each.path <= until], known[:RANGE_OBJECTS]
    count = len(listed)
    listed = await _told(dataset, await _without_copies(dataset, listed, after, known, ports), known, ports)
    return KeyRange(after, until, listed, count), reconcile(listed, known, listed_at=listing.began_at)


async def _without_copies(
    dataset: Dataset, listed: Sequence[Listed], after: str, known: Sequence[Known], ports: Ports
) -> Sequence[Listed]:
    """What was listed, without what exports copied into the dataset's own prefix: those are no new images."""
    there = {each.path for each in known if each.presence is not Presence.REMOVED}
    if all(each.path in there for each in listed):
        return listed
    folders = await folders_within(dataset.source, ports=ports)
    return folders.passed_over(listed, after, there)


async def _told(dataset: Dataset, listed: Sequence[Listed], known: Sequence[Known], ports: Ports) -> Sequence[Listed]:
    """What was listed, with the kind of those objects whose endings say nothing.

    Asking costs a request an object, so only what is new or has other bytes is asked for, and once.
    """
    unknown = [each for each in listed if each.is_unknown]
    if not unknown:
        return listed
    as_before = {each.path: each.etag for each in known}
    new = [each for each in unknown if as_before.get(each.path) != each.etag]
    passed_over = await ports.passed_over.among(dataset.id, new)
    told = await ports.objects.told(dataset.source.place, [each for each in new if each.path not in passed_over])
    await ports.passed_over.note(dataset.id, [each for each in told if each.left_out == NO_IMAGE])
    kinds = {each.path: each for each in told}
    kinds |= {each.path: each._replace(left_out=NO_IMAGE) for each in new if each.path in passed_over}
    return [kinds.get(each.path, each) for each in listed]


async def apply(
    dataset: Dataset, keys: KeyRange, listed_at: datetime, work: Transaction, *, ports: Ports, moves: bool = True
) -> Plan:
    """Decides the range again inside the transaction, and writes samples, count and events. Gives what was decided.

    Without `moves`, what comes and goes is only decided: see `sync_service.application.renames`.
    """
    # The limit is never reached: the range was cut to it, and only synchronization adds samples to a range.
    known = await ports.samples.in_range(dataset, keys.after, keys.until, 2 * RANGE_OBJECTS + 1, work)
    decided = reconcile(keys.listed, known, listed_at=listed_at)
    plan = decided if moves else decided.without_moves()
    if plan.is_empty:
        return decided
    now = ports.clock.now()
    stored = await ports.samples.load(dataset.id, _touched(plan), work)
    added = [new_sample(dataset, each, SampleId(ports.new_id()), now) for each in plan.added]
    returned, updated = (_renewed(changes, stored, now, ports.inspects) for changes in (plan.returned, plan.updated))
    removed = [stored[each.id].now(Presence.REMOVED, now) for each in plan.removed]
    trashed = [stored[each.id].without_object(None if each.is_lost else now) for each in plan.trashed]
    await ports.samples.add(added, work)
    await ports.samples.save([*returned, *updated, *removed, *trashed], work)
    await ports.datasets.counted(dataset.id, len(added) + len(returned) - len(removed), work)
    work.record(SamplesAdded([*added, *returned], Cause.SYNCHRONIZED, now))
    work.record(SamplesUpdated(updated, Cause.SYNCHRONIZED, now))
    work.record(SamplesRemoved(removed, Cause.SYNCHRONIZED, now))
    return decided


def _touched(plan: Plan) -> list[SampleId]:
    changes = (*plan.returned, *plan.updated)
    return [*(change.known.id for change in changes), *(known.id for known in (*plan.removed, *plan.trashed))]


def _renewed(
    changes: Sequence[Change], stored: Mapping[SampleId, Sample], now: datetime, inspects: bool
) -> list[Sample]:
    return [
        stored[known.id].with_bytes(listed.size, listed.etag, listed.media_type, now, inspects=inspects)
        for known, listed in changes
    ]


def new_sample(dataset: Dataset, listed: Listed, sample_id: SampleId, now: datetime) -> Sample:
    return Sample(
        id=sample_id,
        dataset_id=dataset.id,
        bucket=dataset.source.bucket,
        path=listed.path,
        size=listed.size,
        etag=listed.etag,
        media_type=listed.media_type,
        added_at=now,
        changed_at=now,
        source_id=dataset.source.source_id,
    )
