"""Transactions at `w: majority` and snapshot, tried again where MongoDB says that trying again is right."""

import asyncio
import functools
import random
import time
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from pymongo.errors import DuplicateKeyError, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference
from pymongo.write_concern import WriteConcern

from labelstream_common.errors import OutcomeUnknown, Unavailable
from labelstream_common.mongo.client import Client, Session

P = ParamSpec("P")
T = TypeVar("T")

_GIVE_UP_AFTER = 20.0
_COMMIT_TRIES_FOR = 15.0
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.002, 0.020


class TransactionsExhausted(Unavailable):
    """The database, or the writers that compete for the same documents, left no room for too long."""

    code = "database-busy"


def is_transient(error: BaseException) -> bool:
    """Whether the whole transaction may be run again: nothing of it was kept."""
    return isinstance(error, PyMongoError) and error.has_error_label("TransientTransactionError")


async def start(session: Session) -> None:
    """Starts a transaction on `session` with the concerns on the transaction itself.

    Concerns of a client or a collection do not hold inside a transaction.
    """
    await session.start_transaction(
        read_concern=ReadConcern("snapshot"),
        write_concern=WriteConcern("majority"),
        read_preference=ReadPreference.PRIMARY,
    )


async def commit(session: Session) -> None:
    """Commits, repeating while the result is unknown: committing again is safe, running the body again is not.

    Raises OutcomeUnknown if it cannot be found out in 15 s. A transient error passes through: then nothing was kept.
    """
    give_up = time.monotonic() + _COMMIT_TRIES_FOR
    while True:
        try:
            await session.commit_transaction()
        except PyMongoError as error:
            if not error.has_error_label("UnknownTransactionCommitResult"):
                raise
            if time.monotonic() > give_up:
                raise OutcomeUnknown(
                    "The database did not confirm the change. Repeat the request with the same Idempotency-Key."
                ) from error
            await pause()
        else:
            return


async def pause() -> None:
    """What a writer that lost a race waits before it tries again."""
    await asyncio.sleep(random.uniform(_SHORTEST_PAUSE, _LONGEST_PAUSE))  # noqa: S311 - spreads writers, guards nothing


async def in_transaction(client: Client, body: Callable[[Session], Awaitable[T]]) -> T:
    """Runs `body` in a transaction and commits it. `body` may run several times; only the last run counts.

    Raises what `body` raises (nothing kept), TransactionsExhausted, or OutcomeUnknown.
    """

    async def once() -> T:
        async with client.start_session() as session:
            await start(session)
            try:
                result = await body(session)
            except BaseException:
                await abort(session)
                raise
            await commit(session)
            return result

    return await _again_while_transient(once)


async def abort(session: Session) -> None:
    """Aborts if there is still something to abort; a server that is away has aborted by itself."""
    if session.in_transaction:
        try:
            await session.abort_transaction()
        except PyMongoError as error:
            if not error.has_error_label("TransientTransactionError"):
                raise


def retried(use_case: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """For use cases that open one unit of work: runs the use case again when it lost a race.

    A duplicate key means that another writer was first: the second run reads what that one wrote, so that the
    rule, not the index, says what is wrong. A duplicate key on the second run passes through.
    """

    @functools.wraps(use_case)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        async def once() -> T:
            return await use_case(*args, **kwargs)

        try:
            return await _again_while_transient(once)
        except DuplicateKeyError:
            return await _again_while_transient(once)  # a twin of it won; the second run sees what that one wrote

    return run


async def _again_while_transient(once: Callable[[], Awaitable[T]]) -> T:
    give_up = time.monotonic() + _GIVE_UP_AFTER
    while True:
        try:
            return await once()
        except PyMongoError as error:
            if not is_transient(error):
                raise
            if time.monotonic() > give_up:
                raise TransactionsExhausted("The database is too busy. Nothing was done.", retry_after=1.0) from error
        await pause()
