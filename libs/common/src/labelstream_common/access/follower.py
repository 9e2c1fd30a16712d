"""Keeps the access projection: its own consumer in each service, so that it never waits behind data."""

from collections.abc import Awaitable, Callable, Sequence

from labelstream_common.access.projection import AccessProjection
from labelstream_common.messaging import Follower, Received
from labelstream_common.messaging.offsets import read_again
from labelstream_common.mongo import Database, Session, once
from labelstream_contracts import Payload, topics

_PURPOSE = "access-follower"


Also = Callable[[Sequence[Payload], Session], Awaitable[None]]


def access_follower(projection: AccessProjection, also: Also | None = None) -> Follower:
    """The follower `access-follower` of one service. `also` is done in the same transaction, after the projection."""

    async def apply(events: Sequence[Received], session: Session) -> None:
        payloads = [event.payload for event in events if event.payload is not None]
        await projection.apply(payloads, session)
        if also is not None:
            await also(payloads, session)

    return Follower(_PURPOSE, (topics.JOB.name, topics.MEMBER.name, topics.ACCOUNT.name), apply)


async def learn_team_members(database: Database, service: str) -> None:
    """An upgrade: members of teams that were read past, before this projection kept them, are read again."""
    group = topics.consumer_group(service, _PURPOSE)
    await once(database, "access-team-members", lambda: read_again(database, group, topics.MEMBER))
