"""Reading a request's body: never more than its limit, JSON of the declared form or not at all."""

import asyncio
from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import islice
from typing import Annotated, Any, Final, Protocol, TypeVar, get_args, get_origin

import msgspec
import orjson
from pydantic import BaseModel, RootModel, TypeAdapter, ValidationError
from starlette.requests import Request

from labelstream_common.errors import FieldError
from labelstream_common.http.errors import BodyTooDeep, BodyTooLarge, BodyUnreadable, RequestInvalid
from labelstream_common.http.pointers import field_errors, pointer_to
from labelstream_common.http.whole_numbers import whole_number
from labelstream_common.tasks import in_slices

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
M = TypeVar("M", bound=BaseModel)

DEFAULT_BODY_BYTES: Final = 1024 * 1024
"""Fits 10,000 ids."""
PUBLIC_BODY_BYTES: Final = 16 * 1024
SELECTION_BODY_BYTES: Final = 2 * 1024 * 1024
"""Fits 10,000 ids, what is expected of each, and 200 labels of any length."""
LARGEST_BODY_BYTES: Final = 16 * 1024 * 1024
"""Fits 10,000 labels of any length, or 1,000 images with 200 labels each."""

MOST_PARTS: Final = 100_000
"""Fits 10,000 ids with what is expected of each, and texts that are full of commas and colons."""

_LARGE_BYTES: Final = 64 * 1024

DEEPEST: Final = 201
"""How deep the parser follows nested JSON before it gives up."""
_MOST_ERRORS_READ, _MOST_ERRORS_TOLD = 1_000, 100

_READ = "labelstream.body"


def body_of(request: Request) -> bytes:
    """The request's body, which the route has read and measured before it called the handler."""
    return bytes(request.scope.get(_READ, b""))


async def read_body(request: Request, limit: int) -> bytes:
    """Reads the body. Raises BodyTooLarge as soon as it is known to be, without reading on."""
    declared = whole_number(request.headers.get("content-length"))
    if declared is not None and declared > limit:
        raise BodyTooLarge(limit)
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge(limit)
        chunks.append(chunk)
    body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
    request.scope[_READ] = body
    request._body = body
    return body


def parse_body(adapter: TypeAdapter[T], body: bytes) -> T:
    """The body as what `adapter` is for, in one pass of the parser.

    Raises BodyUnreadable, BodyTooDeep, or RequestInvalid, which names each field up to a hundred.
    """
    check_text(body)
    try:
        return adapter.validate_json(body)
    except ValidationError as error:
        raise _refusal(error) from None


async def parsed_apart(parse: Callable[[], T], body: bytes) -> T:
    """What `parse` makes of the body; of a large one in a thread, so that others are served meanwhile."""
    return parse() if len(body) <= _LARGE_BYTES else await asyncio.to_thread(parse)


class Parser(Protocol[T_co]):
    """How the body of a route is read."""

    async def __call__(self, body: bytes) -> T_co: ...


def parser_of(kind: Any) -> Parser[Any]:
    """The parser of what a handler takes: a model, or something annotated.

    A model that is a list (`RootModel[list[…]]`) is read element by element, so that others are served in between: the
    parser of a whole body keeps the interpreter until it is done, also in a thread.
    """
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    if (
        isinstance(kind, type)
        and issubclass(kind, RootModel)
        and get_origin(kind.model_fields["root"].annotation) is list
    ):
        return _ElementByElement(kind, adapter)

    async def whole(body: bytes) -> Any:
        return await parsed_apart(lambda: parse_body(adapter, body), body)

    return whole


class _ElementByElement:
    """Reads a large list in pieces; with the same result and the same refusals as at once."""

    def __init__(self, model: type[RootModel[Any]], whole: TypeAdapter[Any]) -> None:
        field = model.model_fields["root"]
        self._model = model
        self._whole = whole
        self._element: TypeAdapter[Any] = TypeAdapter(get_args(field.annotation)[0])
        self._length: TypeAdapter[Any] = TypeAdapter(Annotated[list[Any], *field.metadata])

    async def __call__(self, body: bytes) -> Any:
        if len(body) <= _LARGE_BYTES:
            return parse_body(self._whole, body)
        errors: list[FieldError] = []
        try:
            raw = msgspec.json.decode(body, type=list[msgspec.Raw])
            self._length.validate_python([None] * len(raw))
            found = await in_slices(partial(self._read, errors), enumerate(raw))
        except ValidationError as error:
            raise _refusal(error) from None
        except (msgspec.MsgspecError, RecursionError, BodyUnreadable):
            return await parsed_apart(lambda: parse_body(self._whole, body), body)  # which says what is wrong
        if errors:
            raise RequestInvalid(SOME_INVALID, errors=errors[:_MOST_ERRORS_TOLD])
        return self._model.model_construct(root=found)

    def _read(self, errors: list[FieldError], numbered: tuple[int, msgspec.Raw]) -> Any:
        """One element. What is wrong with it is added to `errors`; after a hundred nothing more is looked at."""
        number, raw = numbered
        if len(errors) >= _MOST_ERRORS_TOLD:
            return None
        try:
            return parse_body(self._element, bytes(raw))
        except RequestInvalid as error:
            errors += [FieldError(f"/{number}{each.pointer}", each.detail) for each in error.errors]
            return None


async def body_as(model: type[M], request: Request) -> M:
    """The body of a raw route as `model`. Raises what `parse_body` raises."""
    adapter: TypeAdapter[M] = _adapter(model)
    body = body_of(request) or b"null"
    return await parsed_apart(lambda: parse_body(adapter, body), body)


@cache
def _adapter(model: type[BaseModel]) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def parse_json(body: bytes) -> Any:
    """The value of a JSON text of any form. Raises BodyTooDeep or BodyUnreadable."""
    return parse_body(_ANYTHING, body)


async def check_parts(body: bytes, most: int) -> None:
    """Raises RequestInvalid for more values than a request can need: parsing them takes seconds.

    Their marks in texts count, too; `most` leaves room for them.
    """
    if len(body) <= most:
        return
    pieces = (body[start : start + _LARGE_BYTES] for start in range(0, len(body), _LARGE_BYTES))
    if sum(await in_slices(_marks, pieces)) > most:
        raise RequestInvalid(f"The body must not have more than {most:,} values.", pointer="")


def _marks(piece: bytes) -> int:
    return sum(piece.count(mark) for mark in (b"[", b"{", b":", b","))


def check_text(body: bytes) -> None:
    """Raises RequestInvalid if a text in a JSON body contains the character NUL, which no text here may."""
    if b"\\u0000" not in body:
        return
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return  # the parser says it better
    found = [FieldError(pointer_to(steps), "Text must not contain the character NUL.") for steps in _nuls(value)]
    if found:
        raise RequestInvalid(SOME_INVALID, errors=found)


def check_empty(value: Any) -> None:
    """Raises RequestInvalid unless the value is an object without fields: all that a route without a body takes."""
    if not isinstance(value, dict):
        raise RequestInvalid("This call takes no body, or an empty object.", pointer="")
    if value:
        names = list(value)[:100]
        unknown = [FieldError(pointer_to([name]), "This field is not known.") for name in names]
        raise RequestInvalid("This call takes no body, or an empty object.", errors=unknown)


SOME_INVALID: Final = "Some fields are invalid."
_ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)


def _refusal(error: ValidationError) -> Exception:
    if error.error_count() > _MOST_ERRORS_READ:
        # Naming each would cost more than the request is worth.
        detail = f"{error.error_count():,} fields are invalid."
        return RequestInvalid(SOME_INVALID, errors=[FieldError("", detail)])
    errors = error.errors(include_url=False, include_input=False)
    if errors[0]["type"] != "json_invalid":
        return RequestInvalid(SOME_INVALID, errors=field_errors(errors, of_body=True))
    reason = str(errors[0].get("ctx", {}).get("error", "it cannot be read"))
    if reason.startswith("recursion limit"):
        return BodyTooDeep(DEEPEST)
    return BodyUnreadable(f"The body is not JSON: {reason}.")


def _nuls(value: Any) -> list[list[str | int]]:
    """Where texts with a NUL are, at most a hundred places."""
    return [list(steps) for steps in islice(_places_of_nuls(value, ()), 100)]


def _places_of_nuls(value: Any, steps: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """In the order of the body, and no further than somebody asks. The parser has bounded how deep it goes."""
    if isinstance(value, str):
        if "\0" in value:
            yield steps
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            if not isinstance(inner, str) or "\0" in inner:
                yield from _places_of_nuls(inner, (*steps, index))
    elif isinstance(value, dict):
        if any("\0" in name for name in value):
            yield steps
        for name, inner in value.items():
            yield from _places_of_nuls(inner, (*steps, name))
