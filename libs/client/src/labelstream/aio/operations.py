"""Long work: look, wait with progress, cancel."""

from asyncio import sleep
from collections.abc import AsyncIterator, Callable
from time import monotonic

from labelstream.aio.paging import every
from labelstream.aio.transport import AsyncTransport
from labelstream.calls import Call, path_of
from labelstream.errors import OperationFailed, StillRunning
from labelstream.models import Operation, OperationState, Page


class AsyncOperations:
    """`/operations`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def get(self, operation_id: str) -> Operation:
        return await self._transport.send(Call("GET", path_of("operations", operation_id), Operation))

    async def cancel(self, operation_id: str) -> Operation:
        """Ask it to stop after its current chunk; what was already done remains."""
        return await self._transport.send(Call("POST", path_of("operations", f"{operation_id}:cancel"), Operation))

    def list(self, *, state: OperationState | None = None) -> AsyncIterator[Operation]:
        """Your operations, the newest first; an administrator's are everybody's."""
        query = {"state": state, "sort": "-added"}
        return every(self._transport, "/operations", Page[Operation], query, page_size=100)

    async def wait(
        self,
        operation: Operation | str,
        *,
        on_progress: Callable[[Operation], None] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  # the same word in the blocking client
    ) -> Operation:
        """Wait until it succeeded and return it; `on_progress` sees every state that is read.

        Looks every 50 ms at first and every second later. Raises OperationFailed, or StillRunning after `timeout`
        seconds, whereupon the operation goes on.
        """
        present = await self.get(operation) if isinstance(operation, str) else operation
        give_up = None if timeout is None else monotonic() + timeout
        pause = 0.05
        while True:
            if on_progress is not None:
                on_progress(present)
            if present.ended:
                return _succeeded(present)
            if give_up is not None and monotonic() + pause > give_up:
                raise StillRunning(present.id)
            await sleep(pause)
            pause = min(1.0, pause * 1.5)
            present = await self.get(present.id)


def _succeeded(operation: Operation) -> Operation:
    if operation.state == "succeeded":
        return operation
    error = operation.error if isinstance(operation.error, dict) else {}
    detail = error.get("detail") or operation.error or f"the operation was {operation.state}"
    raise OperationFailed(operation.id, code=str(error.get("code") or operation.state), detail=str(detail))
