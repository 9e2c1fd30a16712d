"""What HTTP itself can refuse.

TooLarge
└── BodyTooLarge
Invalid
├── RequestInvalid          fields, parameters: `errors` names each
├── BodyUnreadable          not JSON, or not text
└── BodyTooDeep             JSON nested deeper than anything needs
Forbidden
└── AccountRightMissing     the account's role may not do this
Stale
└── PreconditionFailed      `If-Match` names an earlier state
Conflict
├── KeyReused               an Idempotency-Key came again with another body
└── AnswerNotKept           it was done before; its answer held a secret and was not kept
TooManyRequests
├── TooManyOperations       one account has as many open in one job as it may
└── Overloaded              more is waiting to be published than may be
"""

from labelstream_common.errors import Conflict, Forbidden, Invalid, Stale, TooLarge, TooManyRequests


class BodyTooLarge(TooLarge):
    code = "body-too-large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body may have at most {limit} bytes.", limit=limit)


class RequestInvalid(Invalid):
    code = "invalid-request"


class BodyUnreadable(Invalid):
    code = "invalid-json"
    title = "The body is not JSON"


class BodyTooDeep(Invalid):
    code = "nested-too-deep"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body is nested deeper than {limit} levels.", pointer="", limit=limit)


class AccountRightMissing(Forbidden):
    code = "account-right-missing"

    def __init__(self, needed: str) -> None:
        super().__init__("Your account's role does not allow this.", needed=needed)


class PreconditionFailed(Stale):
    code = "precondition-failed"

    def __init__(self, etag: str) -> None:
        super().__init__("It has changed since you read it. Read it again, then repeat the request.", etag=etag)


class KeyReused(Conflict):
    code = "idempotency-key-reused"
    title = "The Idempotency-Key belongs to another request"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used with another body. Use a new key for a new request.")


class AnswerNotKept(Conflict):
    code = "answer-not-kept"
    title = "The request was already done"

    def __init__(self) -> None:
        super().__init__("The request with this Idempotency-Key was already done, but its answer was not kept.")


class TooManyOperations(TooManyRequests):
    code = "too-many-operations"

    def __init__(self, limit: int) -> None:
        detail = f"You can have {limit} open operations in one job. Wait until one has ended, or cancel one."
        super().__init__(detail, retry_after=5.0, limit=limit)


class Overloaded(TooManyRequests):
    code = "overloaded"
    title = "The service is overloaded"

    def __init__(self, retry_after: float) -> None:
        super().__init__("Too many changes are waiting to be published. Nothing was done.", retry_after=retry_after)
