"""The projection of teams and their members."""

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import UpdateOne

from job_service.adapters.mongo import TEAM_MEMBERS, TEAMS
from job_service.application.ports import Transaction
from job_service.domain.people import KnownTeam, TeamFact, TeamMemberFact
from labelstream_common.mongo import Database


class MongoTeams:
    def __init__(self, database: Database) -> None:
        self._teams = database[TEAMS]
        self._members = database[TEAM_MEMBERS]

    async def find(self, team_id: str) -> KnownTeam | None:
        team = await self._teams.find_one({"_id": team_id, "deleted": False})
        if team is None:
            return None
        members = self._members.find({"team_id": team_id, "active": True}, {"account_id": 1})
        return KnownTeam(team["created_by"], {member["account_id"] async for member in members})

    async def of_members(self, member_ids: Sequence[str]) -> Mapping[str, KnownTeam]:
        if not member_ids:
            return {}
        chosen = self._members.find({"_id": {"$in": list(member_ids)}, "active": True}, {"team_id": 1})
        team_of = {member["_id"]: member["team_id"] async for member in chosen}
        team_ids = list(set(team_of.values()))
        accounts: dict[str, set[str]] = {team_id: set() for team_id in team_ids}
        members = self._members.find({"team_id": {"$in": team_ids}, "active": True}, {"team_id": 1, "account_id": 1})
        async for member in members:
            accounts[member["team_id"]].add(member["account_id"])
        there = self._teams.find({"_id": {"$in": team_ids}, "deleted": False}, {"created_by": 1})
        teams = {team["_id"]: KnownTeam(team["created_by"], accounts[team["_id"]]) async for team in there}
        return {member_id: teams[team_id] for member_id, team_id in team_of.items() if team_id in teams}

    async def put_teams(self, facts: Sequence[TeamFact], work: Transaction) -> None:
        if facts:
            await self._teams.bulk_write([_team(fact) for fact in facts], session=work.session)

    async def put_members(self, facts: Sequence[TeamMemberFact], work: Transaction) -> None:
        if facts:
            await self._members.bulk_write([_member(fact) for fact in facts], session=work.session)


def _team(fact: TeamFact) -> UpdateOne:
    return _newer(fact.team_id, fact.version, {"created_by": fact.created_by, "deleted": fact.deleted})


def _member(fact: TeamMemberFact) -> UpdateOne:
    fields = {"team_id": fact.team_id, "account_id": fact.account_id, "active": fact.active}
    return _newer(fact.member_id, fact.version, fields)


def _newer(identifier: str, version: int, fields: Mapping[str, Any]) -> UpdateOne:
    """Sets the fields unless the document stands at this version or a newer one."""
    seen = {"$gte": [{"$ifNull": ["$version", -1]}, version]}
    state = {
        name: {"$cond": [seen, f"${name}", {"$literal": value}]}
        for name, value in {**fields, "version": version}.items()
    }
    return UpdateOne({"_id": identifier}, [{"$set": state}], upsert=True)
