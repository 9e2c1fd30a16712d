"""Versions that are published: finding, comparing and deleting them."""

from collections.abc import AsyncIterator, Collection, Sequence
from typing import NamedTuple

from labelstream_common.messaging import audited
from labelstream_common.mongo import Page, PageParams, retried
from labelstream_contracts import AuditAction, AuditSubject
from sync_service.application.ports import Ports
from sync_service.application.version_ports import EVERY_JOB, Block, JobChoice, Missing, VersionPorts, WhenGone
from sync_service.domain.dataset import AccountId, DatasetId
from sync_service.domain.events import Actor, VersionDeleted
from sync_service.domain.sample import SampleId
from sync_service.domain.version import (
    DatasetVersion,
    Difference,
    DifferenceCounts,
    LabelCount,
    VersionRow,
    difference_of,
)

_PAGE_BYTES = 3_000_000
_VERSIONS_AT_ONCE = 100
_MOST_BLOCKS, _MOST_NAMES = 2_000, 100


class DescribedVersion(NamedTuple):
    """A version with what is kept beside it."""

    version: DatasetVersion
    labels: Sequence[LabelCount]
    missing_files: int


async def describe(version: DatasetVersion, *, versions: VersionPorts) -> DescribedVersion:
    return await _described(version, await versions.gone.when(version.dataset_id), versions)


async def _described(version: DatasetVersion, gone: WhenGone | None, versions: VersionPorts) -> DescribedVersion:
    labels = await versions.versions.labels(version.id)
    return DescribedVersion(version, labels, await _missing_files(version, gone, versions))


async def list_versions(
    dataset_id: str, jobs: JobChoice, wanted: PageParams, *, versions: VersionPorts
) -> Page[DescribedVersion]:
    """Newest first; only those published from one of the jobs. A version may have ten thousand labels."""
    before = wanted.after("versions")
    found = await versions.versions.page(dataset_id, jobs, before, wanted.limit + 1)
    gone = await versions.gone.when(DatasetId(dataset_id))
    described: list[DescribedVersion] = []
    size = 0
    for version in found[: wanted.limit]:
        one = await _described(version, gone, versions)
        size += 1_000 + sum(30 + len(label.name.encode()) for label in one.labels)
        if described and size > _PAGE_BYTES:
            break
        described.append(one)
    more = len(found) > len(described)
    return Page(described, wanted.cursor_after("versions", described[-1].version.id) if more else None)


async def _missing_files(version: DatasetVersion, gone: WhenGone | None, versions: VersionPorts) -> int:
    """Counted once for each state of the dataset. As long as none returns, only those are looked up that have gone
    since it was counted last."""
    if gone is None:
        return 0
    known = await versions.versions.missing(version)
    if known is not None and known.when == gone:
        return known.count
    count, since = 0, None
    if known is not None:
        more = await versions.gone.count(version.dataset_id, since=known.when.newest, until=gone.newest)
        if known.when.count + more == gone.count:
            count, since = known.count, known.when.newest
    count += await _members(version, versions.gone.ids(version.dataset_id, since=since, until=gone.newest), versions)
    await versions.versions.note_missing(version, Missing(gone, count))
    return count


async def _members(version: DatasetVersion, ascending: AsyncIterator[SampleId], versions: VersionPorts) -> int:
    """How many of the samples the version has: they are looked up in the version, not the other way round."""
    count, block, members = 0, None, frozenset[str]()
    async for sample_id in ascending:
        if block is None or sample_id > block.last:
            block = await versions.versions.block_with(version.id, sample_id)
            if block is None:
                break
            members = frozenset(row.sample_id for row in block.rows)
        count += sample_id in members
    return count


class Search:
    """Looks for samples in versions. It reads so many blocks at most, of however many versions: see `is_over`."""

    def __init__(self, versions: VersionPorts, blocks: int = _MOST_BLOCKS, names: int = _MOST_NAMES) -> None:
        self._versions = versions
        self._blocks = blocks
        self._names = names

    @property
    def is_over(self) -> bool:
        """Whether it ended before everything was looked at."""
        return self._blocks <= 0 or self._names <= 0

    async def versions_with(self, dataset_id: DatasetId, sample_ids: Collection[SampleId]) -> Sequence[str]:
        """The names of the versions that hold one of these samples, newest first."""
        ids, before, names = sorted(sample_ids), None, list[str]()
        while ids and not self.is_over:
            page = await self._versions.versions.page(dataset_id, EVERY_JOB, before, _VERSIONS_AT_ONCE)
            for version in page:
                if not self.is_over and await self._holds_one(version, ids):
                    names.append(version.name)
                    self._names -= 1
            if len(page) < _VERSIONS_AT_ONCE:
                break
            before = page[-1].id
        return names

    async def _holds_one(self, version: DatasetVersion, sample_ids: Sequence[SampleId]) -> bool:
        """Each block is read once at most, and none after the first that tells."""
        last: SampleId | None = None
        members = frozenset[str]()
        for sample_id in sample_ids:
            if last is None or sample_id > last:
                if self._blocks <= 0:
                    return False
                self._blocks -= 1
                block = await self._versions.versions.block_with(version.id, sample_id)
                if block is None:
                    return False
                last, members = block.last, frozenset(row.sample_id for row in block.rows)
            if sample_id in members:
                return True
        return False


@retried
async def delete_version(
    dataset_id: DatasetId, name: str, by: AccountId, *, ports: Ports, versions: VersionPorts
) -> None:
    """Raises VersionNotFound. Files that were exported stay."""
    async with ports.unit_of_work() as work:
        version = (await versions.versions.get(dataset_id, name, work)).deleted()
        await versions.versions.delete(version, work)
        work.record(VersionDeleted(version, Actor("person", by), ports.clock.now()))
        about, detail = AuditSubject(kind="version", id=version.id), {"dataset_id": dataset_id}
        work.record(audited(AuditAction.DELETED, about, job_id=version.job_id, detail=detail))


async def rows_page(version: DatasetVersion, wanted: PageParams, *, versions: VersionPorts) -> Page[VersionRow]:
    """Rows in the order of sample ids."""
    order = f"version {version.id}"
    after = wanted.after(order) or ""
    found: list[VersionRow] = []
    size = 0
    async for block in versions.versions.blocks(version.id, after):
        for row in block.rows:
            if row.sample_id <= after:
                continue
            size += 200 + 2 * len(row.path.encode()) + sum(10 + len(each.encode()) for each in row.labels)
            if len(found) == wanted.limit or (found and size > _PAGE_BYTES):
                return Page(found, wanted.cursor_after(order, found[-1].sample_id))
            found.append(row)
    return Page(found, None)


class Comparison(NamedTuple):
    counts: DifferenceCounts
    page: Page[Difference]


async def compare(
    before: DatasetVersion, after: DatasetVersion, wanted: PageParams, *, versions: VersionPorts
) -> Comparison:
    """What is in `after` and was not in `before`, the other way round, and what carries other labels."""
    counts = await versions.versions.difference(before.id, after.id)
    if counts is None:
        counts = await _count(before, after, versions)
        await versions.versions.note_difference(before.id, after.id, counts)
    order = f"diff {before.id} {after.id}"
    place = wanted.after(order) or ""
    found: list[Difference] = []
    size = 0
    async for some in _differences(before, after, place, versions):
        for each in some:
            size += 200 + 2 * len(each.path.encode()) + _size(each.before) + _size(each.after)
            if len(found) == wanted.limit or (found and size > _PAGE_BYTES):
                return Comparison(counts, Page(found, wanted.cursor_after(order, found[-1].sample_id)))
            found.append(each)
    return Comparison(counts, Page(found, None))


def _size(labels: Sequence[str] | None) -> int:
    return sum(10 + len(each.encode()) for each in labels or ())


async def _count(before: DatasetVersion, after: DatasetVersion, versions: VersionPorts) -> DifferenceCounts:
    counts = {"added": 0, "removed": 0, "relabelled": 0}
    async for some in _differences(before, after, "", versions):
        for each in some:
            counts[each.kind] += 1
    return DifferenceCounts(**counts)


async def _differences(
    before: DatasetVersion, after: DatasetVersion, place: str, versions: VersionPorts
) -> AsyncIterator[Sequence[Difference]]:
    """In the order of sample ids, those after `place`. One block of each version is in memory at a time."""
    left = _Side(versions.versions.blocks(before.id, place), place)
    right = _Side(versions.versions.blocks(after.id, place), place)
    while True:
        reach = [side.last for side in (left, right) if await side.fill()]
        if not reach:
            return
        upto = min(reach)
        ours, theirs = left.take(upto), right.take(upto)
        pairs = ((ours.get(each), theirs.get(each)) for each in sorted(ours.keys() | theirs.keys()))
        yield [found for pair in pairs if (found := difference_of(*pair)) is not None]


class _Side:
    """The rows of one version that were not compared yet."""

    def __init__(self, blocks: AsyncIterator[Block], after: str) -> None:
        self._blocks = blocks
        self._after = after
        self._rows: dict[str, VersionRow] = {}

    @property
    def last(self) -> str:
        return next(reversed(self._rows))

    async def fill(self) -> bool:
        """False when nothing is left."""
        while not self._rows:
            block = await anext(self._blocks, None)
            if block is None:
                return False
            self._rows = {row.sample_id: row for row in block.rows if row.sample_id > self._after}
        return True

    def take(self, upto: str) -> dict[str, VersionRow]:
        taken = {each: row for each, row in self._rows.items() if each <= upto}
        self._rows = {each: row for each, row in self._rows.items() if each > upto}
        return taken
