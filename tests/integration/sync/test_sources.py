"""Who may use which bucket is an administrator's decision; without a grant it is as if it were not there."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest_asyncio
from tests.integration.sync.people import NOW, Publish, SignIn, Somebody, image, job, member
from tests.support.audited import told as audit_told
from tests.support.waiting import eventually

from labelstream_common.ids import new_id
from labelstream_common.object_storage import ObjectStore
from labelstream_common.runtime import Service
from labelstream_contracts import Actor, MemberAdded, MemberPayload

OWN = "/sources/platform"


def in_team(team_id: str, account_id: str) -> MemberPayload:
    return MemberAdded(
        scope="team",
        team_id=team_id,
        member_id=new_id(),
        account_id=account_id,
        email="somebody@example.com",
        name="Somebody",
        role="labeler",
        state="active",
        version=1,
        actor=Actor(kind="person", id=account_id),
        at=NOW(),
    )


def wanted(bucket: str, prefix: str = "") -> dict[str, Any]:
    return {"name": "Images", "source": {"bucket": bucket, "prefix": prefix}, "auto_sync": False}


async def creates(who: Somebody, bucket: str, prefix: str = "") -> tuple[int, str]:
    answer = await who.http.post("/datasets", json=wanted(bucket, prefix))
    return answer.status_code, answer.json().get("code", "")


@pytest_asyncio.fixture(loop_scope="session")
async def admin(somebody: SignIn) -> AsyncIterator[Somebody]:
    """An administrator; whatever a test has granted is taken back."""
    admin = somebody("admin")
    yield admin
    answer = await admin.http.patch(OWN, json={"name": "Platform", "buckets": None, "granted_to": "members"})
    assert answer.status_code == 200


async def grants(admin: Somebody, **fields: Any) -> None:
    answer = await admin.http.patch(OWN, json=fields)
    assert answer.status_code == 200, answer.text


async def test_only_administrators_change_and_see_grants(somebody: SignIn, stranger: httpx.AsyncClient) -> None:
    for who, status in ((stranger, 401), (somebody().http, 403), (somebody("annotator").http, 403)):
        assert (await who.get(OWN)).status_code == status
        assert (await who.patch(OWN, json={"granted_to": []})).status_code == status
        assert (await who.post(f"{OWN}:test")).status_code == status
    assert (await stranger.get("/sources")).status_code == 401


async def test_a_bucket_without_a_grant_is_as_one_that_is_not_there(
    admin: Somebody, somebody: SignIn, bucket: str
) -> None:
    member, granted = somebody(), somebody()
    assert (await creates(member, bucket))[0] == 201
    await grants(admin, granted_to=[granted.id])
    assert await creates(member, bucket) == await creates(member, "not-there") == (404, "bucket-not-found")
    assert (await creates(granted, bucket))[0] == 201
    assert (await creates(admin, bucket))[0] == 201
    assert await creates(admin, "not-there") == (404, "bucket-not-found")
    assert (await member.http.get("/sources")).json()["items"] == []
    assert (await granted.http.get("/sources")).json() == {
        "items": [{"id": "platform", "name": "Platform", "buckets": None}],
        "next_cursor": None,
    }
    await grants(admin, granted_to=[])
    assert await creates(granted, bucket) == (404, "bucket-not-found")


async def test_a_grant_is_of_buckets_and_prefixes(admin: Somebody, somebody: SignIn, bucket: str) -> None:
    member = somebody()
    await grants(admin, buckets=[{"name": bucket, "prefix": "theirs/"}])
    statuses = [
        (await creates(member, bucket, prefix))[0] for prefix in ("theirs/", "theirs/a/", "", "their", "other/")
    ]
    assert statuses == [201, 201, 404, 404, 404]
    assert (await creates(admin, bucket))[0] == 201
    assert (await member.http.get("/sources")).json()["items"][0]["buckets"] == [{"name": bucket, "prefix": "theirs/"}]


async def test_a_team_is_granted_with_its_members(
    admin: Somebody, somebody: SignIn, bucket: str, publish: Publish
) -> None:
    colleague, team_id = somebody(), new_id()
    await grants(admin, granted_to=[team_id])
    assert await creates(colleague, bucket) == (404, "bucket-not-found")
    await publish(in_team(team_id, colleague.id))

    async def may() -> None:
        assert (await creates(colleague, bucket))[0] == 201

    await eventually(may)


async def test_grants_are_told_to_the_audit(admin: Somebody, somebody: SignIn, service: Service) -> None:
    before = len(await audit_told(service, "platform", 0))
    account = new_id()
    await grants(admin, granted_to=[account])
    assert (await somebody().http.patch(OWN, json={"granted_to": "members"})).status_code == 403
    entry = (await audit_told(service, "platform", before + 1))[-1]
    assert (entry.action, entry.actor.id, entry.about.kind) == ("source-changed", admin.id, "source")
    detail = {"changed": ["granted_to"], "granted_to": [account], "granted_to_before": "members"}
    assert entry.detail == detail


async def test_a_source_is_tried_bucket_by_bucket(admin: Somebody, bucket: str) -> None:
    await grants(admin, buckets=[{"name": bucket}, {"name": "not-there"}])
    tried = (await admin.http.post(f"{OWN}:test")).json()
    assert (tried["ok"], [each["ok"] for each in tried["buckets"]]) == (False, [True, False])
    assert "not-there" in tried["buckets"][1]["reason"]
    await grants(admin, buckets=[{"name": bucket}])
    assert (await admin.http.post(f"{OWN}:test")).json()["ok"]


async def test_a_change_is_checked_and_honours_if_match(admin: Somebody) -> None:
    etag = (await admin.http.get(OWN)).headers["etag"]
    bad = await admin.http.patch(OWN, json={"name": " ", "buckets": [{"name": "NO"}, {"name": "fine", "prefix": "/x"}]})
    assert bad.status_code == 422
    assert [each["pointer"] for each in bad.json()["errors"]] == ["/name", "/buckets/0/name", "/buckets/1/prefix"]
    assert (await admin.http.patch(OWN, json={"granted_to": "everybody"})).status_code == 422
    assert (await admin.http.patch(OWN, json={"name": "A"}, headers={"If-Match": etag})).status_code == 200
    assert (await admin.http.patch(OWN, json={"name": "B"}, headers={"If-Match": etag})).status_code == 412
    assert (await admin.http.get("/sources/another")).status_code == 404


async def test_who_has_no_right_on_an_overlapping_dataset_neither_deletes_nor_replaces_its_objects(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    await store.put(bucket, "shared/a.png", image())
    await store.put(bucket, "own/b.png", image())
    thief, owner = somebody(), somebody()
    await owner.makes_dataset(bucket, "shared/")
    dataset_id = await thief.makes_dataset(bucket)
    await thief.synchronizes(dataset_id)
    ids = {each["path"]: each["id"] for each in await thief.samples(dataset_id)}
    body = {"filter": {}, "delete_source": True}
    result = (await thief.ends(await thief.http.post(f"/datasets/{dataset_id}/samples:delete", json=body)))["result"]
    assert (result["deleted"], result["failed"]) == (1, {"count": 1, "examples": [ids["shared/a.png"]]})
    assert [each.key async for page in store.list(bucket) for each in page] == ["shared/a.png"]
    files = [{"path": path, "size": 10} for path in ("own/b.png", "shared/a.png", "shared/new.png")]
    refused = await thief.http.post(f"/datasets/{dataset_id}/uploads", json={"files": files})
    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/files/1/path", "/files/2/path"]
    assert (await thief.http.post(f"/datasets/{dataset_id}/uploads", json={"files": files[:1]})).status_code == 200
    admin = somebody("admin")
    assert (await admin.http.post(f"/datasets/{dataset_id}/uploads", json={"files": files})).status_code == 200


async def test_an_object_that_was_replaced_since_is_not_deleted_with_its_sample(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    for key in ("a.png", "b.png", "gone.png"):
        await store.put(bucket, key, image())
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    ids = {each["path"]: each["id"] for each in await owner.samples(dataset_id)}
    await store.put(bucket, "b.png", image(shade=99))
    await store.delete_many(bucket, ["gone.png"])
    body = {"filter": {}, "delete_source": True}
    result = (await owner.ends(await owner.http.post(f"/datasets/{dataset_id}/samples:delete", json=body)))["result"]
    assert (result["deleted"], result["failed"]) == (2, {"count": 1, "examples": [ids["b.png"]]})
    assert [each.key async for page in store.list(bucket) for each in page] == ["b.png"]


async def test_a_completed_job_gives_no_right_to_change_data(
    somebody: SignIn, bucket: str, store: ObjectStore, publish: Publish
) -> None:
    await store.put(bucket, "a.png", image())
    owner, manager = somebody(), somebody("annotator")
    dataset_id = await owner.makes_dataset(bucket)
    opened = job(dataset_id, owner.id)
    await publish(opened, member(opened.job_id, manager.id, "manager"))
    body = {"files": [{"path": "b.png", "size": 10}]}

    async def answers(status: int, code: str | None = None) -> None:
        for path, json in (
            (f"/datasets/{dataset_id}:sync", None),
            (f"/datasets/{dataset_id}/uploads", body),
            (f"/jobs/{opened.job_id}:sync", None),
        ):
            answer = await manager.http.post(path, json=json)
            assert answer.status_code in {status, 200 if status == 202 else status}, (path, answer.text)
            assert answer.json().get("code") == code, path

    await eventually(lambda: answers(202))
    await publish(opened.model_copy(update={"version": 2, "state": "completed"}))
    await eventually(lambda: answers(409, "job-state"))
    assert (await owner.http.post(f"/jobs/{opened.job_id}:sync")).status_code == 409
    assert (await owner.http.post(f"/datasets/{dataset_id}:sync")).status_code == 202  # it is the owner's dataset
    await publish(opened.model_copy(update={"version": 3, "state": "active"}))
    await eventually(lambda: answers(202))
