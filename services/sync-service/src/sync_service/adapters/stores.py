"""The object store of each source: the platform's own, and a client for each other one, made when first needed."""

from collections.abc import Iterator
from contextlib import contextmanager

from labelstream_common.access.recent import Recent
from labelstream_common.object_storage import ObjectStore, Reach
from sync_service.adapters.vault import FernetVault
from sync_service.application.ports import Sources
from sync_service.domain.dataset import OWN_STORE
from sync_service.domain.store import Connection, ObjectSource, SourceRefused

# A source that was changed or deleted must be seen within a second.
_BELIEVED_SECONDS = 0.5
_MOST_KEPT = 1_000
_THREADS = 8


class Stores:
    """`own_address` is host and port of the platform's own store; `reach` says where the others may be."""

    def __init__(
        self, own: ObjectStore, own_address: tuple[str, int], sources: Sources, vault: FernetVault, reach: Reach
    ) -> None:
        self._own = own
        self._own_address = own_address
        self._sources = sources
        self._vault = vault
        self._reach = reach
        self._recent: Recent[str, ObjectSource] = Recent(_BELIEVED_SECONDS, most=_MOST_KEPT)
        self._made: dict[str, tuple[Connection, ObjectStore]] = {}

    async def of(self, source_id: str) -> ObjectStore:
        """The client of a source's store. Raises SourceNotFound, or SourceRefused if its secret cannot be opened."""
        if source_id == OWN_STORE:
            return self._own
        source = await self._source(source_id)
        if source.connection is None:
            return self._own
        made = self._made.get(source_id)
        if made is not None and made[0] == source.connection:
            return made[1]
        # The client before is not closed: it goes when the last read with it has ended.
        store = self._client(source, source.connection, attempts=3)
        if len(self._made) >= _MOST_KEPT:
            self._made.pop(next(iter(self._made)))
        self._made[source_id] = (source.connection, store)
        return store

    async def address(self, source_id: str) -> tuple[str, int]:
        source = None if source_id == OWN_STORE else await self._source(source_id)
        return self._own_address if source is None or source.connection is None else source.connection.address

    @contextmanager
    def tried(self, source: ObjectSource) -> Iterator[ObjectStore]:
        """A client for a source that need not be stored. Raises SourceRefused."""
        if source.connection is None:
            yield self._own
            return
        store = self._client(source, source.connection, attempts=0)
        try:
            yield store
        finally:
            store.close()

    def close(self) -> None:
        for _, store in self._made.values():
            store.close()

    async def _source(self, source_id: str) -> ObjectSource:
        return await self._recent.get(source_id, lambda: self._sources.get(source_id))

    def _client(self, source: ObjectSource, connection: Connection, *, attempts: int) -> ObjectStore:
        secret = self._vault.open(source.id, connection.secret)
        try:
            return ObjectStore(
                connection.endpoint,
                connection.access_key,
                secret,
                region=connection.region,
                reach=self._reach,
                threads=_THREADS,
                attempts=attempts,
            )
        except ValueError as error:  # minio-py knows more of the addresses and regions that there are
            raise SourceRefused(f"The endpoint or the region cannot be used: {error}.", pointer="/endpoint") from error
