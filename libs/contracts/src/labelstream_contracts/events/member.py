"""`labeling.member.v1`: the annotators of each job and the members of each team, full state (team-service)."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from labelstream_contracts import topics
from labelstream_contracts.events.payload import Actor, Id, Payload, Version
from labelstream_contracts.topics import TopicSpec

MemberScope = Literal["job", "team"]
MemberRole = Literal["labeler", "reviewer", "manager"]
MemberState = Literal["not_invited", "invited", "active", "removed"]


class MemberPayload(Payload):
    """An annotator of a job (`scope: job`) or a member of a team (`scope: team`). A job's owner is not one."""

    topic: ClassVar[TopicSpec] = topics.MEMBER

    scope: MemberScope
    job_id: Id | None = None
    team_id: Id | None = None
    member_id: Annotated[Id, Field(description="the annotator's id in a job")]
    account_id: Annotated[Id | None, Field(description="null until the invitation is accepted")] = None
    email: str
    name: str
    role: MemberRole
    state: MemberState
    version: Version
    actor: Actor

    @model_validator(mode="after")
    def _belongs_somewhere(self) -> Self:
        if (self.job_id if self.scope == "job" else self.team_id) is None:
            raise ValueError(f"scope {self.scope} needs {self.scope}_id")
        return self

    def key(self) -> str:
        return (self.job_id if self.scope == "job" else self.team_id) or ""

    def subject(self) -> str:
        return self.member_id

    def sequence(self) -> int:
        return self.version


class MemberAdded(MemberPayload):
    """Somebody was added; nothing was sent."""

    event_type: ClassVar[str] = "labeling.member.added.v1"


class MemberRoleChanged(MemberPayload):
    """Role, name or state changed otherwise than by the other types."""

    event_type: ClassVar[str] = "labeling.member.role-changed.v1"


class MemberRemoved(MemberPayload):
    """Somebody was removed; takes effect within a second."""

    event_type: ClassVar[str] = "labeling.member.removed.v1"


class MemberInvited(MemberPayload):
    """The invitation was sent by e-mail."""

    event_type: ClassVar[str] = "labeling.member.invited.v1"
