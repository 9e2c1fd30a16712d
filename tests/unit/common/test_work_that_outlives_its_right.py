"""Long work and long streams of somebody who lost the right: they end, and say why or say nothing."""

import asyncio
from datetime import UTC, datetime

import pytest
from tests.unit.common.conftest import ADMIN, DISABLED, JOB, LABELER, OWNER, STRANGER, FakeProjection

from labelstream_common.access import Access, JobRight
from labelstream_common.operations import Fence, Operation, OperationState, RightLost, WhilePermitted, in_job


class Counting:
    def __init__(self) -> None:
        self.steps = 0

    async def step(self, operation: Operation, fence: Fence) -> bool:
        self.steps += 1
        return False


class Long:
    """A step that lasts until somebody ends it."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.ended = False

    async def step(self, operation: Operation, fence: Fence) -> bool:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True
        return True


@pytest.fixture
def access(projection: FakeProjection) -> Access:
    return Access(projection, believed=0.0)  # type: ignore[arg-type]  # the reads are all that access uses


def _operation(by: str) -> Operation:
    return Operation("label-1", "edit-items", OperationState.RUNNING, by, datetime.now(UTC), scope=f"job:{JOB}")


async def test_each_step_needs_the_right_of_whoever_started_the_operation(
    access: Access, projection: FakeProjection
) -> None:
    handler = Counting()
    working, fence = WhilePermitted(handler, in_job(access, JobRight.LABEL)), Fence("label-1", 1)
    projection.accounts[LABELER.account_id] = {"role": "annotator", "disabled": False, "email": ""}
    assert await working.step(_operation(LABELER.account_id), fence) is False
    projection.annotators.clear()
    with pytest.raises(RightLost) as refused:
        await working.step(_operation(LABELER.account_id), fence)
    assert (refused.value.code, handler.steps) == ("right-missing", 1)


async def test_a_long_step_ends_when_the_right_is_lost(access: Access, projection: FakeProjection) -> None:
    handler = Long()
    working = WhilePermitted(handler, in_job(access, JobRight.LABEL), looks_every=0.01)
    projection.accounts[LABELER.account_id] = {"role": "annotator", "disabled": False, "email": ""}
    step = asyncio.create_task(working.step(_operation(LABELER.account_id), Fence("label-1", 1)))
    await handler.begun.wait()
    projection.annotators.clear()
    assert await step is False
    assert handler.ended
    with pytest.raises(RightLost):
        await working.step(_operation(LABELER.account_id), Fence("label-1", 1))


async def test_a_step_that_is_watched_ends_as_it_would_alone() -> None:
    assert (
        await WhilePermitted(Counting(), _always, looks_every=0.01).step(_operation("a"), Fence("label-1", 1)) is False
    )


async def _always(_: Operation) -> bool:
    return True


async def test_a_weaker_role_or_a_disabled_account_is_not_enough(access: Access, projection: FakeProjection) -> None:
    assert await access.still(LABELER.account_id, JOB, JobRight.LABEL)
    assert not await access.still(LABELER.account_id, JOB, JobRight.EXPORT)
    projection.accounts[LABELER.account_id] = {"role": "annotator", "disabled": True, "email": ""}
    assert not await access.still(LABELER.account_id, JOB, JobRight.LABEL)
    assert not await access.still(DISABLED.account_id, JOB, JobRight.SEE)
    projection.accounts[STRANGER.account_id] = {"role": "member", "disabled": False, "email": ""}
    assert not await access.still(STRANGER.account_id, JOB, JobRight.SEE)
    projection.accounts[ADMIN.account_id] = {"role": "admin", "disabled": False, "email": ""}
    assert await access.still(ADMIN.account_id, JOB, JobRight.DELETE)


async def test_a_stream_needs_a_caller_who_is_signed_in_and_has_the_right(
    access: Access, projection: FakeProjection
) -> None:
    assert await access.allows(OWNER, JOB, JobRight.EXPORT)
    assert not await access.allows(LABELER, JOB, JobRight.EXPORT)
    projection.accounts[OWNER.account_id] = {"role": "member", "disabled": False, "email": "", "epoch": 1}
    assert not await access.allows(OWNER, JOB, JobRight.EXPORT)  # the password was changed
