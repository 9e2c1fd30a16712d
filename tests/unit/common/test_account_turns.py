"""Requests of one account wait for each other, beside others sooner; nobody is refused, and no turn is lost."""

import asyncio
import time
from collections import Counter

from labelstream_common.access.young import await_young
from labelstream_common.account_turns import ALONE, BESIDE_OTHERS, AccountTurns, Room, step_aside
from labelstream_common.ids import new_id


class Work:
    def __init__(self, *, others: bool) -> None:
        self.others = others
        self.turns = AccountTurns(lambda _waiting: BESIDE_OTHERS if self.others else ALONE)
        self.at_work: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.done: Counter[str] = Counter()

    async def request(self, account: str, *, steps: int = 3) -> None:
        async with self.turns.turn(account):
            self.at_work[account] += 1
            self.most[account] = max(self.most[account], self.at_work[account])
            try:
                for _ in range(steps):
                    await asyncio.sleep(0)
            finally:
                self.at_work[account] -= 1
        self.done[account] += 1


async def test_an_account_beside_others_has_few_requests_at_work_and_all_are_answered() -> None:
    work = Work(others=True)
    await asyncio.gather(*(work.request("a") for _ in range(200)), *(work.request("b") for _ in range(3)))
    assert work.most == {"a": BESIDE_OTHERS, "b": 3}
    assert work.done == {"a": 200, "b": 3}


async def test_an_account_alone_has_many() -> None:
    work = Work(others=False)
    await asyncio.gather(*(work.request("a") for _ in range(200)))
    assert work.most == {"a": ALONE}


async def test_whoever_waits_comes_in_as_soon_as_nobody_else_is_there() -> None:
    work = Work(others=True)
    requests = [asyncio.create_task(work.request("a", steps=5)) for _ in range(100)]
    await asyncio.sleep(0)
    work.others = False
    await asyncio.gather(*requests)
    assert work.most == {"a": ALONE}


async def test_room_that_has_grown_is_found_by_the_next_who_comes() -> None:
    work, ended = Work(others=True), asyncio.Event()

    async def hold() -> None:
        async with work.turns.turn("a"):
            await ended.wait()

    holding = [asyncio.create_task(hold()) for _ in range(BESIDE_OTHERS)]
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(work.request("a")) for _ in range(5)]
    await asyncio.sleep(0)
    work.others = False
    async with asyncio.timeout(1):
        await work.request("a")
        await asyncio.gather(*waiting)
    ended.set()
    await asyncio.gather(*holding)


async def test_others_are_not_waited_for() -> None:
    work = Work(others=True)
    held = asyncio.Event()

    async def hold() -> None:
        async with work.turns.turn("a"):
            await held.wait()

    holding = [asyncio.create_task(hold()) for _ in range(50)]
    await asyncio.sleep(0)
    await asyncio.wait_for(work.request("b"), 1)
    held.set()
    await asyncio.gather(*holding)


async def test_one_that_steps_aside_makes_room_and_leaves_once() -> None:
    work = Work(others=True)
    ended = asyncio.Event()

    async def waits() -> None:
        async with work.turns.turn("a"):
            step_aside()
            step_aside()
            await ended.wait()

    waiting = [asyncio.create_task(waits()) for _ in range(50)]
    await asyncio.gather(*(work.request("a") for _ in range(20)))
    assert work.most == {"a": BESIDE_OTHERS}
    ended.set()
    await asyncio.gather(*waiting)
    await asyncio.gather(*(work.request("a") for _ in range(20)))
    assert work.most == {"a": BESIDE_OTHERS}


async def test_one_that_steps_aside_leaves_all_its_turns() -> None:
    each, large = AccountTurns(lambda _waiting: 1), AccountTurns(lambda _waiting: 1)
    ended = asyncio.Event()

    async def waits() -> None:
        async with each.turn("a"), large.turn(""):
            step_aside()
            await ended.wait()

    waiting = [asyncio.create_task(waits()) for _ in range(5)]
    async with asyncio.timeout(1), each.turn("a"), large.turn(""):
        pass
    ended.set()
    await asyncio.gather(*waiting)


async def test_no_turn_is_lost_with_those_who_give_up_waiting() -> None:
    work = Work(others=True)
    requests = [asyncio.create_task(work.request("a", steps=2)) for _ in range(300)]
    for step in range(60):
        await asyncio.sleep(0)
        requests[step * 37 % 300].cancel()
    await asyncio.gather(*requests, return_exceptions=True)
    assert not work.turns._at_work
    assert not work.turns._waiting
    work.most.clear()
    await asyncio.gather(*(work.request("a") for _ in range(50)))
    assert work.most == {"a": BESIDE_OTHERS}


async def test_there_is_little_room_beside_others_while_steps_wait_long_and_more_again_afterwards() -> None:
    room = Room(lambda: True)
    assert room.most() == BESIDE_OTHERS
    for _ in range(20):
        room.look()
        time.sleep(0.003)  # noqa: ASYNC251 - somebody's long step
        await asyncio.sleep(0)
    assert room.most() == 2
    for _ in range(200):
        room.look()
        await asyncio.sleep(0)
    assert room.most() == BESIDE_OTHERS


async def test_whoever_sends_many_at_once_beside_others_has_little_room_until_few_are_left() -> None:
    room = Room(lambda: True)
    assert room.most(BESIDE_OTHERS) == BESIDE_OTHERS
    assert room.most(BESIDE_OTHERS + 1) == 2
    assert Room(lambda: False).most(1_000) == ALONE


async def test_whoever_is_alone_has_room_however_long_steps_wait() -> None:
    room = Room(lambda: False)
    for _ in range(20):
        room.look()
        time.sleep(0.003)  # noqa: ASYNC251 - a long step of one's own
        await asyncio.sleep(0)
    assert room.most() == ALONE


async def test_strangers_have_little_room_as_soon_as_anybody_has_an_account() -> None:
    room = Room(lambda: False, lambda: True)
    assert (room.most(), room.most_of_strangers()) == (ALONE, BESIDE_OTHERS)
    assert room.most_of_strangers(BESIDE_OTHERS + 1) == 2
    assert Room(lambda: False, lambda: False).most_of_strangers(1_000) == ALONE


async def test_who_waits_for_an_id_that_may_come_gives_the_turn_up() -> None:
    turns = AccountTurns(lambda _waiting: 1)

    async def not_there() -> None:
        return None

    async def ask() -> None:
        async with turns.turn("ada"):
            await await_young(new_id(), not_there, wait=5)

    asking = asyncio.create_task(ask())
    await asyncio.sleep(0.05)
    async with asyncio.timeout(2), turns.turn("ada"):
        assert not asking.done()
    asking.cancel()
