"""Object stores, and who may use them."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from sync_service.application.ports.transactions import Transaction
from sync_service.domain.dataset import Dataset, DatasetId
from sync_service.domain.exported_folders import ExportedFolder
from sync_service.domain.sample import Sample
from sync_service.domain.store import ObjectSource, SealedSecret, SourceUser


class Sources(Protocol):
    """The object stores, the platform's own among them."""

    async def get(self, source_id: str, work: Transaction | None = None) -> ObjectSource:
        """Raises SourceNotFound."""
        ...

    async def page(self, user: SourceUser, after: str | None, limit: int) -> Sequence[ObjectSource]:
        """The sources that somebody may use beyond the id `after`, the platform's own first, then by id."""
        ...

    async def count(self, work: Transaction) -> int:
        """How many there are besides the platform's own."""
        ...

    async def save(self, source: ObjectSource, work: Transaction) -> None: ...

    async def used(self, source_id: str, dataset_id: DatasetId, work: Transaction) -> None:
        """The dataset lies on the source from now on. Meets `delete` of the same source. Raises SourceNotFound."""

    async def unused(self, dataset_id: DatasetId, work: Transaction) -> None:
        """The dataset is gone."""

    async def users(self, source_id: str, limit: int, *, work: Transaction | None = None) -> Sequence[DatasetId]:
        """Datasets that lie on the source."""
        ...

    async def delete(self, source_id: str, work: Transaction) -> None: ...


class TeamsOfAccounts(Protocol):
    async def teams_of(self, account_id: str) -> set[str]:
        """The teams that an account is a member of, as far as it has arrived here."""
        ...


class Grants(Protocol):
    """Whether datasets that are there still lie on what is granted; at most half a second old."""

    async def hold(self, dataset: Dataset) -> bool:
        """Whether the dataset's source is granted to the account that made it."""
        ...

    async def reach(self, dataset: Dataset, sample: Sample) -> bool:
        """Whether a sample's object may be read: it is in the dataset's source, and that is granted as above; or what
        it was imported from is still granted to who imported it."""
        ...


class ExportedFolders(Protocol):
    """The folders that exports copied images to. They are kept after the export: the copies are, too."""

    async def note(self, folder: ExportedFolder, work: Transaction) -> None: ...

    async def on_bucket(self, bucket: str) -> Sequence[ExportedFolder]:
        """Those in a bucket of this name, in whichever store."""
        ...


class Vault(Protocol):
    """Seals secrets, so that nothing that is stored tells them."""

    def seal(self, source_id: str, secret: str) -> SealedSecret:
        """Raises SourceRefused where no key was set to seal with."""
        ...


class BucketTried(NamedTuple):
    """`reason`: what went wrong, None if nothing did. `name` is empty where the store itself is meant."""

    name: str
    reason: str | None
    pointer: str = ""
    """The field of the source that is probably wrong."""
