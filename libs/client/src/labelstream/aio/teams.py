"""Teams: lasting groups of people that can be put on jobs together."""

from collections.abc import AsyncIterator

from labelstream.aio.paging import every
from labelstream.aio.transport import AsyncTransport
from labelstream.calls import Call, given, path_of
from labelstream.models import MemberRole, Page, Team, TeamMember, Touched


class AsyncTeams:
    """`/teams` and their members."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def create(self, name: str, *, description: str | None = None) -> Team:
        """Make a team, without members."""
        body = given(name=name, description=description)
        return await self._transport.send(Call("POST", "/teams", Team, body=body))

    async def get(self, team_id: str) -> Team:
        return await self._transport.send(Call("GET", path_of("teams", team_id), Team))

    def list(self) -> AsyncIterator[Team]:
        """The teams that you made or belong to; an administrator's are all."""
        return every(self._transport, "/teams", Page[Team])

    async def update(self, team_id: str, *, name: str | None = None, description: str | None = None) -> Team:
        body = given(name=name, description=description)
        return await self._transport.send(Call("PATCH", path_of("teams", team_id), Team, body=body))

    async def delete(self, team_id: str) -> None:
        """Delete a team. Its members remain annotators of their jobs."""
        await self._transport.send(Call("DELETE", path_of("teams", team_id), type(None)))

    async def touched_by_deletion(self, team_id: str) -> Touched:
        """How many members `delete` would touch. Deletes nothing."""
        return await self._transport.send(Call("DELETE", path_of("teams", team_id), Touched, query={"dry_run": True}))

    def members(self, team_id: str, *, removed: bool = False) -> AsyncIterator[TeamMember]:
        """Who is in the team, or with `removed` who was removed from it."""
        return every(self._transport, _members(team_id), Page[TeamMember], {"removed": removed or None})

    async def add_member(
        self, team_id: str, email: str, *, name: str | None = None, role: MemberRole | None = None
    ) -> TeamMember:
        """Add somebody by e-mail address, as a labeler unless `role` says otherwise. Nothing is sent.

        `role` is what they become in jobs that the team is put on.
        """
        body = given(email=email, name=name, role=role)
        return await self._transport.send(Call("POST", _members(team_id), TeamMember, body=body))

    async def update_member(
        self, team_id: str, member_id: str, *, name: str | None = None, role: MemberRole | None = None
    ) -> TeamMember:
        body = given(name=name, role=role)
        return await self._transport.send(Call("PATCH", _members(team_id, member_id), TeamMember, body=body))

    async def remove_member(self, team_id: str, member_id: str) -> None:
        """Take somebody out of the team. They remain an annotator of their jobs."""
        await self._transport.send(Call("DELETE", _members(team_id, member_id), type(None)))

    async def touched_by_removal(self, team_id: str, member_id: str) -> Touched:
        """Whether `remove_member` would find somebody. Removes nobody."""
        call = Call("DELETE", _members(team_id, member_id), Touched, query={"dry_run": True})
        return await self._transport.send(call)


def _members(team_id: str, *rest: str) -> str:
    return path_of("teams", team_id, "members", *rest)
