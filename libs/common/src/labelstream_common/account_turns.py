"""How many requests of one account a service has at work: many while nobody else is there, few beside others.

Every request that is at work has its next step ready at some moment, and the event loop runs what is ready in order: of
two hundred requests of one account, each step of another's request would wait for a hundred steps. Whoever is beyond
the number waits for their own earlier requests; nobody is refused.
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
    """How many requests of one account may be at work: beside others no more than keep the waits for a step short."""

    def __init__(self, others_are_there: Callable[[], bool] = courtesy.others_are_there) -> None:
        self._others_are_there = others_are_there
        self._beside_others = BESIDE_OTHERS

    def most(self) -> int:
        return self._beside_others if self._others_are_there() else ALONE

    def look(self) -> None:
        """Sees how long a step waits now for whatever is ready before it."""
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
    """`most` tells how many requests of one account may be at work now."""

    def __init__(self, most: Callable[[], int]) -> None:
        self._most = most
        self._at_work: Counter[str] = Counter()
        self._waiting: defaultdict[str, deque[asyncio.Future[None]]] = defaultdict(deque)

    @asynccontextmanager
    async def turn(self, account_id: str) -> AsyncIterator[None]:
        """Waits until the account may have one more request at work."""
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
        return self._at_work[account_id] < self._most()

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
        """Those who wait, as far as there is room: there may be more than when they came."""
        waiting = self._waiting.get(account_id, deque())
        while waiting and self._has_room(account_id):
            turn = waiting.popleft()
            if not turn.done():
                self._at_work[account_id] += 1
                turn.set_result(None)
        if not waiting:
            self._waiting.pop(account_id, None)


def step_aside() -> None:
    """The request at hand waits for something now, and takes no processor meanwhile: another may come in."""
    for leave in _turns.get():
        leave()


_turns: ContextVar[tuple[Callable[[], None], ...]] = ContextVar("account_turns", default=())
