"""What can be wrong with an operation.

NotFound
└── OperationNotFound
Conflict
└── OperationFinished       it has ended: there is nothing to cancel
OperationLost               (for handlers) another process runs it by now, or it was cancelled
└── CancelRequested         (for handlers) somebody has cancelled it, so it must not succeed any more
"""

from labelstream_common.errors import Conflict, NotFound


class OperationNotFound(NotFound):
    code = "operation-not-found"
    title = "There is no such operation"

    def __init__(self, operation_id: str) -> None:
        super().__init__("There is no such operation, or you cannot see it.", operation_id=operation_id)


class OperationFinished(Conflict):
    code = "operation-finished"
    title = "The operation has ended"

    def __init__(self, state: str) -> None:
        super().__init__(f"The operation has {state}, so it cannot be canceled.", state=state)


class OperationLost(Exception):
    """The fence does not hold any more. Nothing of this step may be kept; somebody else goes on."""


class CancelRequested(OperationLost):
    """Whoever cancelled was told so: this step must not be kept, and the runner ends the operation as cancelled."""
