"""Before source files are deleted, whoever deletes is told which other datasets and which versions use them."""

from functools import partial
from secrets import token_hex
from typing import Any

import pytest
from tests.integration.sync.importing import imports
from tests.integration.sync.people import SignIn, image
from tests.integration.sync.versions import Labeling

from labelstream_common.object_storage import ObjectStore
from sync_service.application.versions import Search


async def test_a_dry_run_names_the_datasets_that_use_the_source_files(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    for path in ("fruit/a.png", "fruit/green/b.png"):
        await store.put(bucket, path, image())
    ada, bob, root = somebody(), somebody(), somebody("admin")
    fruit = await ada.makes_dataset(bucket, "fruit/", name="Fruit")
    green = await ada.makes_dataset(bucket, "fruit/green/", name="Green fruit")
    await bob.makes_dataset(bucket, "fruit/", name="Secret")
    await ada.makes_dataset(bucket, "meat/", name="Meat")
    await ada.synchronizes(fruit)
    delete = f"/datasets/{fruit}/samples:delete?dry_run=true"
    a, b = [await ada.sample(fruit, path) for path in ("fruit/a.png", "fruit/green/b.png")]

    kept = (await ada.http.post(delete, json={"sample_ids": [b]})).json()
    assert (kept["datasets"], kept["more_datasets"]) == ([], 0)
    only_a = (await ada.http.post(delete, json={"sample_ids": [a], "delete_source": True})).json()
    assert (only_a["datasets"], only_a["more_datasets"]) == ([], 1)  # nobody is told of Bob's by name
    both = (await ada.http.post(delete, json={"sample_ids": [a, b], "delete_source": True})).json()
    assert (both["datasets"], both["more_datasets"]) == ([{"id": green, "name": "Green fruit"}], 1)
    everything = (await ada.http.post(delete, json={"filter": {}, "delete_source": True})).json()
    assert [each["name"] for each in everything["datasets"]] == ["Green fruit"]
    seen = (await root.http.post(delete, json={"sample_ids": [a, b], "delete_source": True})).json()
    assert sorted(each["name"] for each in seen["datasets"]) == ["Green fruit", "Secret"]
    assert len(await ada.samples(fruit)) == 2


async def test_datasets_that_imported_the_objects_are_named_and_those_on_a_place_imported_from(
    somebody: SignIn, store: ObjectStore
) -> None:
    """Whichever bucket a sample lies in: its own source's, or another that it was imported from."""
    buckets = [f"test-{token_hex(4)}" for _ in range(2)]
    for bucket in buckets:
        await store.ensure_bucket(bucket)
    here, there = buckets
    await store.put(here, "in/own.png", image(shade=1))
    await store.put(there, "shared/a.png", image(shade=2))
    ada, bob = somebody(), somebody()
    importing = await ada.makes_dataset(here, "in/", name="Importing")
    importing_too = await ada.makes_dataset(here, "in/none/", name="Importing, too")
    on_it = await ada.makes_dataset(there, "shared/", name="On it")
    secret = await bob.makes_dataset(here, "nothing/", name="Secret")
    source = {"kind": "bucket", "bucket": there, "prefix": "shared/"}
    for who, dataset_id in ((ada, importing), (ada, importing_too), (bob, secret)):
        await imports(who, dataset_id, "images", source)
    for dataset_id in (importing, on_it):
        await ada.synchronizes(dataset_id)

    async def named(dataset_id: str, **body: Any) -> tuple[list[str], int]:
        answer = await ada.http.post(
            f"/datasets/{dataset_id}/samples:delete?dry_run=true", json={**body, "delete_source": True}
        )
        found = answer.json()
        return sorted(each["name"] for each in found["datasets"]), found["more_datasets"]

    shared = await ada.sample(importing, "shared/a.png")
    own = await ada.sample(importing, "in/own.png")
    assert await named(importing, sample_ids=[shared]) == (["Importing, too", "On it"], 1)
    assert await named(importing, sample_ids=[own]) == ([], 0)
    assert await named(importing, filter={"path": "shared/*"}) == (["Importing, too", "On it"], 1)
    assert await named(on_it, filter={}) == (["Importing", "Importing, too"], 1)


async def test_versions_of_other_datasets_that_hold_the_objects_are_named(labeling: Labeling, somebody: SignIn) -> None:
    owner = labeling.owner
    await labeling.publishes("V1")
    other = await owner.makes_dataset(labeling.bucket, "none/", name="Other")
    await imports(owner, other, "images", {"kind": "bucket", "bucket": labeling.bucket, "prefix": ""})
    delete = f"/datasets/{other}/samples:delete?dry_run=true"

    async def named(path: str) -> list[dict[str, str]]:
        body = {"sample_ids": [await owner.sample(other, path)], "delete_source": True}
        found = (await owner.http.post(delete, json=body)).json()
        assert (found["versions"], found["more_versions"]) == ([], False)
        return list(found["other_versions"])

    assert await named("a.png") == [{"dataset_id": labeling.dataset_id, "dataset": "Images", "name": "V1"}]
    assert await named("c/d.png") == []  # it has no label, so the version does not hold it


async def test_a_dry_run_names_all_versions_that_hold_what_a_filter_selects(
    labeling: Labeling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync_service.application.versions._VERSIONS_AT_ONCE", 1)
    await labeling.publishes("V1")
    labeling.stands(6, {"z.png": ["cat"]})
    await labeling.publishes("V2")
    await labeling.publishes("V3")
    delete = f"/datasets/{labeling.dataset_id}/samples:delete?dry_run=true"

    async def found(path: str) -> tuple[list[str], bool]:
        body = {"filter": {"path": path}, "delete_source": True}
        answer = (await labeling.owner.http.post(delete, json=body)).json()
        return answer["versions"], answer["more_versions"]

    assert await found("a.png") == (["V1"], False)
    assert await found("c/*") == ([], False)
    assert await found("*") == (["V3", "V2", "V1"], False)
    monkeypatch.setattr("sync_service.application.touched.MOST_LOOKED_AT", 1)
    assert (await found("*"))[1] is True
    monkeypatch.undo()
    monkeypatch.setattr("sync_service.application.touched.Search", partial(Search, blocks=1))
    assert await found("*") == (["V3"], True)
