"""Replies of handlers that make their own."""

from typing import Any

import orjson
from starlette.responses import Response


class JsonReply(Response):
    """JSON by orjson: dicts, lists, dataclasses, datetimes (RFC 3339)."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content, option=orjson.OPT_UTC_Z)
