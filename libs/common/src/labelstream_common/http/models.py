"""Models of request bodies and replies."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, PlainSerializer

from labelstream_common.clock import rfc3339


class Body(BaseModel):
    """A request body: unknown fields are refused, and text is not taken for a number or a truth value."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, regex_engine="rust-regex")


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
