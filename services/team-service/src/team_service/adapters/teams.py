"""Teams in MongoDB. `told`: an event has told of the team; teams of earlier releases had none."""

from typing import Any

from labelstream_common.mongo import Database, Document, Page, PageParams
from team_service.adapters.collections import MEMBERS, TEAMS
from team_service.adapters.paging import page_by_id
from team_service.adapters.sessions import session_of
from team_service.application.ports import Work
from team_service.domain.accounts import AccountId
from team_service.domain.members import MemberState, ScopeKind
from team_service.domain.teams import Team, TeamId, TeamNotFound


class MongoTeams:
    def __init__(self, database: Database) -> None:
        self._teams = database[TEAMS]
        self._members = database[MEMBERS]

    async def get(self, team_id: TeamId, work: Work | None = None) -> Team:
        found = await self._teams.find_one({"_id": team_id}, session=session_of(work))
        if found is None:
            raise TeamNotFound
        return _team(found)

    async def add(self, team: Team, work: Work) -> None:
        await self._teams.insert_one(_document(team), session=work.session)

    async def save(self, team: Team, work: Work) -> None:
        await self._teams.replace_one({"_id": team.id}, _document(team), session=work.session)

    async def untold(self) -> Team | None:
        found = await self._teams.find_one({"told": None})
        return None if found is None else _team(found)

    async def remove(self, team_id: TeamId, work: Work) -> None:
        await self._teams.delete_one({"_id": team_id}, session=work.session)

    async def page(self, wish: PageParams, *, seen_by: AccountId | None) -> Page[Team]:
        condition: dict[str, Any] = {}
        if seen_by is not None:
            belongs = {"account_id": seen_by, "scope": ScopeKind.TEAM.value, "state": MemberState.ACTIVE.value}
            joined = await self._members.distinct("scope_id", belongs)
            condition = {"$or": [{"created_by": seen_by}, {"_id": {"$in": joined}}]}
        return await page_by_id(self._teams, condition, wish, _team)


def _document(team: Team) -> Document:
    return {
        "_id": team.id,
        "name": team.name,
        "description": team.description,
        "created_by": team.created_by,
        "created_at": team.created_at,
        "version": team.version,
        "told": True,
    }


def _team(found: Document) -> Team:
    return Team(
        id=TeamId(found["_id"]),
        name=found["name"],
        description=found["description"],
        created_by=AccountId(found["created_by"]),
        created_at=found["created_at"],
        version=found["version"],
    )
