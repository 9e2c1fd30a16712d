"""Versions: published from a job at one `seq`, immutable, comparable, and gone when they are deleted."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
from tests.integration.sync.label_service import Labeled
from tests.integration.sync.people import Publish, SignIn, Somebody, image, job, member
from tests.integration.sync.versions import Labeling
from tests.support.topics import read_whole
from tests.support.waiting import eventually

from labelstream_common.object_storage import ObjectStore
from labelstream_common.runtime import Service
from labelstream_contracts import VersionDeleted, VersionPayload, VersionPublished, topics
from sync_service.adapters.mongo.upgrades import drop_failed_publications
from sync_service.application.ports import Ports
from sync_service.application.version_ports import Block, Versions
from sync_service.domain.dataset import DatasetId
from sync_service.domain.sample import SampleId
from sync_service.domain.version import VersionRow


async def test_strangers_learn_nothing(labeling: Labeling, stranger: httpx.AsyncClient, somebody: SignIn) -> None:
    await labeling.publishes("V1")
    other = somebody().http
    calls: list[Callable[[httpx.AsyncClient], Any]] = [
        lambda http: http.post(labeling.url, json={"name": "V2", "job_id": labeling.job.job_id}),
        lambda http: http.get(labeling.url),
        lambda http: http.get(f"{labeling.url}/V1"),
        lambda http: http.get(f"{labeling.url}/V1/samples"),
        lambda http: http.get(f"{labeling.url}/V1/diff/V1"),
        lambda http: http.delete(f"{labeling.url}/V1"),
    ]
    for call in calls:
        assert (await call(stranger)).status_code == 401
        assert (await call(other)).status_code == 404


async def test_whoever_may_export_the_job_may_publish_and_others_in_it_may_not(
    labeling: Labeling, somebody: SignIn, publish: Publish
) -> None:
    manager, reviewer, elsewhere = somebody("annotator"), somebody("annotator"), somebody()
    foreign = job(await elsewhere.makes_dataset(labeling.bucket), elsewhere.id)
    await publish(
        foreign,
        member(labeling.job.job_id, manager.id, "manager"),
        member(labeling.job.job_id, reviewer.id, "reviewer"),
        member(foreign.job_id, manager.id, "manager"),
    )

    async def knows_the_manager() -> None:
        assert (await manager.http.get(labeling.url)).status_code == 200
        assert (await reviewer.http.get(labeling.url)).status_code == 403
        answer = await manager.http.post(labeling.url, json={"name": "V0", "job_id": foreign.job_id})
        assert answer.json()["code"] == "job-of-another-dataset"

    await eventually(knows_the_manager)
    answer = await manager.http.post(labeling.url, json={"name": "of-manager", "job_id": labeling.job.job_id})
    await manager.ends(answer)
    assert [each["name"] for each in (await manager.http.get(labeling.url)).json()["items"]] == ["of-manager"]
    unknown = await manager.http.post(labeling.url, json={"name": "V3", "job_id": "nobody"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "job-not-found")


async def test_who_made_the_dataset_reads_no_labels_of_a_job_that_they_have_no_role_in(
    labeling: Labeling, somebody: SignIn, publish: Publish
) -> None:
    admin, other = somebody("admin"), somebody()
    foreign = job(labeling.dataset_id, other.id)
    await publish(foreign)
    items = [Labeled(labeling.ids["a.png"], "a.png", ["secret"], False)]
    labeling.label_service.stands(foreign.job_id, 3, items, labeling.bucket)
    await labeling.publishes("mine")

    async def publishes() -> httpx.Response:
        answer = await other.http.post(labeling.url, json={"name": "theirs", "job_id": foreign.job_id})
        assert answer.status_code == 202, answer.text
        return answer

    await other.ends(await eventually(publishes))

    async def names(who: Somebody) -> list[str]:
        return [each["name"] for each in (await who.http.get(labeling.url)).json()["items"]]

    assert await names(labeling.owner) == ["mine"]
    assert await names(other) == ["theirs"]
    assert await names(admin) == ["theirs", "mine"]
    theirs = f"{labeling.url}/theirs"
    export = {"format": "csv", "destination": {"bucket": labeling.bucket, "prefix": "out"}}
    owner = labeling.owner.http
    calls = [owner.get(theirs), owner.get(f"{theirs}/samples"), owner.get(f"{labeling.url}/mine/diff/theirs")]
    calls += [owner.delete(theirs), owner.post(f"{theirs}:export", json=export)]
    assert {(await call).status_code for call in calls} == {404}
    # When the job is gone, nobody has a role in it any more: the version is the dataset's.
    await publish(job(labeling.dataset_id, other.id, job_id=foreign.job_id, version=2, deleted=True))

    async def seen() -> None:
        assert await names(labeling.owner) == ["theirs", "mine"]

    await eventually(seen)


async def test_a_version_holds_the_labels_of_one_seq_for_ever(labeling: Labeling) -> None:
    operation = await labeling.publishes("V1", description="The first", seed=3)
    labeling.stands(6, {"a.png": ["dog"]})
    version = await labeling.version("V1")
    assert version["seq"] == operation["result"]["seq"] == 5
    assert version["digest"] == operation["result"]["digest"]
    assert (version["name"], version["description"], version["include"]) == ("V1", "The first", "labeled")
    assert (version["train_ratio"], version["seed"], version["stratify"]) == (0.8, 3, False)
    assert (version["parent"], version["missing_files"]) == (None, 0)
    counts = version["counts"]
    assert counts["labels"] == [
        {"name": "cat", "count": 2},
        {"name": "dog", "count": 1},
        {"name": "猫", "count": 1},
    ]
    rows = await labeling.rows("V1")
    assert {row["path"]: row["labels"] for row in rows} == {
        "a.png": ["cat"],
        "b.png": ["cat", "dog"],
        "é.png": ["猫"],
    }
    assert counts["total"] == 3
    assert counts["train"] == sum(row["usage"] == "train" for row in rows)
    assert counts["train"] + counts["validation"] == 3


async def test_the_digest_can_be_made_by_others(labeling: Labeling) -> None:
    await labeling.publishes("V1", include="all")
    digest = hashlib.sha256()
    for row in sorted(await labeling.rows("V1"), key=lambda row: row["path"].encode()):
        line = [row["path"], row["usage"], row["labels"], row["path"] == "b.png"]
        digest.update(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    assert (await labeling.version("V1"))["digest"] == f"sha256:{digest.hexdigest()}"


async def test_equal_content_has_an_equal_digest_and_the_parent_is_the_one_before(labeling: Labeling) -> None:
    for name in ("V1", "V2"):
        await labeling.publishes(name, seed=9, train_ratio=1.0)
    await labeling.publishes("V3", seed=10, train_ratio=0.0)
    first, second, third = [await labeling.version(name) for name in ("V1", "V2", "V3")]
    assert first["digest"] == second["digest"] != third["digest"]
    assert (second["parent"], third["parent"]) == ("V1", "V2")
    listed = (await labeling.owner.http.get(labeling.url)).json()
    assert listed == {"items": [third, second, first], "next_cursor": None}
    page = (await labeling.owner.http.get(labeling.url, params={"limit": 2})).json()
    rest = await labeling.owner.http.get(labeling.url, params={"limit": 2, "cursor": page["next_cursor"]})
    assert rest.json() == {"items": [first], "next_cursor": None}


async def test_a_taken_name_is_refused_at_once(labeling: Labeling) -> None:
    await labeling.publishes("V1")
    answer = await labeling.owner.http.post(labeling.url, json={"name": "V1", "job_id": labeling.job.job_id})
    assert (answer.status_code, answer.json()["code"]) == (409, "version-name-taken")


async def test_a_publication_that_failed_gives_its_name_back(labeling: Labeling) -> None:
    states = labeling.label_service.jobs.pop(labeling.job.job_id)
    answer = await labeling.owner.http.post(labeling.url, json={"name": "V1", "job_id": labeling.job.job_id})

    async def failed() -> None:
        operation = (await labeling.owner.http.get(f"/operations/{answer.json()['id']}")).json()
        assert operation["state"] == "failed"
        assert operation["error"]["code"] == "job-not-exported"

    await eventually(failed)
    assert (await labeling.owner.http.get(f"{labeling.url}/V1")).status_code == 404
    labeling.label_service.jobs[labeling.job.job_id] = states
    await labeling.publishes("V1")
    assert (await labeling.version("V1"))["counts"]["total"] == 3


async def test_a_publication_that_ends_early_keeps_no_rows(labeling: Labeling, service: Service) -> None:
    versions: Versions = service.app.state.versions.versions
    ports: Ports = service.app.state.ports
    labeling.label_service.away = True
    answer = await labeling.owner.http.post(labeling.url, json={"name": "V1", "job_id": labeling.job.job_id})
    operation = f"/operations/{answer.json()['id']}"
    async with ports.unit_of_work() as work:
        held = await versions.reserved(DatasetId(labeling.dataset_id), "V1", work)
        assert held is not None
        row = VersionRow(SampleId(labeling.ids["a.png"]), labeling.bucket, "a.png", "train", ["cat"], False)
        await versions.write(held.version.id, [Block([row])], work)
    assert len([block async for block in versions.blocks(held.version.id)]) == 1
    assert (await labeling.owner.http.post(f"{operation}:cancel")).status_code == 200

    async def cancelled() -> None:
        assert (await labeling.owner.http.get(operation)).json()["state"] == "cancelled"

    await eventually(cancelled)
    labeling.label_service.away = False
    assert [block async for block in versions.blocks(held.version.id)] == []
    # An earlier release left rows and name behind.
    async with ports.unit_of_work() as work:
        await versions.reserve(held.version, answer.json()["id"], work)
        await versions.write(held.version.id, [Block([row])], work)
    await drop_failed_publications(service.database)
    assert [block async for block in versions.blocks(held.version.id)] == []
    async with ports.unit_of_work() as work:
        assert await versions.reserved(DatasetId(labeling.dataset_id), "V1", work) is None
    assert (await labeling.publishes("V1"))["state"] == "succeeded"


async def test_an_export_that_breaks_off_is_read_on_at_the_same_seq(labeling: Labeling) -> None:
    labeling.label_service.asked.clear()
    labeling.label_service.breaks_after = 2
    await labeling.publishes("V1", include="all")
    assert len(await labeling.rows("V1")) == 5
    assert len({row["sample_id"] for row in await labeling.rows("V1")}) == 5
    assert len(labeling.label_service.asked) > 1
    assert {each.get("as_of", "5") for each in labeling.label_service.asked} == {"5"}


async def test_a_stratified_split_holds_the_ratio_for_each_label(labeling: Labeling, store: ObjectStore) -> None:
    labels = {f"many/{number}.png": ["even" if number % 2 else "odd"] for number in range(40)}
    for path in labels:
        await store.put(labeling.bucket, path, image())
    await labeling.owner.synchronizes(labeling.dataset_id)
    ids = {each["path"]: each["id"] for each in await labeling.owner.samples(labeling.dataset_id)}
    items = [Labeled(ids[path], path, of) for path, of in labels.items()]
    labeling.label_service.stands(labeling.job.job_id, 7, items, labeling.bucket)
    await labeling.publishes("V1", stratify=True, train_ratio=0.75)
    rows = await labeling.rows("V1", limit=100)
    for name in ("even", "odd"):
        assert sum(row["labels"] == [name] and row["usage"] == "train" for row in rows) == 15


async def test_two_versions_are_compared_sample_by_sample(labeling: Labeling) -> None:
    await labeling.publishes("V1")
    labeling.stands(8, {"a.png": ["cat"], "b.png": ["dog"], "c/d.png": ["dog"], "é.png": [], "z.png": []})
    await labeling.publishes("V2")
    answer = (await labeling.owner.http.get(f"{labeling.url}/V1/diff/V2")).json()
    assert answer["counts"] == {"added": 1, "removed": 1, "relabelled": 1}
    found = {each["path"]: (each["kind"], each["from"], each["to"]) for each in answer["items"]}
    assert found == {
        "b.png": ("relabelled", ["cat", "dog"], ["dog"]),
        "c/d.png": ("added", None, ["dog"]),
        "é.png": ("removed", ["猫"], None),
    }
    paged: list[str] = []
    parameters: dict[str, Any] = {"limit": 1}
    while True:
        page = (await labeling.owner.http.get(f"{labeling.url}/V1/diff/V2", params=parameters)).json()
        assert page["counts"] == answer["counts"]
        paged += [each["path"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        parameters["cursor"] = page["next_cursor"]
    assert paged == [each["path"] for each in answer["items"]]
    unknown = await labeling.owner.http.get(f"{labeling.url}/V1/diff/V9")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "version-not-found")


async def test_files_that_are_gone_are_counted_and_those_in_the_trash_are_not(
    labeling: Labeling, store: ObjectStore
) -> None:
    await labeling.publishes("V1")
    owner = labeling.owner
    trash = {"sample_ids": [labeling.ids["a.png"]]}
    await owner.ends(await owner.http.post(f"/datasets/{labeling.dataset_id}/samples:delete", json=trash))
    assert (await labeling.version("V1"))["missing_files"] == 0
    await store.delete_many(labeling.bucket, ["b.png", "z.png"])
    await owner.synchronizes(labeling.dataset_id)
    assert (await labeling.version("V1"))["missing_files"] == 1
    assert (await labeling.version("V1"))["missing_files"] == 1  # as it was noted
    await store.delete_many(labeling.bucket, ["é.png", "c/d.png"])
    await owner.synchronizes(labeling.dataset_id)
    assert (await labeling.version("V1"))["missing_files"] == 2  # what is gone since is added to it
    await store.put(labeling.bucket, "b.png", image(shade=9))
    await owner.synchronizes(labeling.dataset_id)
    assert (await labeling.version("V1"))["missing_files"] == 1
    listed = (await owner.http.get(labeling.url)).json()["items"]
    assert [each["missing_files"] for each in listed] == [1]


async def test_before_source_files_are_deleted_their_versions_are_named(labeling: Labeling) -> None:
    await labeling.publishes("V1")
    labeling.stands(6, {"z.png": ["cat"]})
    await labeling.publishes("V2")
    delete = f"/datasets/{labeling.dataset_id}/samples:delete?dry_run=true"

    async def versions(**body: Any) -> list[str]:
        return list((await labeling.owner.http.post(delete, json=body)).json()["versions"])

    a, z, bare = (labeling.ids[path] for path in ("a.png", "z.png", "c/d.png"))
    assert await versions(sample_ids=[a]) == []
    assert await versions(sample_ids=[a], delete_source=True) == ["V1"]
    assert await versions(sample_ids=[z, bare], delete_source=True) == ["V2"]
    assert await versions(sample_ids=[a, z], delete_source=True) == ["V2", "V1"]
    assert await versions(sample_ids=[bare], delete_source=True) == []
    assert await versions(filter={}, delete_source=True) == ["V2", "V1"]


async def test_a_deleted_version_leaves_nothing_but_its_events(labeling: Labeling, service: Service) -> None:
    await labeling.publishes("V1", train_ratio=0.0)
    touched = await labeling.owner.http.delete(f"{labeling.url}/V1", params={"dry_run": "true"})
    assert (touched.status_code, touched.json()) == (200, {"dry_run": True, "samples": 3})
    assert (await labeling.owner.http.delete(f"{labeling.url}/V1")).status_code == 204
    assert (await labeling.owner.http.get(f"{labeling.url}/V1")).status_code == 404
    assert (await labeling.owner.http.delete(f"{labeling.url}/V1")).status_code == 404
    await labeling.publishes("V1", train_ratio=1.0)

    async def told() -> list[VersionPayload]:
        messages = await read_whole(service.settings.kafka_bootstrap_servers, [topics.DATASET.name])
        payloads = [each.payload for each in messages]
        found = [
            each for each in payloads if isinstance(each, VersionPayload) and each.dataset_id == labeling.dataset_id
        ]
        assert len(found) == 3
        return found

    published, deleted, again = await eventually(told)
    assert isinstance(published, VersionPublished)
    assert isinstance(deleted, VersionDeleted)
    assert [each.sequence() for each in (published, deleted, again)] == [1, 2, 3]
    assert published.counts == deleted.counts
    assert published.digest != again.digest
    assert again.split is not None
    assert again.split.train_ratio == 1.0
    assert (published.seq, published.job_id) == (5, labeling.job.job_id)


async def test_the_versions_of_a_deleted_dataset_are_gone_with_it(
    labeling: Labeling, publish: Publish, service: Service
) -> None:
    await labeling.publishes("V1")
    ended = labeling.job.model_copy(update={"version": 2})
    await publish(job(labeling.dataset_id, labeling.owner.id, job_id=ended.job_id, version=2, deleted=True))

    async def deletable() -> httpx.Response:
        answer = await labeling.owner.http.delete(f"/datasets/{labeling.dataset_id}")
        assert answer.status_code == 202, answer.text
        return answer

    await labeling.owner.ends(await eventually(deletable))
    left = {
        name: await service.database[name].count_documents({"dataset_id": labeling.dataset_id})
        for name in ("versions",)
    }
    assert left == {"versions": 0}


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"name": "a b"}, "/name"),
        ({"train_ratio": 1.5}, "/train_ratio"),
        ({"seed": -1}, "/seed"),
        ({"include": "some"}, "/include"),
        ({"description": "x" * 1_025}, "/description"),
        ({"job": "x"}, "/job"),
    ],
)
async def test_bad_input_is_named(labeling: Labeling, fields: Mapping[str, Any], pointer: str) -> None:
    body = {"name": "V1", "job_id": labeling.job.job_id, **fields}
    answer = await labeling.owner.http.post(labeling.url, json=body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
