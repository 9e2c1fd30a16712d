"""Whether datasets that are there still lie on what is granted to whoever made them.

A grant that is taken back ends more than new datasets: the images of those that are there are not read any more.
"""

from typing import Protocol

from labelstream_common.access.recent import Recent
from labelstream_common.auth import AccountRole
from sync_service.application.ports import ExampleImages, Sources, TeamsOfAccounts
from sync_service.domain.dataset import AccountId, Dataset, Source
from sync_service.domain.sample import Sample
from sync_service.domain.store import ObjectSource, SourceNotFound, SourceUser

# What was taken back must hold within a second.
BELIEVED_SECONDS = 0.5
_MOST_KEPT = 10_000


class RolesOfAccounts(Protocol):
    async def role_of(self, account_id: str) -> AccountRole | None:
        """The role of an account, disabled or not; None for one that no event has told of yet."""
        ...


class GrantsOfDatasets:
    """An administrator's datasets may lie anywhere. Whoever is no longer a member keeps what was granted to them.

    Example images need no grant: nobody chose where they lie.
    """

    def __init__(
        self, sources: Sources, roles: RolesOfAccounts, teams: TeamsOfAccounts, examples: ExampleImages
    ) -> None:
        self._examples = examples
        self._sources = sources
        self._roles = roles
        self._teams = teams
        self._users: Recent[AccountId, SourceUser] = Recent(BELIEVED_SECONDS, most=_MOST_KEPT)
        self._granted: Recent[str, ObjectSource | None] = Recent(BELIEVED_SECONDS, most=_MOST_KEPT)

    async def hold(self, dataset: Dataset) -> bool:
        if dataset.source == self._examples.source(dataset.id):
            return True
        return await self._allows(dataset.created_by, dataset.source)

    async def reach(self, dataset: Dataset, sample: Sample) -> bool:
        """Images of earlier releases do not say who imported them: then it is who made the dataset."""
        place = Source(sample.bucket, sample.path, sample.source_id)
        if place.source_id == dataset.source.source_id and dataset.source.covers(place.bucket, place.prefix):
            return await self.hold(dataset)
        return await self._allows(sample.imported_by or dataset.created_by, place)

    async def _allows(self, account_id: AccountId, place: Source) -> bool:
        source = await self._granted.get(place.source_id, lambda: self._source(place.source_id))
        if source is None:
            return False
        return source.allows(await self._users.get(account_id, lambda: self._user(account_id)), place)

    async def _source(self, source_id: str) -> ObjectSource | None:
        try:
            return await self._sources.get(source_id)
        except SourceNotFound:
            return None  # a source that is gone grants nothing

    async def _user(self, account_id: AccountId) -> SourceUser:
        role = await self._roles.role_of(account_id)
        teams = frozenset(await self._teams.teams_of(account_id))
        return SourceUser(account_id, is_admin=role in {None, AccountRole.ADMIN}, is_member=True, teams=teams)
