"""What the use cases need of the world."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from label_service.domain.commands import Command, Outcome
from labelstream_common.messaging import Context, RequestScope
from labelstream_common.mongo import Session

Alongside = Callable[[Session, Outcome], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Submission:
    """A command on its way into a commit, with the request it came from.

    `alongside` is stored in the same transaction: it is how an operation's progress commits with its effect. What it
    returns, unless None, is what the request's answer is made of in place of the outcome.
    """

    command: Command
    context: Context = field(default_factory=Context)
    scope: RequestScope | None = None
    alongside: Alongside | None = None


class CommandTooLarge(Exception):
    """What a command changes is more than one commit may hold. Nothing was done; `fits` items like these would do."""

    def __init__(self, fits: int) -> None:
        super().__init__(f"only {fits} items fit into one commit")
        self.fits = fits


Following = Callable[[], Sequence[Submission]]


def nothing_follows() -> Sequence[Submission]:
    return ()


class Committer(Protocol):
    async def commit(
        self, job_id: str, group: Sequence[Submission], following: Following = nothing_follows
    ) -> list[Outcome | Exception]:
        """Applies the commands of one job in order, in one transaction, or in a few if they make too much for one.

        Each has its own outcome: what it did, the DomainError (RequestRepeated, CommandTooLarge) that refused it alone,
        or what hit the transaction it was in; then nothing of that one was kept, unless it is OutcomeUnknown.

        `following` is asked once the group is on its way: the group that will most likely come next, to be planned
        meanwhile. Another may come in its place.
        """
        ...


class JoinedCommitter(Protocol):
    async def commit_within(
        self, session: Session, job_id: str, group: Sequence[Submission]
    ) -> list[Outcome | Exception]:
        """Commits inside a transaction of the caller's, for a policy that must be one with what caused it."""
        ...
