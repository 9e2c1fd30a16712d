"""Images that an export copied into the dataset's own prefix: the dataset does not take them for new ones."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.integration.sync.exporting import LABELS, export
from tests.integration.sync.importing import imports
from tests.integration.sync.people import SignIn, image
from tests.integration.sync.versions import Labeling

from labelstream_common.object_storage import ObjectStore
from labelstream_common.runtime import Service
from sync_service.application.auto_sync import differs

COPIES = sum(map(len, LABELS.values()))


@pytest.mark.parametrize("form", ["directories", "yolo-cls"])
async def test_copies_do_not_come_back_as_new_images(published: Labeling, service: Service, form: str) -> None:
    owner, dataset_id = published.owner, published.dataset_id
    before = await owner.synchronizes(dataset_id)
    result, _ = await export(published, form, "exports/V1")
    assert result["files"] == COPIES
    told = await owner.synchronizes_telling(dataset_id)
    assert {name: told[name] for name in before} == before
    assert told["added"] == 0
    (passed_over,) = told["skipped"]["examples"]
    assert (told["skipped"]["count"], passed_over["path"]) == (1, "exports/V1/")
    assert "import the folder" in passed_over["reason"]
    ports = service.app.state.ports
    assert not await differs(await ports.datasets.get(dataset_id), ports=ports)


async def test_a_copy_is_not_what_a_vanished_image_was_renamed_to(published: Labeling) -> None:
    owner, dataset_id = published.owner, published.dataset_id
    await export(published, "directories", "exports/V1")
    await published.store.delete_many(published.bucket, ["é.png"])
    counts = await owner.synchronizes(dataset_id)
    assert (counts["removed"], counts["added"], counts.get("renamed", 0)) == (1, 0, 0)


async def test_several_folders_are_told_of_once_each_and_what_lies_between_is_taken(
    published: Labeling, store: ObjectStore
) -> None:
    owner, dataset_id = published.owner, published.dataset_id
    for prefix in ("exports/V1", "exports/V1b", "exports/V2"):
        await export(published, "directories", prefix)
    await store.put(published.bucket, "exports/V1a.png", image(shade=90))
    await store.put(published.bucket, "exports/new/x.png", image(shade=91))
    told = await owner.synchronizes_telling(dataset_id)
    assert told["added"] == 2
    assert [each["path"] for each in told["skipped"]["examples"]] == ["exports/V1/", "exports/V1b/", "exports/V2/"]


async def test_a_dataset_of_the_folder_itself_has_the_copies_as_its_images(
    published: Labeling, somebody: SignIn
) -> None:
    await export(published, "directories", "exports/V1")
    other = somebody()
    for prefix in ("exports/V1/", "exports/V1", "exports/V1/cat/"):
        dataset_id = await other.makes_dataset(published.bucket, prefix)
        assert (await other.synchronizes(dataset_id))["added"] == (3 if prefix.endswith("cat/") else COPIES)
    around = await other.makes_dataset(published.bucket, "exports/")
    assert (await other.synchronizes(around))["added"] == 0


async def test_what_is_imported_from_the_folder_stays(published: Labeling) -> None:
    owner, dataset_id = published.owner, published.dataset_id
    await export(published, "directories", "exports/V1")
    source = {"kind": "bucket", "bucket": published.bucket, "prefix": "exports/V1/cat/"}
    record = await imports(owner, dataset_id, "directory_labels", source)
    assert record["counts"]["imported"] == 3
    before = len(await owner.samples(dataset_id))
    told = await owner.synchronizes_telling(dataset_id)
    assert (told["added"], told["removed"], told["unchanged"]) == (0, 0, before)
    assert [each["path"] for each in told["skipped"]["examples"]] == ["exports/V1/"]


async def test_an_import_around_the_folder_passes_over_it_and_says_so(published: Labeling) -> None:
    await export(published, "directories", "exports/V1")
    source = {"kind": "bucket", "bucket": published.bucket, "prefix": ""}
    record = await imports(published.owner, published.dataset_id, "images", source)
    assert (record["counts"]["imported"] + record["counts"]["unchanged"]) == len(LABELS) + 1  # with z.png
    assert [each["path"] for each in record["rejected"]] == ["exports/V1/"]


@pytest.mark.parametrize("role", ["member", "admin"])
async def test_copies_are_refused_where_the_dataset_could_not_tell_them_from_its_own(
    published: Labeling, somebody: SignIn, role: str
) -> None:
    who = published.owner if role == "member" else somebody("admin")

    async def asked(form: str) -> Mapping[str, Any]:
        body = {"format": form, "destination": {"bucket": published.bucket, "prefix": ""}}
        refused = await who.http.post(f"{published.url}/V1:export", json=body)
        return {"status": refused.status_code, **refused.json()}

    refused = await asked("directories")
    assert (refused["status"], refused["code"]) == (422, "invalid-destination")
    (error,) = refused["errors"]
    assert error["pointer"] == "/destination/prefix"
    assert all(text in error["detail"] for text in ("Images", "exports/V1"))
    assert (await asked("csv"))["code"] == "destination-not-empty"
