"""What is committed together."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeAlias

from labelstream_common.mongo import Session


class Transaction(Protocol):
    """What is open while something is decided: either all that is written and recorded in it holds, or nothing."""

    @property
    def session(self) -> Session: ...

    def record(self, event: object) -> None:
        """Publishes a domain event if the transaction commits."""


class UnitOfWork(Transaction, Protocol):
    """A transaction on a request's behalf."""

    def returns(self, value: object) -> None:
        """What the reply is made of, for a repeat of the request."""


class OpenUnitOfWork(Protocol):
    def __call__(self) -> AbstractAsyncContextManager[UnitOfWork]: ...


Join: TypeAlias = Callable[[Session], AbstractAsyncContextManager[Transaction]]
"""Makes work inside a transaction that somebody else commits."""
