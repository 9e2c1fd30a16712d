# Generated from labelstream/aio by generate_blocking.py; change it there.
# ruff: noqa
"""Long work: look, wait with progress, cancel."""

from collections.abc import Callable, Iterator
from time import monotonic, sleep

from labelstream.blocking.paging import every
from labelstream.blocking.transport import Transport
from labelstream.calls import Call, path_of
from labelstream.errors import OperationFailed, StillRunning
from labelstream.models import Operation, OperationState, Page


class Operations:
    """`/operations`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self, operation_id: str) -> Operation:
        return self._transport.send(Call("GET", path_of("operations", operation_id), Operation))

    def cancel(self, operation_id: str) -> Operation:
        """Ask it to stop after its current chunk; what was already done remains."""
        return self._transport.send(Call("POST", path_of("operations", f"{operation_id}:cancel"), Operation))

    def list(self, *, state: OperationState | None = None) -> Iterator[Operation]:
        """Your operations, the newest first; an administrator's are everybody's."""
        query = {"state": state, "sort": "-added"}
        return every(self._transport, "/operations", Page[Operation], query, page_size=100)

    def wait(
        self,
        operation: Operation | str,
        *,
        on_progress: Callable[[Operation], None] | None = None,
        timeout: float | None = None,
    ) -> Operation:
        """Wait until it succeeded and return it; `on_progress` sees every state that is read.

        Looks every 50 ms at first and every second later. Raises OperationFailed, or StillRunning after `timeout`
        seconds, whereupon the operation goes on.
        """
        present = self.get(operation) if isinstance(operation, str) else operation
        give_up = None if timeout is None else monotonic() + timeout
        pause = 0.05
        while True:
            if on_progress is not None:
                on_progress(present)
            if present.ended:
                return _succeeded(present)
            if give_up is not None and monotonic() + pause > give_up:
                raise StillRunning(present.id)
            sleep(pause)
            pause = min(1.0, pause * 1.5)
            present = self.get(present.id)


def _succeeded(operation: Operation) -> Operation:
    if operation.state == "succeeded":
        return operation
    error = operation.error if isinstance(operation.error, dict) else {}
    detail = error.get("detail") or operation.error or f"the operation was {operation.state}"
    raise OperationFailed(operation.id, code=str(error.get("code") or operation.state), detail=str(detail))
