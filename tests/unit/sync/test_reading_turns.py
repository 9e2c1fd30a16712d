"""Whoever reads many images at once leaves room for others, and a slow store holds up no other one for long."""

import asyncio

import pytest

from labelstream_common.courtesy import courtesy
from sync_service.application.reading_turns import reading_turn
from sync_service.domain.dataset import AccountId

ADA, BOB = AccountId("ada"), AccountId("bob")


class Reads:
    """Reads that last until `end` is set; `most` is how many went on at once."""

    def __init__(self) -> None:
        self.going_on = self.most = 0
        self.end = asyncio.Event()

    async def read(self, account: AccountId) -> None:
        async with reading_turn(account):
            self.going_on += 1
            self.most = max(self.most, self.going_on)
            await self.end.wait()
            self.going_on -= 1


@pytest.fixture(autouse=True)
def nobody_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "_came_at", type(courtesy._came_at)())


async def most_at_once(accounts: list[AccountId], *, after: float) -> int:
    reads = Reads()
    async with asyncio.TaskGroup() as group:
        for account in accounts:
            group.create_task(reads.read(account))
        await asyncio.sleep(after)
        most = reads.most
        reads.end.set()
    return most


async def test_beside_others_two_of_an_accounts_reads_go_on_at_once() -> None:
    assert await most_at_once([ADA] * 20, after=0.05) == 20, "nobody else is there"
    courtesy.came(ADA)
    courtesy.came(BOB)
    assert await most_at_once([ADA] * 20, after=0.05) == 2
    assert await most_at_once([*([ADA] * 20), BOB], after=0.05) == 3, "the other account has turns of its own"


async def test_a_slow_store_keeps_a_turn_for_a_quarter_of_a_second_only() -> None:
    courtesy.came(ADA)
    courtesy.came(BOB)
    assert await most_at_once([ADA] * 6, after=0.4) == 4
