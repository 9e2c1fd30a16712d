"""Who has no role on a dataset any more sees no operation on it: neither one that they started nor one they joined."""

import pytest
from tests.integration.sync.importing import below, put
from tests.integration.sync.people import Publish, SignIn, Somebody, job, member
from tests.integration.sync.test_one_at_a_time import Gate
from tests.support.waiting import eventually

from labelstream_common.object_storage import ObjectStore
from labelstream_common.runtime import Service
from labelstream_contracts import MemberPayload, MemberRemoved


def removed(added: MemberPayload) -> MemberRemoved:
    return MemberRemoved(**{**added.model_dump(), "state": "removed", "version": added.version + 1})


async def accepted(who: Somebody, path: str, **body: object) -> str:
    """The id of the operation, once the events have arrived that allow it."""

    async def asked() -> str:
        answer = await who.http.post(path, json=body or None)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    return await eventually(asked)


async def no_longer_theirs(who: Somebody, operation_id: str) -> None:
    async def refused() -> None:
        assert (await who.http.get(f"/operations/{operation_id}")).status_code == 404

    await eventually(refused, within=5)
    assert (await who.http.post(f"/operations/{operation_id}:cancel")).status_code == 404
    listed = (await who.http.get("/operations")).json()["items"]
    assert operation_id not in [each["id"] for each in listed]


async def test_a_manager_who_is_removed_loses_the_import_that_they_started(
    somebody: SignIn, bucket: str, store: ObjectStore, publish: Publish
) -> None:
    await put(store, bucket, "in/a.png")
    owner, manager = somebody(), somebody("annotator")
    dataset_id = await owner.makes_dataset(bucket, "in/")
    opened = job(dataset_id, owner.id)
    joined = member(opened.job_id, manager.id, "manager")
    await publish(opened, joined)
    path = f"/datasets/{dataset_id}/imports"
    started = await accepted(manager, path, source=below(bucket, "in/"), mode="images")
    assert (await manager.http.get(f"/operations/{started}")).status_code == 200
    await publish(removed(joined))
    await no_longer_theirs(manager, started)
    assert (await somebody("admin").http.get(f"/operations/{started}")).status_code == 200


async def test_who_joined_a_synchronization_sees_it_while_they_have_a_role(
    somebody: SignIn, bucket: str, service: Service, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, manager = somebody(), somebody("annotator")
    dataset_id = await owner.makes_dataset(bucket)
    first, second = job(dataset_id, owner.id), job(dataset_id, owner.id)
    joined = member(second.job_id, manager.id, "manager")
    await publish(first, second, joined)
    gate = Gate(service, monkeypatch)
    try:
        await accepted(owner, f"/datasets/{dataset_id}:sync")
        await gate.has_listings(1)
        waiting = await accepted(owner, f"/jobs/{first.job_id}:sync")
        assert await accepted(manager, f"/jobs/{second.job_id}:sync") == waiting
        assert (await manager.http.get(f"/operations/{waiting}")).status_code == 200
        await publish(removed(joined))
        await no_longer_theirs(manager, waiting)
        assert (await owner.http.get(f"/operations/{waiting}")).status_code == 200
    finally:
        gate.open.set()


async def test_operations_on_a_dataset_that_is_gone_stay_with_who_started_them(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    await put(store, bucket, "a.png")
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    deleted = await owner.http.delete(f"/datasets/{dataset_id}")
    assert (await owner.ends(deleted))["result"] == {"deleted": 1}
    listed = (await owner.http.get("/operations")).json()["items"]
    assert len(listed) == 2
