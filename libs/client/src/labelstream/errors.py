"""What can go wrong for a caller of the SDK, as exceptions that carry the problem's code and fields.

LabelstreamError
├── ApiError                    the gateway answered with a problem (RFC 9457): status, code, detail, errors
│   ├── NotSignedIn             401
│   ├── NotAllowed              403
│   ├── NotFound                404
│   ├── Conflict                409
│   ├── Gone                    410
│   ├── Stale                   412 `If-Match` names an earlier state
│   ├── Invalid                 413, 422 and other refusals of the content
│   ├── Refused                 429, 503: nothing was or will be done
│   └── OutcomeUnknown          500, 502, 504: it may or may not have been done
├── Unreachable                 no answer at all, after every retry that was safe
├── OperationFailed             a long piece of work ended as failed or cancelled
├── UnexpectedAnswer            an answer that does not come from a Labelstream gateway
├── InvalidAddress              an address of a gateway or of Kafka that cannot be one (also a ValueError)
├── BrokenExport                an export that ended early or whose digest does not match
├── UndecodableEvent            a Kafka message that breaks the contract, with its coordinates
└── UnsupportedStart            a subscription that cannot begin where it was told to
"""

from collections.abc import Sequence
from typing import NamedTuple


class FieldError(NamedTuple):
    """One field that breaks a rule: where (a JSON pointer into the request) and why."""

    pointer: str
    detail: str


class LabelstreamError(Exception):
    """Everything this package raises on purpose. `code` is stable and machine-readable."""

    code: str = "error"


class ApiError(LabelstreamError):
    """The gateway refused, and said why. `str()` is one sentence for a person."""

    def __init__(
        self,
        *,
        status: int,
        code: str,
        title: str = "",
        detail: str = "",
        errors: Sequence[FieldError] = (),
        retry_after: float | None = None,
        request_id: str | None = None,
    ) -> None:
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail or title or f"The gateway answered with status {status}."
        self.errors = tuple(errors)
        self.retry_after = retry_after
        self.request_id = request_id
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """The detail, followed by the fields that are not already named by it."""
        fields = [f"{error.pointer}: {error.detail}" for error in self.errors if error.detail not in self.detail]
        return f"{self.detail} ({'; '.join(fields)})" if fields else self.detail


class NotSignedIn(ApiError):
    """401: there is no access token, or it is invalid."""


class NotAllowed(ApiError):
    """403: known, but without the right."""


class NotFound(ApiError):
    """404: not there, or not for this caller to know of."""


class Conflict(ApiError):
    """409: the present state does not allow it."""


class Gone(ApiError):
    """410: it was there and will not come back."""


class Stale(ApiError):
    """412: it has changed since it was read."""


class Invalid(ApiError):
    """413, 422 or another refusal of the request's content."""


class Refused(ApiError):
    """429 or 503: overloaded or a part is away; nothing was or will be done."""


class OutcomeUnknown(ApiError):
    """500, 502, 504: it may or may not have been done; the same call with the same key finds out."""


class Unreachable(LabelstreamError):
    """No answer came, after every retry that was safe."""

    code = "unreachable"


class OperationFailed(LabelstreamError):
    """A long piece of work ended as `failed` or `cancelled`; `operation_id` names it."""

    def __init__(self, operation_id: str, *, code: str, detail: str) -> None:
        self.operation_id = operation_id
        self.code = code
        super().__init__(detail)


class StillRunning(LabelstreamError):
    """A long piece of work had not ended when the caller's patience did. It goes on; wait for it again."""

    code = "still-running"

    def __init__(self, operation_id: str) -> None:
        self.operation_id = operation_id
        super().__init__(f"Operation {operation_id} is still running.")


class UnexpectedAnswer(LabelstreamError):
    """Something answered, but not as a Labelstream gateway does."""

    code = "unexpected-answer"


class InvalidAddress(LabelstreamError, ValueError):
    """The address cannot be one of a gateway, or of Kafka. Raised before anything is sent."""

    code = "invalid-address"

    def __init__(self, address: str, reason: str, *, of: str = "a gateway") -> None:
        self.address = address
        super().__init__(f"{address!r} is not the address of {of}: {reason}.")


class BrokenExport(LabelstreamError):
    """An export ended before its last line, or its rows do not match the digest there."""

    code = "broken-export"


class UndecodableEvent(LabelstreamError):
    """A Kafka message that does not follow the contract."""

    code = "undecodable-event"

    def __init__(self, topic: str, partition: int, offset: int, reason: str) -> None:
        self.topic = topic
        self.partition = partition
        self.offset = offset
        super().__init__(f"{topic}[{partition}]@{offset}: {reason}")


class UnsupportedStart(LabelstreamError):
    """A subscription was told to begin where it cannot, e.g. at a group's offset without a group."""

    code = "unsupported-start"


_BY_STATUS: dict[int, type[ApiError]] = {
    401: NotSignedIn,
    403: NotAllowed,
    404: NotFound,
    409: Conflict,
    410: Gone,
    412: Stale,
    429: Refused,
    503: Refused,
}


def api_error_for(status: int) -> type[ApiError]:
    """The exception that stands for an HTTP status."""
    if known := _BY_STATUS.get(status):
        return known
    return OutcomeUnknown if status >= 500 else Invalid
