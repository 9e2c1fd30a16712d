"""Work that an administrator began ends when they are none any more: it reads and deletes what only they may."""

from datetime import UTC, datetime
from typing import cast

import pytest
from tests.unit.common.conftest import ADMIN, FakeProjection

from labelstream_common.access import Access, JobRight
from labelstream_common.operations import Fence, Operation, OperationState, RightLost
from sync_service.application.ports import Datasets, JobsOfDatasets
from sync_service.application.visibility import Visibility
from sync_service.domain.dataset import Dataset, DatasetNotFound
from sync_service.domain.sample import Sample
from sync_service.entrypoints.operations import while_permitted


class NoDatasets:
    async def get(self, dataset_id: str) -> None:
        raise DatasetNotFound(dataset_id)


class AllGranted:
    async def hold(self, dataset: Dataset) -> bool:
        return True

    async def reach(self, dataset: Dataset, sample: Sample) -> bool:
        return True


class Done:
    async def step(self, operation: Operation, fence: Fence) -> bool:
        return True


async def test_an_administrators_work_ends_when_they_are_none_any_more() -> None:
    projection = FakeProjection()
    access = Access(projection, believed=0.0)  # type: ignore[arg-type]  # the reads are all that access uses
    visibility = Visibility(cast("Datasets", NoDatasets()), AllGranted(), access, cast("JobsOfDatasets", None))
    working = while_permitted(visibility, Done(), JobRight.MANAGE_DATA)
    params = {"dataset_id": "d", "by_admin": True}
    now = datetime.now(UTC)
    operation = Operation("sync-1", "import", OperationState.RUNNING, ADMIN.account_id, now, params, scope="dataset:d")
    fence = Fence("sync-1", 1)
    assert await working.step(operation, fence)
    projection.accounts[ADMIN.account_id] = {"role": "member", "disabled": False, "email": ""}
    with pytest.raises(RightLost):
        await working.step(operation, fence)
