"""The one byte range that a request may ask for (RFC 9110, section 14)."""

import re
from typing import NamedTuple

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class ByteRange(NamedTuple):
    """Bytes `first` to `last`, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class Unsatisfiable(Exception):
    """The range begins after the end."""


def byte_range(header: str | None, size: int) -> ByteRange | None:
    """The range that `header` asks for of `size` bytes; None: the whole (also for what is not one plain range)."""
    found = _ONE_RANGE.fullmatch(header.strip()) if header else None
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if first == "":
        wanted = ByteRange(max(0, size - int(last)), size - 1)
    else:
        wanted = ByteRange(int(first), min(int(last), size - 1) if last else size - 1)
    if last and first and int(last) < int(first):
        return None
    if wanted.first >= size or wanted.length <= 0:
        raise Unsatisfiable
    return wanted
