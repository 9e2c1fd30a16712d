"""The feed of a job's changes, as readers need it."""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple, Protocol

from label_service.application.weights import MOST_BYTES_OF_PAGE


class Entry(NamedTuple):
    """One entry: its place, what it is about (`job:sample` for an item), and its JSON."""

    seq: int
    subject: str
    json: bytes


class ChangeFeed(Protocol):
    async def after(self, job_id: str, seq: int, limit: int, most_bytes: int = MOST_BYTES_OF_PAGE) -> list[Entry]:
        """The next `limit` entries after `seq`, without a hole; fewer, but one, where they exceed `most_bytes`."""
        ...

    async def of_item(self, job_id: str, sample_id: str, commits: Sequence[int], limit: int) -> list[Entry]:
        """The latest entries of one item, newest first. `commits`: the first `seq` of each commit that changed it."""
        ...

    def of_change(self, job_id: str, change_id: str, after: int = 0) -> AsyncIterator[Entry]:
        """Every entry of one request or operation beyond `after`, in order."""
        ...

    async def who_changed_nothing(self, job_id: str, change_id: str) -> str | None:
        """Who made an edit that changed nothing and so has no entry; None if there was none."""
        ...

    def between(self, job_id: str, after: int, until: int) -> AsyncIterator[Entry]:
        """The entries about items and batches of them beyond `after`, up to `until`."""
        ...

    async def latest(self, job_id: str) -> int:
        """The last `seq` of a job; 0 if nothing has happened."""
        ...
