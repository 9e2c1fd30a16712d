"""Datasets of several accounts on the same objects: to replace or delete one needs the right on all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sync_service.application.ports import Ports
from sync_service.domain.dataset import AccountId, Source


@dataclass(frozen=True)
class Whoever:
    """Who changes objects. An administrator has the right on every dataset."""

    account_id: AccountId
    is_admin: bool


async def foreign_sources(bucket: str, who: Whoever, *, ports: Ports) -> Sequence[Source]:
    """The sources in this bucket of those datasets whose data `who` may not change."""
    if who.is_admin:
        return ()
    return [
        dataset.source
        for dataset in await ports.datasets.on_bucket(bucket)
        if dataset.created_by != who.account_id and not await ports.jobs.manages_data(dataset.id, who.account_id)
    ]


def is_foreign(bucket: str, path: str, sources: Sequence[Source]) -> bool:
    return any(source.covers(bucket, path) for source in sources)
