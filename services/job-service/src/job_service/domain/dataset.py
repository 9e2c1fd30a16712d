"""What a job knows of the dataset it labels: a projection of sync-service's facts."""

from dataclasses import dataclass

from job_service.domain.job import AccountId, DatasetId


@dataclass(frozen=True, slots=True)
class Dataset:
    id: DatasetId
    name: str
    labeling_description: str
    created_by: AccountId
    version: int
    deleted: bool = False

    def seen_by(self, account_id: str, *, administrator: bool) -> bool:
        """Whether somebody may open a job on it."""
        return not self.deleted and (administrator or self.created_by == account_id)
