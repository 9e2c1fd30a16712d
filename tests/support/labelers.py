"""Labelers of a job, each with an account of their own."""

from dataclasses import dataclass
from typing import Any

from tests.support.platform import Platform
from tests.support.waiting import eventually

from labelstream_common.ids import new_id


@dataclass(frozen=True)
class Hired:
    """Somebody who was added to a job as labeler, and how they sign in."""

    account_id: str
    annotator_id: str
    email: str
    password: str


async def hire(platform: Platform, job_id: str) -> Hired:
    email, password = f"{new_id()}@example.org", new_id()
    fields = {"email": email, "name": "Labeler", "role": "annotator", "password": password}
    account = await platform.client.post("/api/v1/accounts", json=fields)
    assert account.status_code == 201, account.text

    async def added() -> dict[str, Any]:
        path, body = f"/api/v1/jobs/{job_id}/annotators", {"email": email, "role": "labeler"}
        reply = await platform.client.post(path, json=body)
        assert reply.status_code == 201, reply.text
        return dict(reply.json())

    annotator = await eventually(added)
    return Hired(account.json()["id"], annotator["id"], email, password)
