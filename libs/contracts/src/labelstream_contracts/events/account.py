"""`labeling.account.v1`: accounts, full state with every event (team-service)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from labelstream_contracts import topics
from labelstream_contracts.events.payload import Id, Payload, Version
from labelstream_contracts.topics import TopicSpec

AccountRole = Literal["admin", "member", "annotator"]


class AccountPayload(Payload):
    """An account as it stands after the event."""

    topic: ClassVar[TopicSpec] = topics.ACCOUNT

    account_id: Id
    email: str
    name: str
    role: AccountRole
    disabled: bool
    version: Version
    epoch: Annotated[int, Field(ge=0, description="access tokens of an earlier epoch are invalid")] = 0
    ended: Annotated[
        tuple[Id, ...],
        Field(description="API keys and sessions that ended within the last hour: their access tokens are invalid"),
    ] = ()

    def key(self) -> str:
        return self.account_id

    def subject(self) -> str:
        return self.account_id

    def sequence(self) -> int:
        return self.version


class AccountCreated(AccountPayload):
    """Somebody can sign in, once they have a password."""

    event_type: ClassVar[str] = "labeling.account.created.v1"


class AccountUpdated(AccountPayload):
    """Name, e-mail or role changed, access tokens ended, or a disabled account was enabled again."""

    event_type: ClassVar[str] = "labeling.account.updated.v1"


class AccountDisabled(AccountPayload):
    """The account may do nothing any more; takes effect within a second."""

    event_type: ClassVar[str] = "labeling.account.disabled.v1"
