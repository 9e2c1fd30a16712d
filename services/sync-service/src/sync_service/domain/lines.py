"""Splits a file into lines as its bytes come: a line is held at a time, and of that no more than a megabyte."""

from collections.abc import Iterator
from typing import NamedTuple

MAX_LINE_BYTES = 1_000_000
# How a file begins that is UTF-16, in either order of bytes.
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Line(NamedTuple):
    """A line without its end: `number` counts from 1, `end` is the offset of the byte after it.

    Of a line that is `too_long` only the first bytes are there.
    """

    number: int
    content: bytes
    end: int
    too_long: bool = False


class LineSplitter:
    """Feed it the file from `offset` on, which is where line `number + 1` begins."""

    def __init__(self, offset: int = 0, number: int = 0, *, most: int = MAX_LINE_BYTES) -> None:
        self._offset = offset
        self._number = number
        self._most = most
        self._held = bytearray()
        self._length = 0

    def feed(self, chunk: bytes) -> Iterator[Line]:
        first, *others = chunk.split(b"\n")
        if not others:
            self._keep(first)
            return
        yield self._line(first, 1)
        rest = others.pop()
        for part in others:
            if len(part) > self._most:
                yield self._line(part, 1)
                continue
            self._number += 1
            self._offset += len(part) + 1
            yield Line(self._number, part.removesuffix(b"\r"), self._offset)
        self._keep(rest)

    def finish(self) -> Iterator[Line]:
        """The last line, if the file does not end with a line's end."""
        if self._length:
            yield self._line(b"", 0)

    def _keep(self, part: bytes) -> None:
        self._length += len(part)
        room = self._most - len(self._held)
        if room > 0:
            self._held += part[:room]

    def _line(self, part: bytes, ending: int) -> Line:
        self._keep(part)
        self._number += 1
        self._offset += self._length + ending
        line = Line(self._number, bytes(self._held).removesuffix(b"\r"), self._offset, self._length > self._most)
        self._held.clear()
        self._length = 0
        return line
