"""Datasets of several accounts on the same objects: to replace or delete one needs the right on all of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sync_service.application.ports import Ports
from sync_service.domain.dataset import AccountId, Bucket, Dataset, Source
from sync_service.domain.store import SourceNotFound


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
    return [
        dataset.source
        for dataset in await datasets_in(place, ports=ports)
        if not await may_change(dataset, who, ports=ports)
    ]


async def datasets_in(place: Bucket, *, ports: Ports) -> Sequence[Dataset]:
    """The datasets in a bucket, by whichever source they reach it."""
    found = await ports.datasets.on_bucket(place.name)
    same = await same_store(place.source_id, {each.source.source_id for each in found}, ports=ports)
    return [each for each in found if each.source.source_id in same]


async def may_change(dataset: Dataset, who: Whoever, *, ports: Ports) -> bool:
    return (
        who.is_admin
        or dataset.created_by == who.account_id
        or await ports.jobs.manages_data(dataset.id, who.account_id)
    )


async def same_store(source_id: str, others: Collection[str], *, ports: Ports) -> set[str]:
    """Those of the other sources that lead to the same object store, perhaps with different keys."""
    if all(each == source_id for each in others):
        return set(others)
    address = await ports.objects.address(source_id)
    return {each for each in others if each == source_id or await _address(each, ports) == address}


async def _address(source_id: str, ports: Ports) -> tuple[str, int] | None:
    try:
        return await ports.objects.address(source_id)
    except SourceNotFound:
        return None  # deleted since


def meets(one: str, other: str) -> bool:
    """Whether there are keys that begin with both prefixes."""
    return one.startswith(other) or other.startswith(one)


def is_foreign(path: str, sources: Sequence[Source]) -> bool:
    """Whether one of the sources, all in the path's own bucket, covers it."""
    return any(path.startswith(source.prefix) for source in sources)
