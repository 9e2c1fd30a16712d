"""The transaction at hand."""

from typing import Any, Protocol


class Work(Protocol):
    """A transaction: what is written with it, and what it records, is kept together or not at all."""

    @property
    def session(self) -> Any:
        """The database's own handle; only adapters look at it."""

    def record(self, event: object) -> None: ...
