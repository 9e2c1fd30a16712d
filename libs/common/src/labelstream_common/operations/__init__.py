"""Long work as operations: a ledger that survives crashes, and the runner that carries it on."""

from labelstream_common.operations.claims import Alongside
from labelstream_common.operations.documents import (
    MOST_EXAMPLES,
    NONE_YET,
    OPERATION_COLLECTIONS,
    OPERATION_INDEXES,
    Counted,
)
from labelstream_common.operations.errors import OperationFinished, OperationLost, OperationNotFound
from labelstream_common.operations.ledger import Operations
from labelstream_common.operations.operation import Fence, Operation, OperationState
from labelstream_common.operations.permission import RightLost, WhilePermitted, in_job
from labelstream_common.operations.routes import (
    Cancel,
    Cancelling,
    OperationView,
    Sees,
    operation_reply,
    operations_router,
)
from labelstream_common.operations.runner import OperationHandler, OperationRunner, ToldOfEnds
from labelstream_common.operations.upgrading import PresentForm, upgrade_open

__all__ = [
    "MOST_EXAMPLES",
    "NONE_YET",
    "OPERATION_COLLECTIONS",
    "OPERATION_INDEXES",
    "Alongside",
    "Cancel",
    "Cancelling",
    "Counted",
    "Fence",
    "Operation",
    "OperationFinished",
    "OperationHandler",
    "OperationLost",
    "OperationNotFound",
    "OperationRunner",
    "OperationState",
    "OperationView",
    "Operations",
    "PresentForm",
    "RightLost",
    "Sees",
    "ToldOfEnds",
    "WhilePermitted",
    "in_job",
    "operation_reply",
    "operations_router",
    "upgrade_open",
]
