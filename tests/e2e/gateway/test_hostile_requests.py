"""Whatever is sent to whatever call, the answer is never 500: hand-made hostile values, and schemathesis.

Bounded: each test ends after a minute, with whatever it has tried by then, in an order that differs from run to run.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import pytest_asyncio
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case
from tests.e2e.client.conftest import Cats, cats  # noqa: F401 - a fixture
from tests.e2e.conftest import EMAIL, PASSWORD, Door
from tests.support.hostile import Attempt, attempts

_SECONDS = 40.0
_EXAMPLES = 12  # for each call, right and wrong: what can be made and sent in a minute
_AT_ONCE = 8
_LEAST = 100
# These end the sign-in, or the life of the job that all other attempts are about.
_ENDS = ("/auth/logout", "/me/password", ":complete")


@dataclass
class Target:
    """A platform with something in it, and somebody who may do everything."""

    url: str
    token: str
    known: dict[str, str]
    document: dict[str, Any]

    def client(self) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {self.token}"}
        limits = httpx.Limits(max_connections=_AT_ONCE)
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=30, limits=limits)


@pytest_asyncio.fixture(loop_scope="session")
async def target(door: Door, cats: Cats) -> Target:  # noqa: F811 - pytest gives the fixture by its name
    job_id, sample_ids = await cats.job(door)
    return await furnished(door, job_id, sample_ids[0])


async def furnished(door: Door, job_id: str, sample_id: str) -> Target:
    """A platform with one of everything that a path can name."""
    async with httpx.AsyncClient(base_url=f"{door.url}/api/v1", timeout=60) as http:
        token = (await http.post("/auth/login", json={"email": EMAIL, "password": PASSWORD})).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        job = (await http.get(f"/jobs/{job_id}")).json()
        label = (await http.post(f"/jobs/{job_id}/labels", json={"name": "hostile"})).json()
        edit = {"sample_ids": [sample_id], "add": [label["id"]]}
        change = (await http.post(f"/jobs/{job_id}/annotations", json=edit)).json()
        team = (await http.post("/teams", json={"name": "Hostile"})).json()
        known = {
            "job_id": job_id,
            "dataset_id": job["dataset_id"],
            "sample_id": sample_id,
            "label_id": label["id"],
            "change_id": change["change_id"],
            "team_id": team["id"],
            "account_id": job["owner_id"],
        }
        return Target(door.url, token, known, (await http.get("/openapi.json")).json())


async def _try_all(target: Target, wanted: Iterable[Attempt]) -> tuple[int, list[str]]:
    """How many were tried, and what was answered with a 5xx that is none of the documented."""
    waiting, tried, faults = iter(wanted), 0, list[str]()
    ends_at = time.monotonic() + _SECONDS

    async def work(client: httpx.AsyncClient) -> None:
        nonlocal tried
        for attempt in waiting:
            if time.monotonic() > ends_at:
                return
            status = await _status(client, attempt)
            tried += 1
            if status >= 500 and status != 503:
                faults.append(f"{status} {attempt}"[:500])

    async with target.client() as client:
        await asyncio.gather(*(work(client) for _ in range(_AT_ONCE)))
    return tried, faults


async def _status(client: httpx.AsyncClient, attempt: Attempt) -> int:
    """Only the beginning of an answer is read: some are endless."""
    path = quote(attempt.path, safe="/:")
    body = {} if attempt.body is None and attempt.method == "GET" else {"json": attempt.body}
    try:
        async with client.stream(
            attempt.method, path, params=list(attempt.query), headers=dict(attempt.headers), **body
        ) as answer:
            return answer.status_code
    except (httpx.LocalProtocolError, httpx.InvalidURL, UnicodeEncodeError, ValueError):
        return 0  # it cannot even be sent


async def test_no_hostile_value_in_any_place_is_answered_with_500(target: Target) -> None:
    wanted = [attempt for attempt in attempts(target.document, target.known) if not attempt.path.endswith(_ENDS)]
    random.shuffle(wanted)
    wanted.sort(key=lambda attempt: attempt.method == "DELETE" and attempt.path.endswith(tuple(target.known.values())))
    tried, faults = await _try_all(target, wanted)
    assert tried > _LEAST
    assert faults == []


async def test_nothing_that_schemathesis_makes_of_the_description_is_answered_with_500(target: Target) -> None:
    wanted = await asyncio.to_thread(_generated, target)
    random.shuffle(wanted)
    tried, faults = await _try_all(target, wanted)
    assert tried > _LEAST
    assert faults == []


def _generated(target: Target) -> list[Attempt]:
    schema = schemathesis.openapi.from_dict(target.document)
    made: list[Attempt] = []
    for found in schema.get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]  # an invalid description raises here, and fails the test
        for mode in schemathesis.GenerationMode:

            @settings(
                max_examples=_EXAMPLES,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def collect(case: Case[Any]) -> None:
                made.append(_attempt_of(case, target.known))

            with contextlib.suppress(Unsatisfiable):  # a call without parameters cannot be called wrongly
                collect()
    return made


def _attempt_of(case: Case[Any], known: dict[str, str]) -> Attempt:
    places = {name: known.get(name, str(value)) for name, value in (case.path_parameters or {}).items()}
    query = tuple((str(name), str(value)) for name, value in (case.query or {}).items())
    headers = {str(name): str(value) for name, value in (case.headers or {}).items() if str(value).isascii()}
    body = case.body if isinstance(case.body, dict | list | str | int | float | bool) else None
    return Attempt(case.method, case.path.format(**places), query, headers, body)
