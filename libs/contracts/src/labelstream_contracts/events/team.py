"""`labeling.team.v1`: teams, full state with every event (team-service). Their members are on `labeling.member.v1`."""

from typing import Annotated, ClassVar

from pydantic import Field

from labelstream_contracts import topics
from labelstream_contracts.events.payload import Actor, Id, Payload, Version
from labelstream_contracts.topics import TopicSpec


class TeamPayload(Payload):
    """A team as it stands after the event."""

    topic: ClassVar[TopicSpec] = topics.TEAM

    team_id: Id
    name: str
    description: str = ""
    created_by: Annotated[Id, Field(description="sees and manages the team, besides its members")]
    version: Version
    actor: Actor

    def key(self) -> str:
        return self.team_id

    def subject(self) -> str:
        return self.team_id

    def sequence(self) -> int:
        return self.version


class TeamCreated(TeamPayload):
    """A team was made; it has no members yet."""

    event_type: ClassVar[str] = "labeling.team.created.v1"


class TeamUpdated(TeamPayload):
    """Name or description of a team changed."""

    event_type: ClassVar[str] = "labeling.team.updated.v1"


class TeamDeleted(TeamPayload):
    """The team is gone; the payload is its state as it was."""

    event_type: ClassVar[str] = "labeling.team.deleted.v1"
