"""Turns to read from object stores: who wants many images has a few read at a time while others are present.

Each read runs in a thread, and its answer goes through the event loop, where the requests of others wait behind it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from labelstream_common.account_turns import ALONE, AccountTurns, step_aside
from labelstream_common.courtesy import courtesy
from sync_service.domain.dataset import AccountId

_BESIDE_OTHERS: Final = 2
_LONGEST_TURN_SECONDS: Final = 0.25

_turns = AccountTurns(lambda _waiting: _BESIDE_OTHERS if courtesy.others_are_there() else ALONE)


@asynccontextmanager
async def reading_turn(account: AccountId) -> AsyncIterator[None]:
    """Waits until one more read of the account may begin.

    A turn is given up after a quarter of a second: a slow store keeps the account's reads of other stores waiting no
    longer than that.
    """
    async with _turns.turn(account):
        longest = asyncio.get_running_loop().call_later(_LONGEST_TURN_SECONDS, step_aside)
        try:
            yield
        finally:
            longest.cancel()
