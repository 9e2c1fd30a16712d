"""Datasets of several accounts on the same objects: to replace or delete one needs the right on all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sync_service.application.ports import Ports
from sync_service.domain.dataset import AccountId, Bucket, Source


@dataclass(frozen=True)
class Whoever:
    """Who changes objects. An administrator has the right on every dataset."""

    account_id: AccountId
    is_admin: bool


async def foreign_sources(place: Bucket, who: Whoever, *, ports: Ports) -> Sequence[Source]:
    """The sources in this bucket of those datasets whose data `who` may not change, by whichever way they reach it."""
    if who.is_admin:
        return ()
    same: dict[str, bool] = {place.source_id: True}
    found: list[Source] = []
    for dataset in await ports.datasets.on_bucket(place.name):
        other = dataset.source.source_id
        if other not in same:
            same[other] = await _is_same_store(place.source_id, other, ports)
        if not same[other] or dataset.created_by == who.account_id:
            continue
        if not await ports.jobs.manages_data(dataset.id, who.account_id):
            found.append(dataset.source)
    return found


async def _is_same_store(one: str, other: str, ports: Ports) -> bool:
    """Whether two sources lead to one object store, perhaps with different keys."""
    return await ports.objects.address(one) == await ports.objects.address(other)


def is_foreign(path: str, sources: Sequence[Source]) -> bool:
    """Whether one of the sources, all in the path's own bucket, covers it."""
    return any(path.startswith(source.prefix) for source in sources)
