"""What a grant that is taken back ends: reading what was imported, and writing where an export goes."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from tests.unit.sync.test_inspection import NOW

from labelstream_common.operations import Fence, Operation
from sync_service.application.export_version import Exporting
from sync_service.application.grants import GrantsOfDatasets
from sync_service.domain.dataset import OWN_STORE, AccountId, Dataset, DatasetId, DatasetTexts, Source
from sync_service.domain.sample import Sample, SampleId
from sync_service.domain.store import BucketNotFound, GrantedBucket, ObjectSource, SourceNotFound

ADA, BOB = AccountId("ada"), AccountId("bob")
DATASET = Dataset(DatasetId("d"), DatasetTexts("Cats"), Source("cats", "in/"), True, ADA, NOW)


class Sources:
    def __init__(self, *sources: ObjectSource) -> None:
        self.sources = {source.id: source for source in sources}

    async def get(self, source_id: str) -> ObjectSource:
        if source_id not in self.sources:
            raise SourceNotFound(source_id)
        return self.sources[source_id]


def grants(*sources: ObjectSource) -> GrantsOfDatasets:
    async def role_of(_: str) -> str:
        return "member"

    async def teams_of(_: str) -> set[str]:
        return set()

    roles, teams = SimpleNamespace(role_of=role_of), SimpleNamespace(teams_of=teams_of)
    examples = SimpleNamespace(source=lambda _: None)
    return GrantsOfDatasets(
        cast("Any", Sources(*sources)), cast("Any", roles), cast("Any", teams), cast("Any", examples)
    )


def sample(path: str, source_id: str, by: AccountId | None) -> Sample:
    return Sample(
        SampleId("s"), DATASET.id, "cats", path, 1, "e", "image/png", NOW, NOW, source_id=source_id, imported_by=by
    )


OWN = ObjectSource(OWN_STORE, "Own", (GrantedBucket("cats", "in/"),), (ADA,))
LAB = ObjectSource("lab", "Lab", None, (BOB,))


@pytest.mark.parametrize(
    ("path", "source_id", "by", "may"),
    [
        ("in/a.png", OWN_STORE, None, True),
        ("elsewhere/a.png", OWN_STORE, None, False),
        ("elsewhere/a.png", OWN_STORE, BOB, False),
        ("a.png", "lab", BOB, True),
        ("a.png", "lab", ADA, False),
        ("a.png", "lab", None, False),
        ("a.png", "gone", BOB, False),
    ],
)
async def test_an_image_is_read_by_the_grant_of_who_brought_it(
    path: str, source_id: str, by: AccountId | None, may: bool
) -> None:
    assert await grants(OWN, LAB).reach(DATASET, sample(path, source_id, by)) == may


async def test_an_export_ends_where_its_destination_is_not_granted_any_more() -> None:
    async def version(_dataset: str, _name: str) -> SimpleNamespace:
        return SimpleNamespace(id="v", dataset_id=DATASET.id, name="V1")

    async def dataset(_: str) -> Dataset:
        return DATASET

    async def teams_of(_: str) -> set[str]:
        return set()

    ports = SimpleNamespace(
        datasets=SimpleNamespace(get=dataset), sources=Sources(OWN), teams=SimpleNamespace(teams_of=teams_of)
    )
    versions = SimpleNamespace(versions=SimpleNamespace(get=version))
    exporting = Exporting(cast("Any", ports), cast("Any", versions), cast("Any", None))
    params = {"dataset_id": DATASET.id, "name": "V1", "id": "v", "format": "csv", "bucket": "cats", "prefix": "out"}
    operation = SimpleNamespace(params={**params, "by_admin": False, "by_member": True}, created_by=ADA, cursor=None)
    with pytest.raises(BucketNotFound):
        await exporting.step(cast("Operation", operation), cast("Fence", None))
