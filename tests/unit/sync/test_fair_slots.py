"""Places for costly work are given in turn between accounts, and no queue grows without bound."""

import asyncio

import pytest

from sync_service.application.fair_slots import FairSlots


class Refused(Exception):
    def __init__(self, limit: int, of_one: bool) -> None:
        self.told = (limit, of_one)


class Kitchen:
    """Work that goes on until it is told to end; `order` is in which order it began."""

    def __init__(self, places: int = 1, most: int = 6, most_of_one: int = 3) -> None:
        self.slots = FairSlots(places, most=most, most_of_one=most_of_one, refuse=Refused)
        self.order: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self._ends: dict[str, asyncio.Event] = {}

    async def orders(self, *names: str) -> None:
        for name in names:
            self._ends[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._cook(name))
            await asyncio.sleep(0)

    async def _cook(self, name: str) -> None:
        async with self.slots.slot(name[0]):
            self.order.append(name)
            await self._ends[name].wait()

    async def ends(self, *names: str) -> None:
        for name in names:
            self._ends[name].set()
            await asyncio.gather(self.tasks[name], return_exceptions=True)
            await asyncio.sleep(0)


async def test_who_asks_for_much_waits_behind_their_own() -> None:
    kitchen = Kitchen()
    await kitchen.orders("a1", "a2", "a3", "b1")
    await kitchen.ends("a1", "a2", "b1", "a3")
    assert kitchen.order == ["a1", "a2", "b1", "a3"]


async def test_more_than_the_limits_are_refused_and_the_rest_still_served() -> None:
    kitchen = Kitchen()
    await kitchen.orders("a0", "a1", "a2", "a3", "a4", "b1", "b2", "b3", "c1")
    with pytest.raises(Refused) as of_one:
        await kitchen.tasks["a4"]
    assert of_one.value.told == (3, True)
    with pytest.raises(Refused) as of_all:
        await kitchen.tasks["c1"]
    assert of_all.value.told == (6, False)
    assert kitchen.slots.waiting == 6
    await kitchen.ends("a0", "a1", "b1", "a2", "b2", "a3", "b3")
    assert kitchen.order == ["a0", "a1", "b1", "a2", "b2", "a3", "b3"]


async def test_a_place_is_lost_neither_by_who_gives_up_nor_by_who_fails() -> None:
    kitchen = Kitchen()
    await kitchen.orders("a1", "b1", "c1")
    kitchen.tasks["b1"].cancel()
    await asyncio.gather(kitchen.tasks["b1"], return_exceptions=True)
    assert kitchen.slots.waiting == 1
    kitchen.tasks["a1"].cancel()
    await asyncio.gather(kitchen.tasks["a1"], return_exceptions=True)
    await asyncio.sleep(0)
    assert kitchen.order == ["a1", "c1"]
    # A place that was given in the moment of giving up goes on to the next.
    await kitchen.orders("d1", "e1")
    kitchen._ends["c1"].set()
    await asyncio.sleep(0)
    kitchen.tasks["d1"].cancel()
    await asyncio.gather(kitchen.tasks["d1"], return_exceptions=True)
    await kitchen.ends("c1", "e1")
    assert kitchen.order[-1] == "e1"
    await kitchen.orders("f1")
    assert kitchen.order[-1] == "f1"
    await kitchen.ends("f1")
