"""A few places for costly work, given in turn: whoever asks for much waits behind their own requests only."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager


class FairSlots:
    """At most `places` at work. Those who wait are served in turn by account, each account in its own order.

    `refuse` makes the error for one who comes when `most` wait, or `most_of_one` of the same account.
    """

    def __init__(self, places: int, *, most: int, most_of_one: int, refuse: Callable[[int, bool], Exception]) -> None:
        self._free = places
        self._most = most
        self._most_of_one = most_of_one
        self._refuse = refuse
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @property
    def waiting(self) -> int:
        return sum(map(len, self._waiting.values()))

    @asynccontextmanager
    async def slot(self, account: str) -> AsyncIterator[None]:
        await self._enter(account)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, account: str) -> None:
        if self._free and not self._waiting:
            self._free -= 1
            return
        own = self._waiting.get(account, deque())
        if len(own) >= self._most_of_one:
            raise self._refuse(self._most_of_one, True)
        if self.waiting >= self._most:
            raise self._refuse(self._most, False)
        turn = asyncio.get_running_loop().create_future()
        own.append(turn)
        self._waiting.setdefault(account, own)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave()  # the place was given in the same moment
            else:
                self._forget(account, turn)
            raise

    def _leave(self) -> None:
        while self._waiting:
            account, own = self._waiting.popitem(last=False)
            turn = own.popleft()
            if own:
                self._waiting[account] = own  # to the end of the line: the others come first
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def _forget(self, account: str, turn: "asyncio.Future[None]") -> None:
        own = self._waiting.get(account)
        if own is not None and turn in own:
            own.remove(turn)
            if not own:
                del self._waiting[account]
