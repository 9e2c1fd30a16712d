"""Who asks: as much of the caller as the rules about teams need."""

from dataclasses import dataclass

from team_service.domain.accounts import AccountId, AccountRole


@dataclass(frozen=True, slots=True)
class Viewer:
    account_id: AccountId
    role: AccountRole

    @property
    def administers(self) -> bool:
        return self.role is AccountRole.ADMIN
