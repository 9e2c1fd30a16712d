"""Which of the driver's errors mean that the database could not be reached."""

from pymongo.errors import (
    ConnectionFailure,
    CursorNotFound,
    ExecutionTimeout,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    WaitQueueTimeoutError,
)

# What a server says while it stops, steps down or loses another one, in places where the driver has no class for it.
# Source: the "retryable errors" of MongoDB's driver specification, and the interruptions of src/mongo/base/error_codes.
_PASSING_CODES = frozenset({6, 7, 89, 91, 134, 175, 189, 237, 262, 9001, 10107, 11600, 11601, 11602, 13435, 13436})


def is_unreachable(error: BaseException) -> bool:
    """Whether `error` says that the database does not answer (now), rather than that it refused something.

    For a write outside a transaction the outcome is unknown then.
    """
    if isinstance(
        error, ConnectionFailure | NotPrimaryError | WaitQueueTimeoutError | ExecutionTimeout | CursorNotFound
    ):
        return True
    if isinstance(error, OperationFailure) and error.code in _PASSING_CODES:
        return True
    return isinstance(error, PyMongoError) and error.has_error_label("RetryableWriteError")


def is_unstorable(error: BaseException) -> bool:
    """Whether a value can never be stored, whatever happens to the database: a whole number of more than 64 bits."""
    return isinstance(error, OverflowError)
