"""How a group of commands becomes commits: in one transaction if it can, in a few if it must.

A command that breaks off half way is taken out of its group; what makes too much for one change record is halved.
"""

from collections import deque
from collections.abc import Sequence
from typing import Protocol

from label_service.application.commit_plan import Spoiled, TooMuchTogether
from label_service.application.ports import CommandTooLarge, Following, Submission, nothing_follows
from label_service.domain.commands import Outcome
from labelstream_common.mongo import Session

Outcomes = list[Outcome | Exception]


class CommitStore(Protocol):
    """One transaction over a job. Raises Spoiled or TooMuchTogether, and then has kept nothing."""

    async def commit(self, job_id: str, group: Sequence[Submission], following: Following) -> Outcomes: ...

    async def commit_within(self, session: Session, job_id: str, group: Sequence[Submission]) -> Outcomes: ...


class GroupCommitter:
    """See `label_service.application.ports.Committer` and `JoinedCommitter`."""

    def __init__(self, store: CommitStore) -> None:
        self._store = store

    async def commit(
        self, job_id: str, group: Sequence[Submission], following: Following = nothing_follows
    ) -> Outcomes:
        parts = _Parts(group)
        while (together := parts.next()) is not None:
            try:
                last = parts.is_last
                found = await self._store.commit(job_id, together, following if last else nothing_follows)
            except (Spoiled, TooMuchTogether) as error:
                parts.change(error)
            except Exception as error:
                parts.done([error] * len(together))
            else:
                parts.done(found)
        return parts.outcomes()

    async def commit_within(self, session: Session, job_id: str, group: Sequence[Submission]) -> Outcomes:
        parts = _Parts(group)
        while (together := parts.next()) is not None:
            try:
                parts.done(await self._store.commit_within(session, job_id, together))
            except (Spoiled, TooMuchTogether) as error:
                parts.change(error)
        return parts.outcomes()


class _Parts:
    """A group on its way: what still has to commit, in order, and what has become of the rest."""

    def __init__(self, group: Sequence[Submission]) -> None:
        self._waiting = deque([list(enumerate(group))] if group else [])
        self._now: list[tuple[int, Submission]] = []
        self._outcomes: dict[int, Outcome | Exception] = {}

    def next(self) -> list[Submission] | None:
        """What commits together now; None if all is done."""
        if not self._waiting:
            return None
        self._now = self._waiting.popleft()
        return [submission for _, submission in self._now]

    @property
    def is_last(self) -> bool:
        return not self._waiting

    def done(self, outcomes: Outcomes) -> None:
        self._outcomes |= {place: outcome for (place, _), outcome in zip(self._now, outcomes, strict=True)}

    def change(self, error: Spoiled | TooMuchTogether) -> None:
        """Puts what is at hand back, without what spoiled it, or as two halves."""
        if isinstance(error, Spoiled):
            place, _ = self._now.pop(error.position)
            self._outcomes[place] = error.error
            halves = [self._now]
        elif len(self._now) == 1:
            halves = []
            self.done([CommandTooLarge(error.fits)])
        else:
            half = len(self._now) // 2
            halves = [self._now[:half], self._now[half:]]
        self._waiting.extendleft(part for part in reversed(halves) if part)

    def outcomes(self) -> Outcomes:
        return [self._outcomes[place] for place in range(len(self._outcomes))]
