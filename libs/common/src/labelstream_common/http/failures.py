"""From any exception to the answer that the caller gets."""

import msgspec
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from labelstream_common.errors import DomainError, OutcomeUnknown, Unavailable
from labelstream_common.http.body import SOME_INVALID
from labelstream_common.http.errors import RequestInvalid
from labelstream_common.http.pointers import field_error_of_msgspec, field_errors
from labelstream_common.http.problems import problem, problem_of
from labelstream_common.mongo import is_unreachable
from labelstream_common.telemetry import get_logger

log = get_logger(__name__)

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_TITLES = {404: "Not found", 405: "This method is not allowed here", 415: "This media type is not understood"}
_CODES = {404: "not-found", 405: "method-not-allowed", 415: "unsupported-media-type"}


def answer_to(error: Exception, method: str, where: str) -> Response:
    """The problem document for `error`. What nobody expected is logged, and told without its inside."""
    refusal = _refusal(error)
    if refusal is not None:
        return problem_of(refusal)
    if isinstance(error, HTTPException):
        return http_problem(error.status_code, str(error.detail), dict(error.headers or {}))
    if isinstance(error, ClientDisconnect):
        return Response(status_code=400)  # nobody is there to read it
    if is_unreachable(error):
        return _unreachable(error, method, where)
    log.error("http.request.failed", method=method, route=where, error=repr(error), exc_info=error)
    return internal_problem()


def internal_problem() -> Response:
    """What a caller is told of an error that nobody expected."""
    return problem(500, "internal-error", "Something went wrong here", "The error was logged with the request id.")


def http_problem(status: int, detail: str, headers: dict[str, str]) -> Response:
    """The problem document of a plain HTTP status (unknown path, wrong method)."""
    title = _TITLES.get(status, detail)
    return problem(status, _CODES.get(status, f"http-{status}"), title, detail, headers=headers)


def _refusal(error: Exception) -> DomainError | None:
    """The domain error that says what `error` says, if it is about what the caller sent."""
    match error:
        case DomainError():
            return error
        case RequestValidationError():
            return RequestInvalid(SOME_INVALID, errors=field_errors(error.errors()))
        case msgspec.ValidationError() | msgspec.DecodeError():
            return RequestInvalid(SOME_INVALID, errors=[field_error_of_msgspec(error)])
        case _:
            return None


def _unreachable(error: Exception, method: str, where: str) -> Response:
    log.warning("http.database.unreachable", method=method, route=where, error=repr(error))
    if method in _SAFE_METHODS:
        return problem_of(Unavailable("The database does not answer at the moment.", retry_after=1.0))
    return problem_of(
        OutcomeUnknown("The database stopped answering while this was done. Repeat it with the same Idempotency-Key.")
    )
