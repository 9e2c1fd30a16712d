"""Keeps the access projection: its own consumer in each service, so that it never waits behind data."""

from collections.abc import Sequence

from labelstream_common.access.projection import AccessProjection
from labelstream_common.messaging import Follower, Received
from labelstream_common.mongo import Session
from labelstream_contracts import topics


def access_follower(projection: AccessProjection) -> Follower:
    """The follower `access-follower` of one service."""

    async def apply(events: Sequence[Received], session: Session) -> None:
        await projection.apply((event.payload for event in events if event.payload is not None), session)

    return Follower("access-follower", (topics.JOB.name, topics.MEMBER.name, topics.ACCOUNT.name), apply)
