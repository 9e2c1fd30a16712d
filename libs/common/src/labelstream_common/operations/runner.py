"""Carries operations on, step by step, until they end: new ones, and those whose runner is gone."""

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from labelstream_common.courtesy import courtesy
from labelstream_common.errors import DomainError, Kind
from labelstream_common.messaging import Context, current_context
from labelstream_common.messaging.passing import passes
from labelstream_common.mongo import Session, is_unreachable
from labelstream_common.operations.claims import Alongside
from labelstream_common.operations.documents import LEASE_SECONDS
from labelstream_common.operations.errors import CancelRequested, OperationLost
from labelstream_common.operations.ledger import Operations
from labelstream_common.operations.operation import Fence, Operation
from labelstream_common.tasks import end, rest
from labelstream_common.telemetry import get_logger, metrics

log = get_logger(__name__)

_POLL_SECONDS = 2.0
_FULL_POLL_SECONDS = 0.5
_EAGER_POLL_SECONDS, _EAGER_FOR = 0.02, 1.0
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_LONGEST_REST = 2.0
_PATIENCE = 600.0
_TRIES_AT_THE_UNEXPECTED = 3


class OperationHandler(Protocol):
    """The work of one kind of operation."""

    async def step(self, operation: Operation, fence: Fence) -> bool:
        """Does one chunk or a few, each all or nothing and committed together with `Operations.advance` (or `finish`).

        Gives True when the operation is finished. May be run again from `operation.cursor` after any failure. A
        DomainError ends the operation as failed, except one of kind unavailable or too many: those, and a database
        that is away, are tried again for ten minutes.
        """
        ...


@runtime_checkable
class ToldOfEnds(Protocol):
    """A handler that has something to write when its operation fails or is cancelled."""

    async def ended(self, session: Session, operation: Operation) -> None:
        """Writes in the transaction that ends the operation, which may run more than once."""
        ...


class OperationFailed(DomainError):
    """What an operation shows when something failed that nobody expected."""

    code = "internal-error"
    kind = Kind.UNKNOWN
    title = "Something went wrong here"


class OperationRunner:
    """Runs up to `at_once` operations of one service in this process; `handlers` by kind.

    An account may use all places while nobody else waits. When somebody does who has nothing running, the newest
    operation of an account that has several gives its place back after the step under way, and goes on later.
    """

    def __init__(
        self, operations: Operations, handlers: Mapping[str, OperationHandler], *, service: str, at_once: int = 4
    ) -> None:
        self._operations = operations
        self._handlers = handlers
        self._service = service
        self._at_once = at_once
        self._running: dict[asyncio.Task[None], Operation] = {}
        self._resting: dict[str, float] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Takes and carries on operations until `stop`; then gives back what it had, for another process."""
        try:
            while not stop.is_set():
                taken = await self._take() if len(self._running) < self._at_once else False
                if not taken:
                    await self._rest(stop)
        finally:
            await end(self._running)

    async def _take(self) -> bool:
        claimed = await self._operations.claim(tuple(self._handlers), besides=self._accounts_at_rest())
        if claimed is None:
            return False
        operation, fence = claimed
        task = asyncio.create_task(self._carry_on(operation, fence), name=f"operation.{operation.id}")
        self._running[task] = operation
        task.add_done_callback(self._ended)
        metrics.operations_running(self._service, len(self._running))
        return True

    def _ended(self, task: "asyncio.Task[None]") -> None:
        del self._running[task]
        self._operations.giving_way.clear()  # there is a place now; if others still wait then, somebody is asked again
        metrics.operations_running(self._service, len(self._running))
        self._operations.started.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("operations.runner.failed", task=task.get_name(), error=repr(error), exc_info=error)

    def _accounts_at_rest(self) -> Sequence[str]:
        now = time.monotonic()
        self._resting = {account: until for account, until in self._resting.items() if until > now}
        return tuple(self._resting)

    def _let_rest(self, account: str, pause: float) -> None:
        """The account's next operation begins after `pause`, behind the pauses of its others that have just ended."""
        if pause <= 0:
            return
        now = time.monotonic()
        until = min(max(self._resting.get(account, now), now) + pause, now + _LONGEST_REST)
        self._resting[account] = until
        asyncio.get_running_loop().call_later(until - now, self._operations.started.set)

    async def _rest(self, stop: asyncio.Event) -> None:
        """Waits for something to do. After a start it looks often for a moment: the commit may be on the way."""
        if len(self._running) >= self._at_once:
            await asyncio.wait(self._running, timeout=_FULL_POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if len(self._running) >= self._at_once:
                await self._make_room()
            return
        started = self._operations.started
        if not started.is_set():
            await rest(started, _POLL_SECONDS)
            return
        started.clear()
        until = time.monotonic() + _EAGER_FOR
        while time.monotonic() < until and not stop.is_set() and len(self._running) < self._at_once:
            await asyncio.sleep(_EAGER_POLL_SECONDS)
            if await self._take():
                return

    async def _make_room(self) -> None:
        """Asks one more operation to give way if an account waits that has none running, and another has several."""
        kinds, asked = tuple(self._handlers), self._operations.giving_way
        try:
            holding = await self._operations.running_of_accounts(kinds)
            waits = await self._operations.is_claimable(kinds, besides={*holding, *self._accounts_at_rest()})
        except Exception as error:
            if not is_unreachable(error):
                raise
            return
        here = [one for one in self._running.values() if one.id not in asked]
        holding.subtract(one.created_by for one in self._running.values() if one.id in asked)
        several = [one.id for one in here if holding[one.created_by] > 1]
        if waits and several:
            asked.add(max(several))

    async def _carry_on(self, operation: Operation, fence: Fence) -> None:
        log.info("operations.operation.taken", operation=operation.id, kind=operation.kind, token=fence.token)
        current_context.set(Context(operation.context.correlation_id, operation.id, operation.context.traceparent))
        keeper = asyncio.create_task(self._keep(fence))
        steps = asyncio.create_task(self._steps(operation, fence))
        try:
            await asyncio.wait({keeper, steps}, return_when=asyncio.FIRST_COMPLETED)
            if not steps.done():
                log.warning("operations.operation.lost", operation=operation.id)
            else:
                steps.result()
        except OperationLost:
            log.warning("operations.operation.lost", operation=operation.id)
        finally:
            await end((keeper, steps))
            self._operations.ends.announce(operation.id)
            with contextlib.suppress(Exception):  # the lease ends by itself
                await asyncio.shield(self._operations.release(fence))

    async def _steps(self, operation: Operation, fence: Fence) -> None:
        patience = _Patience()
        while True:
            present = await self._present(fence, patience)
            patience.got_to(present)
            if present.cancel_requested:
                await self._operations.stop_cancelled(fence, self._alongside(operation))
                log.info("operations.operation.cancelled", operation=operation.id)
                return
            if operation.id in self._operations.giving_way:
                log.info("operations.operation.gave-way", operation=operation.id, kind=operation.kind)
                return
            began = time.monotonic()
            try:
                finished = await self._handlers[operation.kind].step(present, fence)
            except CancelRequested:
                continue  # the next turn reads the request and ends the operation
            except OperationLost:
                raise
            except Exception as error:
                if not await self._survive(error, patience, operation, fence):
                    return
            else:
                patience = _Patience()
                of_account = sum(one.created_by == operation.created_by for one in self._running.values())
                pause = courtesy.pause_beside_others(time.monotonic() - began, workers=of_account)
                if finished:
                    log.info("operations.operation.finished", operation=operation.id, kind=operation.kind)
                    self._let_rest(operation.created_by, pause)
                    return
                await asyncio.sleep(pause)

    async def _present(self, fence: Fence, patience: "_Patience") -> Operation:
        while True:
            try:
                found = await self._operations.resume(fence)
            except Exception as error:
                if not is_unreachable(error):
                    raise
                await patience.pause()
            else:
                if found is None:
                    raise OperationLost(fence.operation_id)
                return found

    async def _survive(self, error: Exception, patience: "_Patience", operation: Operation, fence: Fence) -> bool:
        """Whether to try again after `error`. If not, the operation has failed with it."""
        patience.failed()
        if passes(error) and patience.seconds < _PATIENCE:
            log.warning("operations.step.paused", operation=operation.id, error=repr(error))
            await patience.pause()
            return True
        if isinstance(error, DomainError):
            await self._operations.fail(fence, error, self._alongside(operation))
            log.info("operations.operation.failed", operation=operation.id, code=error.code)
            return False
        log.error("operations.step.failed", operation=operation.id, error=repr(error), exc_info=error)
        if patience.failures < _TRIES_AT_THE_UNEXPECTED:
            await patience.pause()
            return True
        failed = OperationFailed(f"The operation failed. Its id in the log: {operation.id}.")
        await self._operations.fail(fence, failed, self._alongside(operation))
        return False

    def _alongside(self, operation: Operation) -> Alongside | None:
        handler = self._handlers[operation.kind]
        return handler.ended if isinstance(handler, ToldOfEnds) else None

    async def _keep(self, fence: Fence) -> None:
        """Renews the lease while a step takes long. Ends when it is lost."""
        renewed_at = time.monotonic()
        while time.monotonic() - renewed_at < LEASE_SECONDS:
            await asyncio.sleep(LEASE_SECONDS / 3)
            try:
                if not await self._operations.renew(fence):
                    return
            except Exception as error:
                log.warning("operations.lease.not-renewed", operation=fence.operation_id, error=repr(error))
            else:
                renewed_at = time.monotonic()


class _Patience:
    """How long the same trouble has lasted: from the first failure after which nothing has moved."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._place: object = None
        self.failures = 0
        self._next = _SHORTEST_PAUSE

    @property
    def seconds(self) -> float:
        return 0.0 if self._since is None else time.monotonic() - self._since

    def failed(self) -> None:
        self.failures += 1
        if self._since is None:
            self._since = time.monotonic()

    def got_to(self, present: Operation) -> None:
        """A step that failed may have committed something first: then what follows is new trouble."""
        place = (present.done, present.cursor)
        if self._place is not None and place != self._place:
            self._since, self.failures, self._next = None, 0, _SHORTEST_PAUSE
        self._place = place

    async def pause(self) -> None:
        await asyncio.sleep(self._next)
        self._next = min(self._next * 2, _LONGEST_PAUSE)
