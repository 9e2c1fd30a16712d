"""What one caller has open is counted in all processes of a service, and a process that died gives its places back."""

import asyncio

from tests.support.waiting import eventually

from labelstream_common.http import MongoPlaces
from labelstream_common.ids import new_id
from labelstream_common.mongo import Database


async def test_two_processes_give_no_more_places_than_there_are(database: Database) -> None:
    name, here, there = new_id(), MongoPlaces(database), MongoPlaces(database)
    taken = await asyncio.gather(*(places.take(name, 8) for _ in range(10) for places in (here, there)))
    given = [each for each in taken if each is not None]
    assert len(given) == 8
    assert await here.take(new_id(), 8) is not None
    await given[0]()
    await given[0]()
    assert await there.take(name, 8) is not None
    assert await here.take(name, 8) is None


async def test_places_of_a_process_that_died_are_free_after_a_while(database: Database) -> None:
    name, dead, alive = new_id(), MongoPlaces(database, held=1.0, anew=3600.0), MongoPlaces(database)
    assert await dead.take(name, 1) is not None
    assert await alive.take(name, 1) is None

    async def free() -> None:
        assert await alive.take(name, 1) is not None

    await eventually(free)


async def test_places_are_held_for_as_long_as_they_are_needed(database: Database) -> None:
    name, holder = new_id(), MongoPlaces(database, held=1.0, anew=0.2)
    give_back = await holder.take(name, 1)
    assert give_back is not None
    began = await database.command("serverStatus")

    async def longer() -> None:
        now = await database.command("serverStatus")
        assert (now["localTime"] - began["localTime"]).total_seconds() > 2.0

    await eventually(longer)
    assert await MongoPlaces(database).take(name, 1) is None
    await give_back()
    assert await MongoPlaces(database).take(name, 1) is not None
