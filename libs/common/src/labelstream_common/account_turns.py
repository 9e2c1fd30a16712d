"""Limits how many requests of one account run at once: 64 while the account is alone, 8 or fewer beside others.

The event loop runs ready steps in order. If one account has two hundred requests running, each step of another
person's request waits behind many of theirs. Requests beyond the limit wait for earlier ones of the same account. None
is refused.
"""

import asyncio
import time
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Final

from labelstream_common.courtesy import courtesy

ALONE: Final = 64
BESIDE_OTHERS: Final = 8
_AT_LEAST: Final = 2
_SHORT_SECONDS, _LONG_SECONDS = 0.001, 0.002


class Room:
    """How many requests of one account may run at once. Beside others, the number falls while the loop is slow."""

    def __init__(
        self,
        others_are_there: Callable[[], bool] = courtesy.others_are_there,
        somebody_is_there: Callable[[], bool] = courtesy.somebody_is_there,
    ) -> None:
        self._others_are_there = others_are_there
        self._somebody_is_there = somebody_is_there
        self._beside_others = BESIDE_OTHERS

    def most(self, waiting: int = 0) -> int:
        """`waiting`: how many of the account's requests wait. More than a few come from a program, which can wait."""
        return self._beside(waiting) if self._others_are_there() else ALONE

    def most_of_strangers(self, waiting: int = 0) -> int:
        """The same for an address whose requests have no account: whoever has one is somebody else."""
        return self._beside(waiting) if self._somebody_is_there() else ALONE

    def _beside(self, waiting: int) -> int:
        return self._beside_others if waiting <= BESIDE_OTHERS else _AT_LEAST

    def look(self) -> None:
        """Measures how long the event loop takes to reach the next step, and adjusts the number."""
        asyncio.get_running_loop().call_soon(self._seen, time.perf_counter())

    def _seen(self, asked_at: float) -> None:
        waited = time.perf_counter() - asked_at
        if waited > _LONG_SECONDS:
            self._beside_others = max(self._beside_others - 1, _AT_LEAST)
        elif waited < _SHORT_SECONDS:
            self._beside_others = min(self._beside_others + 1, BESIDE_OTHERS)


room = Room()
"""This process's."""


class AccountTurns:
    """The queue of each account. `most` gives how many of its requests may run at once now."""

    def __init__(self, most: Callable[[int], int]) -> None:
        self._most = most
        self._at_work: Counter[str] = Counter()
        self._waiting: defaultdict[str, deque[asyncio.Future[None]]] = defaultdict(deque)

    @asynccontextmanager
    async def turn(self, account_id: str) -> AsyncIterator[None]:
        """Waits until one more request of the account may run."""
        self._let_in(account_id)
        if self._has_room(account_id) and account_id not in self._waiting:
            self._at_work[account_id] += 1
        else:
            await self._wait(account_id)
        held = [account_id]

        def leave() -> None:
            if held:
                self._leave(held.pop())

        token = _turns.set((*_turns.get(), leave))
        try:
            yield
        finally:
            _turns.reset(token)
            leave()

    def _has_room(self, account_id: str) -> bool:
        return self._at_work[account_id] < self._most(len(self._waiting.get(account_id, ())))

    async def _wait(self, account_id: str) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[account_id].append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave(account_id)  # the turn was given in the same moment
            raise

    def _leave(self, account_id: str) -> None:
        self._at_work[account_id] -= 1
        self._let_in(account_id)
        if not self._at_work[account_id]:
            del self._at_work[account_id]

    def _let_in(self, account_id: str) -> None:
        """Starts waiting requests while there is room, which may have grown since they came."""
        waiting = self._waiting.get(account_id, deque())
        while waiting and self._has_room(account_id):
            turn = waiting.popleft()
            if not turn.done():
                self._at_work[account_id] += 1
                turn.set_result(None)
        if not waiting:
            self._waiting.pop(account_id, None)


def step_aside() -> None:
    """Gives up the current request's turn. Call it before a long wait that needs no processor time."""
    for leave in _turns.get():
        leave()


_turns: ContextVar[tuple[Callable[[], None], ...]] = ContextVar("account_turns", default=())
