"""Replies of handlers that make their own, and names of files that are downloaded."""

import re
import unicodedata
from typing import Any
from urllib.parse import quote

import orjson
from starlette.responses import Response

_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069/\\:*?"<>|]+')
_LONGEST = 150


class JsonReply(Response):
    """JSON by orjson: dicts, lists, dataclasses, datetimes (RFC 3339)."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content, option=orjson.OPT_UTC_Z)


def attachment(name: str, ending: str) -> str:
    """`Content-Disposition` that saves the reply as `name` (shortened where it is long) and `ending`, of any script and
    harmless on every file system.

    The name is given twice: in ASCII for old readers, and whole. Source: RFC 6266, section 5, and RFC 8187.
    """
    whole = _UNSAFE.sub("_", name).strip().lstrip(".")[:_LONGEST].strip() + ending
    plain = unicodedata.normalize("NFKD", whole).encode("ascii", "ignore").decode()
    fallback = re.sub(r"[%;']", "_", plain).strip()
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(whole, safe='')}"
