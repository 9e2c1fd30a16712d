# Generated from labelstream/aio by generate_blocking.py; change it there.
# ruff: noqa
"""Teams: lasting groups of people that can be put on jobs together."""

from collections.abc import Iterator

from labelstream.blocking.paging import every
from labelstream.blocking.transport import Transport
from labelstream.calls import Call, given, path_of
from labelstream.models import MemberRole, Page, Team, TeamMember, Touched


class Teams:
    """`/teams` and their members."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, name: str, *, description: str | None = None) -> Team:
        """Make a team, without members."""
        body = given(name=name, description=description)
        return self._transport.send(Call("POST", "/teams", Team, body=body))

    def get(self, team_id: str) -> Team:
        return self._transport.send(Call("GET", path_of("teams", team_id), Team))

    def list(self) -> Iterator[Team]:
        """The teams that you made or belong to; an administrator's are all."""
        return every(self._transport, "/teams", Page[Team])

    def update(self, team_id: str, *, name: str | None = None, description: str | None = None) -> Team:
        body = given(name=name, description=description)
        return self._transport.send(Call("PATCH", path_of("teams", team_id), Team, body=body))

    def delete(self, team_id: str) -> None:
        """Delete a team. Its members remain annotators of their jobs."""
        self._transport.send(Call("DELETE", path_of("teams", team_id), type(None)))

    def touched_by_deletion(self, team_id: str) -> Touched:
        """How many members `delete` would touch. Deletes nothing."""
        return self._transport.send(Call("DELETE", path_of("teams", team_id), Touched, query={"dry_run": True}))

    def members(self, team_id: str, *, removed: bool = False) -> Iterator[TeamMember]:
        """Who is in the team, or with `removed` who was removed from it."""
        return every(self._transport, _members(team_id), Page[TeamMember], {"removed": removed or None})

    def add_member(
        self, team_id: str, email: str, *, name: str | None = None, role: MemberRole | None = None
    ) -> TeamMember:
        """Add somebody by e-mail address, as a labeler unless `role` says otherwise. Nothing is sent.

        `role` is what they become in jobs that the team is put on.
        """
        body = given(email=email, name=name, role=role)
        return self._transport.send(Call("POST", _members(team_id), TeamMember, body=body))

    def update_member(
        self, team_id: str, member_id: str, *, name: str | None = None, role: MemberRole | None = None
    ) -> TeamMember:
        body = given(name=name, role=role)
        return self._transport.send(Call("PATCH", _members(team_id, member_id), TeamMember, body=body))

    def remove_member(self, team_id: str, member_id: str) -> None:
        """Take somebody out of the team. They remain an annotator of their jobs."""
        self._transport.send(Call("DELETE", _members(team_id, member_id), type(None)))

    def touched_by_removal(self, team_id: str, member_id: str) -> Touched:
        """Whether `remove_member` would find somebody. Removes nobody."""
        call = Call("DELETE", _members(team_id, member_id), Touched, query={"dry_run": True})
        return self._transport.send(call)


def _members(team_id: str, *rest: str) -> str:
    return path_of("teams", team_id, "members", *rest)
