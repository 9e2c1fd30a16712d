"""The errors that a caller may see, as values of the domain.

DomainError                 (never raised itself)
├── Invalid                 the request's content breaks a rule
│   └── …                   e.g. InvalidCursor
├── Unauthenticated         no token, or one that does not hold
├── NotFound                not there, or not for this caller to know of
├── Forbidden               known, but without the right
├── TooLarge                more bytes than a request may have
├── Stale                   `If-Match` names an earlier state
├── Conflict                the present state does not allow it
├── Gone                    it was there and will not come back
├── TooManyRequests         refused for now; nothing was done
├── Unavailable             a dependency is away; nothing was done
└── OutcomeUnknown          it may or may not have been done; repeat with the same key

A rule's own error derives from one of these, lives beside the rule and adds its stable `code`. Only
`labelstream_common.http` knows which status a kind becomes.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar, NamedTuple


class Kind(StrEnum):
    """What sort of refusal an error is."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    NOT_FOUND = "not-found"
    FORBIDDEN = "forbidden"
    TOO_LARGE = "too-large"
    STALE = "stale"
    CONFLICT = "conflict"
    GONE = "gone"
    TOO_MANY = "too-many-requests"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "outcome-unknown"


class FieldError(NamedTuple):
    """One field that breaks a rule: where (a JSON pointer into the request) and why."""

    pointer: str
    detail: str


class DomainError(Exception):
    """Base of every error that is part of a contract.

    `code` is stable and machine-readable; `detail` is a sentence for a person; `errors` names fields;
    `retry_after` is in seconds; `data` holds further members of the problem document.
    """

    code: ClassVar[str] = "error"
    kind: ClassVar[Kind]
    title: ClassVar[str] = "The request could not be done"

    def __init__(
        self,
        detail: str,
        *,
        pointer: str | None = None,
        errors: Sequence[FieldError] = (),
        retry_after: float | None = None,
        **data: object,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors) if pointer is None else (FieldError(pointer, detail), *errors)
        self.retry_after = retry_after
        self.data = data


class Invalid(DomainError):
    code = "invalid"
    kind = Kind.INVALID
    title = "The request is invalid"


class Unauthenticated(DomainError):
    code = "unauthenticated"
    kind = Kind.UNAUTHENTICATED
    title = "Sign in first"


class NotFound(DomainError):
    code = "not-found"
    kind = Kind.NOT_FOUND
    title = "Not found"


class Forbidden(DomainError):
    code = "forbidden"
    kind = Kind.FORBIDDEN
    title = "Your role does not allow this"


class TooLarge(DomainError):
    code = "too-large"
    kind = Kind.TOO_LARGE
    title = "The request is too large"


class Stale(DomainError):
    code = "stale"
    kind = Kind.STALE
    title = "It has changed since you read it"


class Conflict(DomainError):
    code = "conflict"
    kind = Kind.CONFLICT
    title = "The current state does not allow this"


class Gone(DomainError):
    code = "gone"
    kind = Kind.GONE
    title = "No longer available"


class TooManyRequests(DomainError):
    code = "too-many-requests"
    kind = Kind.TOO_MANY
    title = "Too many requests"


class Unavailable(DomainError):
    code = "unavailable"
    kind = Kind.UNAVAILABLE
    title = "A required service is unavailable"


class OutcomeUnknown(DomainError):
    code = "outcome-unknown"
    kind = Kind.UNKNOWN
    title = "The outcome is unknown"
