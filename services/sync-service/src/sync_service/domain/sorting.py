"""Sorting more than fits in memory."""

from collections.abc import Iterator, Sequence
from typing import Protocol


class Sorter(Protocol):
    """Any number of byte strings, given back in ascending order. Holds a bounded part of them in memory. Blocks."""

    def add(self, lines: Sequence[bytes]) -> None: ...

    def ascending(self) -> Iterator[bytes]:
        """May be asked for again when it was read to its end."""
        ...

    def close(self) -> None: ...
