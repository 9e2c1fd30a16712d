"""Models of request bodies and replies."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PlainSerializer,
)
from pydantic_core import CoreSchema

from labelstream_common.clock import rfc3339

T = TypeVar("T")


BODY_RULES = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
"""For what comes in a body by the hundred thousand: as a pydantic dataclass with slots it is read in half the time."""


class Body(BaseModel):
    """A request body: unknown fields are refused, and text is not taken for a number or a truth value.

    Validated from JSON text, where a list may stand for a tuple, and text for an enumeration or a time.
    """

    model_config = ConfigDict(**BODY_RULES, frozen=True)


class _NeverNull:
    """Leaves None to the default, which is not validated."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        if schema["type"] != "nullable":
            raise TypeError(f"{source} takes no null to begin with")
        never_null: CoreSchema = schema["schema"]
        return never_null


Omittable = Annotated[T | None, _NeverNull()]
"""A field of a body that may be left out (`name: Omittable[str] = None`), but not be null: a null would look like a
change and be none. A field where null means something is declared `T | None`."""


_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _rfc3339(value: object) -> object:
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise ValueError("This must be a time in the form of RFC 3339, such as 2026-01-31T12:00:00Z.")
    return value


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("This time is outside the years 1 to 9999 in UTC.") from None


Time = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_rfc3339), AfterValidator(_in_utc)]
"""A time in a body or a parameter: RFC 3339 with any offset; the handler gets it in UTC."""


class View(BaseModel):
    """A reply, or a part of one."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


Moment = Annotated[
    AwareDatetime,
    PlainSerializer(lambda moment: _utc_text(moment), return_type=str, when_used="json"),  # noqa: PLW0108
]
"""A time in a reply: RFC 3339, UTC, milliseconds."""


def _utc_text(moment: datetime) -> str:
    return rfc3339(moment)
