"""What the token of an API key may do: no more than its scopes, its jobs and its account."""

from dataclasses import replace

import httpx
import pytest
from tests.unit.common.conftest import ADMIN, JOB, LABELS, OWNER, STRANGER, As, FakeProjection

from labelstream_common.access import JobFacts
from labelstream_common.auth import Caller, KeyLimits, KeyScope

STATS, JOB_PATH = f"/api/v1/jobs/{JOB}/stats", f"/api/v1/jobs/{JOB}"
LABELING = f"/api/v1/jobs/{JOB}/hot"
OTHER = "22222222-2222-7222-8222-222222222222"


def keyed(caller: Caller, *scopes: str, jobs: tuple[str, ...] | None = None) -> Caller:
    limits = KeyLimits(
        frozenset(map(KeyScope, scopes)) or frozenset(KeyScope), None if jobs is None else frozenset(jobs)
    )
    return replace(caller, credential="key-1", key=limits)


async def statuses(client: httpx.AsyncClient, headers: dict[str, str]) -> dict[str, int]:
    """What each sort of request is answered: reading, reading with a body, labeling, managing, and in person."""
    return {
        "read": (await client.get(LABELS, headers=headers)).status_code,
        "stats": (await client.post(STATS, headers=headers)).status_code,
        "label": (await client.post(LABELING, json={"name": "cat"}, headers=headers)).status_code,
        "manage": (await client.delete(JOB_PATH, headers=headers)).status_code,
        "create": (await client.post("/api/v1/things", json={"name": "x"}, headers=headers)).status_code,
        "person": (await client.post("/api/v1/me/password", headers=headers)).status_code,
    }


@pytest.mark.parametrize(
    ("scopes", "allowed"),
    [
        (("read",), {"read", "stats"}),
        (("label",), {"read", "stats", "label"}),
        (("manage",), {"read", "stats", "manage", "create"}),
        (("label", "manage"), {"read", "stats", "label", "manage", "create"}),
    ],
)
async def test_a_key_does_what_its_scopes_say(
    client: httpx.AsyncClient, as_: As, scopes: tuple[str, ...], allowed: set[str]
) -> None:
    found = await statuses(client, as_(keyed(OWNER, *scopes)))
    assert {name for name, status in found.items() if status < 300} == allowed
    assert {status for name, status in found.items() if name not in allowed} == {403}


async def test_a_session_does_all_of_it(client: httpx.AsyncClient, as_: As) -> None:
    found = await statuses(client, as_(replace(OWNER, credential="session-1")))
    assert all(status < 300 for status in found.values()), found


async def test_a_refusal_says_which_scope_is_needed(client: httpx.AsyncClient, as_: As) -> None:
    answer = await client.post(LABELING, json={"name": "cat"}, headers=as_(keyed(OWNER, "read")))
    assert (answer.status_code, answer.json()["code"], answer.json()["scope"]) == (403, "key-limited", "label")


async def test_a_key_adds_nothing_to_its_account(client: httpx.AsyncClient, as_: As) -> None:
    assert (await client.get(LABELS, headers=as_(keyed(STRANGER, "manage")))).status_code == 404


@pytest.mark.parametrize("caller", [OWNER, ADMIN])
async def test_a_key_for_certain_jobs_knows_of_no_other_and_creates_nothing(
    client: httpx.AsyncClient, as_: As, projection: FakeProjection, caller: Caller
) -> None:
    projection.jobs[OTHER] = JobFacts(OTHER, owner_id=OWNER.account_id, dataset_id="dataset")
    headers = as_(keyed(caller, jobs=(JOB,)))
    assert (await client.get(LABELS, headers=headers)).status_code == 200
    assert (await client.post(LABELS, json={"name": "cat"}, headers=headers)).status_code == 200
    assert (await client.get(LABELS.replace(JOB, OTHER), headers=headers)).status_code == 404
    assert (await client.post(LABELS.replace(JOB, OTHER), json={"name": "cat"}, headers=headers)).status_code == 404
    assert (await client.post("/api/v1/things", json={"name": "x"}, headers=headers)).status_code == 403
    assert (await client.post("/api/v1/accounts", json={"name": "x"}, headers=headers)).status_code == 403


async def test_an_administrator_who_is_none_any_more_has_no_key_to_the_job(
    client: httpx.AsyncClient, as_: As, projection: FakeProjection
) -> None:
    headers = as_(keyed(ADMIN, jobs=(JOB,)))
    assert (await client.get(LABELS, headers=headers)).status_code == 200
    projection.accounts[ADMIN.account_id] = {"role": "member", "disabled": False, "email": ""}
    assert (await client.get(LABELS, headers=headers)).status_code == 404
