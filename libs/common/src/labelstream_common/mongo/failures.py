"""Which of the driver's errors mean that the database could not be reached."""

from pymongo.errors import ConnectionFailure, ExecutionTimeout, NotPrimaryError, PyMongoError, WaitQueueTimeoutError


def is_unreachable(error: BaseException) -> bool:
    """Whether `error` says that the database does not answer (now), rather than that it refused something.

    For a write outside a transaction the outcome is unknown then.
    """
    if isinstance(error, ConnectionFailure | NotPrimaryError | WaitQueueTimeoutError | ExecutionTimeout):
        return True
    return isinstance(error, PyMongoError) and error.has_error_label("RetryableWriteError")
