"""Teams: named groups of people from which annotators are picked."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NewType

from labelstream_common.errors import Forbidden, NotFound
from team_service.domain.accounts import AccountId

TeamId = NewType("TeamId", str)


class TeamNotFound(NotFound):
    code = "team-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such team.")


class TeamRightMissing(Forbidden):
    code = "team-right-missing"

    def __init__(self) -> None:
        super().__init__("Only the team's creator, its managers and administrators can change it.")


@dataclass(frozen=True, slots=True)
class Team:
    id: TeamId
    name: str
    description: str
    created_by: AccountId
    created_at: datetime
    version: int = 1

    def changed(self, *, name: str | None = None, description: str | None = None) -> "Team":
        """The team with what is given; the same one, of the same version, if that changes nothing."""
        after = replace(
            self,
            name=self.name if name is None else name,
            description=self.description if description is None else description,
        )
        return self if after == self else replace(after, version=self.version + 1)

    def ended(self) -> "Team":
        """The team as its last event shows it."""
        return replace(self, version=self.version + 1)
