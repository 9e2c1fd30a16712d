"""Datasets of several accounts on the same objects: to replace or delete one needs the right on all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sync_service.application.ports import Ports
from sync_service.domain.dataset import AccountId, Bucket, Dataset, Source


@dataclass(frozen=True)
class Whoever:
    """Who changes objects. An administrator has the right on every dataset."""

    account_id: AccountId
    is_admin: bool
    is_member: bool = True


async def foreign_sources(place: Bucket, who: Whoever, *, ports: Ports) -> Sequence[Source]:
    """The sources in this bucket of those datasets whose data `who` may not change, by whichever way they reach it."""
    if who.is_admin:
        return ()
    return [dataset.source for dataset in await _in(place, ports) if not await _may_change(dataset, who, ports)]


class Sharing(NamedTuple):
    """Other datasets on the same objects: those that somebody may know of, and how many more there are."""

    known: Sequence[Dataset]
    more: int


async def datasets_sharing(dataset: Dataset, paths: Sequence[str] | None, who: Whoever, *, ports: Ports) -> Sharing:
    """The other datasets whose source covers objects of a dataset: one of `paths`, or (None) of any."""
    prefix = dataset.source.prefix
    others = [
        other
        for other in await _in(dataset.source.place, ports)
        if other.id != dataset.id and _covers(other.source.prefix, prefix, paths)
    ]
    known = [other for other in others if who.is_admin or await _may_change(other, who, ports)]
    return Sharing(known, len(others) - len(known))


def _covers(other: str, prefix: str, paths: Sequence[str] | None) -> bool:
    if paths is None:
        return meets(other, prefix)
    return any(path.startswith(other) for path in paths)


async def _in(place: Bucket, ports: Ports) -> Sequence[Dataset]:
    """The datasets in a bucket, by whichever source they reach it."""
    same: dict[str, bool] = {place.source_id: True}
    found: list[Dataset] = []
    for dataset in await ports.datasets.on_bucket(place.name):
        other = dataset.source.source_id
        if other not in same:
            same[other] = await _is_same_store(place.source_id, other, ports)
        if same[other]:
            found.append(dataset)
    return found


async def _may_change(dataset: Dataset, who: Whoever, ports: Ports) -> bool:
    return dataset.created_by == who.account_id or await ports.jobs.manages_data(dataset.id, who.account_id)


async def _is_same_store(one: str, other: str, ports: Ports) -> bool:
    """Whether two sources lead to one object store, perhaps with different keys."""
    return await ports.objects.address(one) == await ports.objects.address(other)


def meets(one: str, other: str) -> bool:
    """Whether there are keys that begin with both prefixes."""
    return one.startswith(other) or other.startswith(one)


def is_foreign(path: str, sources: Sequence[Source]) -> bool:
    """Whether one of the sources, all in the path's own bucket, covers it."""
    return any(path.startswith(source.prefix) for source in sources)
