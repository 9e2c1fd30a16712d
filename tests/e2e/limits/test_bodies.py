"""How large and how deep a body may be: each at its limit through the gateway, and one byte or level above it."""

from typing import Any, NamedTuple

import httpx
import orjson
import pytest
from tests.e2e.limits.conftest import Api, Dataset

KIB, MIB = 1024, 1024 * 1024
NOBODYS = "01900000-0000-7000-8000-000000000000"


async def send(api: Api, path: str, content: bytes) -> httpx.Response:
    return await api.http.post(path, content=content, headers={"Content-Type": "application/json"})


class Case(NamedTuple):
    """A call whose body may be so large; JOB and DATASET stand for ids."""

    path: str
    body: Any
    limit: int
    status: int


CASES = [
    Case("/auth/login", {"email": "nobody@example.org", "password": "is not the one"}, 16 * KIB, 401),
    Case("/teams", {"name": "a large body"}, MIB, 201),
    Case("/datasets", {"name": "x", "source": {"bucket": "not-there"}}, MIB, 404),
    Case("/jobs/JOB/labels", {"name": "large"}, MIB, 201),
    Case("/jobs/JOB/annotations", {"sample_ids": [NOBODYS], "add": ["cat"]}, 2 * MIB, 200),
    Case("/jobs/JOB/items:confirm", {"sample_ids": [NOBODYS]}, 2 * MIB, 200),
    Case("/datasets/DATASET/uploads", {"files": [{"path": "x.png", "size": 1}]}, 2 * MIB, 200),
    Case("/jobs/JOB/predictions", [{"sample_id": NOBODYS, "labels": [], "model": "m"}], 16 * MIB, 200),
    Case("/jobs", {"name": "large", "dataset_id": "DATASET", "type": "image_classification"}, 64 * MIB, 201),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.path)
async def test_a_body_at_its_limit_is_taken_and_a_byte_more_is_413(api: Api, few: Dataset, case: Case) -> None:
    ids = {"JOB": (await few.job()).id, "DATASET": few.id}
    path, body = case.path, orjson.dumps(case.body).decode()
    for name, value in ids.items():
        path, body = path.replace(name, value), body.replace(name, value)
    taken = await send(api, path, body.encode().ljust(case.limit))
    assert taken.status_code == case.status, taken.text[:300]
    refused = await send(api, path, body.encode().ljust(case.limit + 1))
    assert (refused.status_code, refused.json()["code"]) == (413, "body-too-large")
    assert f"{case.limit}" in refused.json()["detail"]


async def test_a_body_nests_201_levels_and_no_more(api: Api) -> None:
    for levels, code in ((201, "invalid-request"), (202, "nested-too-deep")):
        inner = b"[" * (levels - 1) + b"]" * (levels - 1)
        reply = await send(api, "/teams", b'{"name":' + inner + b"}")
        assert (reply.status_code, reply.json()["code"]) == (422, code), levels


async def test_a_body_has_so_many_values_and_no_more(api: Api, few: Dataset) -> None:
    job = await few.job()
    for count, code in ((99_000, "invalid-request"), (100_001, "invalid-request")):
        body = {"sample_ids": ["x"] * count, "add": ["cat"]}
        reply = await send(api, f"{job.path}/annotations", orjson.dumps(body))
        assert (reply.status_code, reply.json()["code"]) == (422, code)
        pointers = [each["pointer"] for each in reply.json()["errors"]]
        assert pointers == (["/sample_ids"] if count < 100_000 else [""]), "ids are counted, or not even looked at"


async def test_no_more_than_a_hundred_errors_are_told(api: Api, few: Dataset) -> None:
    body = {"name": "x", "dataset_id": few.id, "type": "image_classification", "labels": [{"name": "a b"}] * 300}
    problem = await api.refused("POST", "/jobs", body)
    assert len(problem["errors"]) == 100
