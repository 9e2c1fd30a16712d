"""Who was refused is refused again without the database being asked, for a second at most."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from labelstream_common.mongo import Database
from team_service.adapters.attempts import MongoAttempts
from team_service.adapters.collections import ATTEMPTS
from team_service.domain.attempts import Limit, TooManyAttempts

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LIMIT = Limit("sign-in:x", 2, timedelta(minutes=5))


class _Counting:
    """The collection, as far as it is used here."""

    def __init__(self) -> None:
        self.count = 0
        self.writes = 0

    async def find_one_and_update(self, *_: Any, **__: Any) -> dict[str, Any]:
        self.writes += 1
        self.count += 1
        return {"count": self.count, "until": NOW + LIMIT.window}

    async def update_many(self, *_: Any) -> None:
        self.count -= 1


async def _refused(attempts: MongoAttempts, after: timedelta) -> TooManyAttempts:
    with pytest.raises(TooManyAttempts) as refused:
        await attempts.count((LIMIT,), NOW + after)
    return refused.value


async def test_guesses_beyond_a_limit_are_counted_once_a_second() -> None:
    stored = _Counting()
    attempts = MongoAttempts(cast("Database", {ATTEMPTS: stored}))
    for _ in range(2):
        await attempts.count((LIMIT,), NOW)
    for milliseconds in range(0, 1_000, 10):
        refused = await _refused(attempts, timedelta(milliseconds=milliseconds))
        assert refused.retry_after == pytest.approx(300 - milliseconds / 1_000)
    assert stored.writes == 3
    await _refused(attempts, timedelta(seconds=1))
    assert stored.writes == 4


async def test_an_attempt_that_succeeds_leaves_room_at_once() -> None:
    stored = _Counting()
    attempts = MongoAttempts(cast("Database", {ATTEMPTS: stored}))
    for _ in range(2):
        await attempts.count((LIMIT,), NOW)
    await _refused(attempts, timedelta())
    for _ in range(2):
        await attempts.succeeded((LIMIT,))
    await attempts.count((LIMIT,), NOW)
    assert stored.writes == 4


async def test_a_window_that_ends_is_not_believed_any_longer() -> None:
    stored = _Counting()
    attempts = MongoAttempts(cast("Database", {ATTEMPTS: stored}))
    for _ in range(2):
        await attempts.count((LIMIT,), NOW)
    await _refused(attempts, LIMIT.window - timedelta(milliseconds=500))
    stored.count = 0
    await attempts.count((LIMIT,), NOW + LIMIT.window)
