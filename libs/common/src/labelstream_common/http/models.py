"""Models of request bodies and replies."""

from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, GetCoreSchemaHandler, PlainSerializer
from pydantic_core import CoreSchema

from labelstream_common.clock import rfc3339

T = TypeVar("T")


def _take_no_text_for_numbers(schema: Any) -> None:
    if isinstance(schema, dict):
        if schema.get("type") in ("int", "float", "bool"):
            schema["strict"] = True
        for name, inner in schema.items():
            if name not in ("default", "metadata", "serialization"):
                _take_no_text_for_numbers(inner)
    elif isinstance(schema, list | tuple):
        for inner in schema:
            _take_no_text_for_numbers(inner)


class Body(BaseModel):
    """A request body: unknown fields are refused, and text is not taken for a number or a truth value.

    Pydantic's own strict mode cannot be used: it would also refuse a list where a tuple is declared, and text where
    an enumeration or a time is, since FastAPI validates what JSON has already become.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        _take_no_text_for_numbers(schema)
        return schema


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
