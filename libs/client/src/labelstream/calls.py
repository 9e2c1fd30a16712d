"""A request of the gateway API as a value, and the reading of its answer; no I/O.

The asynchronous and the blocking client send exactly these.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar
from urllib.parse import quote

import msgspec

from labelstream.errors import ApiError, FieldError, UnexpectedAnswer, api_error_for

T = TypeVar("T")

QueryValue = str | int | float | bool | datetime | Sequence[str] | None
CSV = "text/csv"
_WRITES = frozenset({"POST", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Call(Generic[T]):
    """One request. Writes carry an idempotency key, so that a repeat after a lost connection is safe.

    `secret`: the answer holds a secret, is not kept by the server, and so must not be asked for twice.
    """

    method: str
    path: str
    into: type[T]
    query: Mapping[str, QueryValue] = field(default_factory=dict)
    body: object = None
    form: Mapping[str, str] | None = None
    key: str | None = None
    if_match: str | None = None
    secret: bool = False
    anonymous: bool = False
    accept: str = "application/json"
    timeout: float | None = None
    """Seconds to wait for an answer that takes long; None for the client's own."""

    @property
    def is_repeatable(self) -> bool:
        """Whether doing it twice does no more than doing it once, without a key."""
        return self.method in ("GET", "PUT")

    def headers(self) -> dict[str, str]:
        """The headers that stay equal over all attempts of this call."""
        headers = {"accept": self.accept}
        if self.method in _WRITES and not self.secret:
            headers["idempotency-key"] = self.key or str(uuid.uuid4())
        if self.body is not None:
            headers["content-type"] = "application/json"
        if self.if_match is not None:
            headers["if-match"] = self.if_match
        return headers

    def content(self) -> bytes | None:
        return None if self.body is None else msgspec.json.encode(self.body)

    def parameters(self) -> list[tuple[str, str | int | float | bool | None]]:
        return list(_flattened(self.query))

    def decode(self, content: bytes) -> T:
        """The answer as `into`; `bytes` are as they came. Raises UnexpectedAnswer."""
        if self.into is type(None):
            return None
        if self.into is bytes:
            return content  # type: ignore[return-value]  # asked for as bytes
        try:
            return msgspec.json.decode(content, type=self.into)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise UnexpectedAnswer(
                f"The answer to {self.method} {self.path} is not what the API says: {error}."
            ) from error


def path_of(*segments: str) -> str:
    """`path_of("jobs", job_id, "items")` with every segment escaped; `:verbs` stay readable."""
    return "/" + "/".join(quote(segment, safe=":") for segment in segments)


def listed(**fields: Sequence[str] | None) -> list[str] | None:
    """The named list as it is sent. A single string, which is a sequence too, raises TypeError."""
    ((name, value),) = fields.items()
    if isinstance(value, str | bytes):
        raise TypeError(f"{name} must be a list of strings, not a single string; write {name}=[{value!r}].")
    return None if value is None else list(value)


def given(**fields: object) -> dict[str, object]:
    """The fields that were given: None means that the caller left it out."""
    return {name: value for name, value in fields.items() if value is not None}


def _flattened(query: Mapping[str, QueryValue]) -> Sequence[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in query.items():
        if value is None:
            continue
        if isinstance(value, Sequence) and not isinstance(value, str):
            pairs.extend((name, each) for each in value)
        else:
            pairs.append((name, _text(value)))
    return pairs


def _text(value: str | int | float | bool | datetime) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else str(value)


class _Problem(msgspec.Struct):
    title: str = ""
    detail: str = ""
    code: str = ""
    errors: list[dict[str, str]] = []


def problem_of(status: int, headers: Mapping[str, str], content: bytes) -> ApiError:
    """The exception for an answer of 400 and above; also for one that is no problem document (a proxy's page)."""
    try:
        problem = msgspec.json.decode(content, type=_Problem)
    except msgspec.DecodeError:
        problem = _Problem()
    return api_error_for(status)(
        status=status,
        code=problem.code or f"http-{status}",
        title=problem.title,
        detail=problem.detail,
        errors=[FieldError(error.get("pointer", ""), error.get("detail", "")) for error in problem.errors],
        retry_after=_seconds(headers.get("retry-after")),
        request_id=headers.get("x-request-id"),
    )


def _seconds(text: str | None) -> float | None:
    try:
        return None if text is None else max(0.0, float(text))
    except ValueError:
        return None  # a date, or nonsense: the usual pause
