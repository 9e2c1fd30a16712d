"""Steps that `migrate` takes once for what an earlier release has read past."""

from labelstream_common.access import learn_team_members
from labelstream_common.messaging.offsets import OFFSETS, Offsets, Partition, Span
from labelstream_common.mongo import Database, Session, in_transaction
from labelstream_contracts import topics

MEMBERS, JOBS = Partition(topics.MEMBER.name, 1), Partition(topics.JOB.name, 1)


async def advance(database: Database, offsets: Offsets) -> None:
    async def both(session: Session) -> None:
        await offsets.advance(session, {MEMBERS: Span(0, 5), JOBS: Span(0, 7)})

    await in_transaction(database.client, both)


async def test_members_of_teams_are_read_again_once_by_the_access_follower_alone(database: Database) -> None:
    offsets = {name: Offsets(database, f"things-service.{name}") for name in ("access-follower", "other-follower")}
    for own in offsets.values():
        await own.claim([MEMBERS, JOBS])
        await advance(database, own)
    await learn_team_members(database, "things-service")
    assert await offsets["access-follower"].claim([MEMBERS, JOBS]) == {JOBS: 7}
    assert await offsets["other-follower"].claim([MEMBERS, JOBS]) == {MEMBERS: 5, JOBS: 7}
    await advance_members(database, offsets["access-follower"])
    await learn_team_members(database, "things-service")
    assert await offsets["access-follower"].claim([MEMBERS, JOBS]) == {MEMBERS: 5, JOBS: 7}
    await database[OFFSETS].drop()


async def advance_members(database: Database, offsets: Offsets) -> None:
    async def members(session: Session) -> None:
        await offsets.advance(session, {MEMBERS: Span(0, 5)})

    await in_transaction(database.client, members)
