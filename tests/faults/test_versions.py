"""A version is whole, and so is its export, however often sync-service dies while they are made."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from minio import Minio
from tests.support.platform import Platform
from tests.support.waiting import eventually
from tests.support.work import Work, new_work

from labelstream_gateway.routing import Target

_ITEMS = 2_000


async def _labeled_work(platform: Platform) -> Work:
    work = await new_work(platform, _ITEMS)

    async def all_there() -> None:
        reply = await platform.client.get(f"/api/v1/jobs/{work.job_id}/stats")
        assert reply.json()["total"] == _ITEMS

    await eventually(all_there, within=60)
    body = {"filter": {"status": "all"}, "add": ["cat"]}
    reply = await platform.client.post(f"/api/v1/jobs/{work.job_id}/annotations", json=body)
    await _ended(platform, reply.json()["id"])
    return work


async def _ended(platform: Platform, operation_id: str) -> Mapping[str, Any]:
    async def ended() -> dict[str, Any]:
        reply = await platform.client.get(f"/api/v1/operations/{operation_id}")
        assert reply.status_code == 200, reply.text
        assert reply.json()["state"] not in {"queued", "running"}, reply.text
        return dict(reply.json())

    operation = await eventually(ended, within=120, also=(OSError,))
    assert operation["state"] == "succeeded", operation
    return operation


async def _publish(platform: Platform, work: Work, name: str) -> str:
    async def taken() -> str:
        reply = await platform.client.post(
            f"/api/v1/datasets/{work.dataset_id}/versions", json={"name": name, "job_id": work.job_id, "seed": 5}
        )
        assert reply.status_code == 202, reply.text
        return str(reply.json()["id"])

    return await eventually(taken)


async def test_versions_are_whole_when_sync_service_is_killed_while_they_are_published(platform: Platform) -> None:
    work = await _labeled_work(platform)
    sync_service = platform.processes[Target.SYNC]
    await _ended(platform, await _publish(platform, work, "reference"))
    for number, delay in enumerate((0.02, 0.15, 0.4)):
        operation = await _publish(platform, work, f"killed-{number}")
        await asyncio.sleep(delay)  # another moment of its work each time
        await sync_service.kill()
        await sync_service.start()
        await _ended(platform, operation)
    reply = await platform.client.get(f"/api/v1/datasets/{work.dataset_id}/versions")
    versions = reply.json()["items"]
    assert len(versions) == 4
    assert {each["digest"] for each in versions} == {versions[0]["digest"]}
    assert {each["counts"]["total"] for each in versions} == {_ITEMS}


@pytest.mark.parametrize("form", ["directories", "csv"])
async def test_an_export_is_whole_when_sync_service_is_killed_in_the_middle(platform: Platform, form: str) -> None:
    work = await _labeled_work(platform)
    sync_service = platform.processes[Target.SYNC]
    await _ended(platform, await _publish(platform, work, "V1"))
    destination = {"bucket": work.bucket, "prefix": "export"}
    reply = await platform.client.post(
        f"/api/v1/datasets/{work.dataset_id}/versions/V1:export", json={"format": form, "destination": destination}
    )
    operation = reply.json()["id"]

    async def begun() -> None:
        answer = await platform.client.get(f"/api/v1/operations/{operation}")
        assert answer.json()["state"] != "queued"
        assert form != "directories" or answer.json()["done"] > 0

    await eventually(begun, every=0.01)
    await sync_service.kill()
    names = await _names(platform, work.bucket)
    assert form != "directories" or "export/_SUCCESS.json" not in names, "it was not in the middle of its work"
    await sync_service.start()
    result = (await _ended(platform, operation))["result"]
    assert (result["count"], result["left_out"]["count"]) == (_ITEMS, 0)
    names = await _names(platform, work.bucket)
    assert "export/_SUCCESS.json" in names
    if form == "directories":
        assert names == {"export/_SUCCESS.json", *(f"export/cat/{number:05}.png" for number in range(_ITEMS))}


async def _names(platform: Platform, bucket: str) -> set[str]:
    s3 = platform.stack.s3
    client = Minio(s3.endpoint.removeprefix("http://"), s3.access_key, s3.secret_key, secure=False, region="us-east-1")
    found = await asyncio.to_thread(lambda: list(client.list_objects(bucket, "export/", recursive=True)))
    return {str(each.object_name) for each in found}
