"""Promise 13, every route against everybody: whoever has no role in a job does not learn that it is there."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest_asyncio
from tests.e2e.limits.conftest import Api, Dataset, Job
from tests.support.waiting import eventually
from tests.support.who_may import POLICIES, ROLES

from labelstream_common.ids import new_id

_NOT_FOUND = {"dataset": "dataset-not-found", "sample": "dataset-not-found", "team": "team-not-found"}
_AT_ONCE = 8


@dataclass(frozen=True)
class Scene:
    """A job, its dataset and a team, and a client for each role, `stranger` (none) and `annotator` (nothing at all)."""

    job: Job
    names: dict[str, str]
    people: dict[str, httpx.AsyncClient]

    async def ask(self, who: str, route: str) -> httpx.Response:
        """Asks without a body: what would be done is refused for that, after the rights were looked at."""
        method, path = route.split(" ")
        for name, value in self.names.items():
            path = path.replace(f"{{{name}}}", value)
        while "{" in path:
            path = path[: path.index("{")] + new_id() + path[path.index("}") + 1 :]
        query = {"dry_run": "true"} if method == "DELETE" else None
        async with self.people[who].stream(method, path, params=query) as answer:
            if answer.status_code >= 400:
                await answer.aread()
            return answer


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(api: Api, few: Dataset) -> AsyncIterator[Scene]:
    job = await few.job()
    team = await api.post("/teams", {"name": f"team-{new_id()}"}, 201)
    roles = ("labeler", "reviewer", "manager")
    people = {role: await _somebody(api, "annotator") for role in (*roles, "annotator")}
    people["stranger"] = await _somebody(api, "member")
    people["nobody"] = httpx.AsyncClient(base_url=api.http.base_url, timeout=60)
    for role in roles:
        me = (await people[role].get("/me")).json()
        await eventually(lambda role=role, me=me: _joins(api, job, me["email"], role), within=30)  # type: ignore[misc]
        await eventually(lambda role=role: _is_in(people[role], job), within=30)  # type: ignore[misc]
    names = {"job_id": job.id, "dataset_id": few.id, "team_id": team["id"], "operation_id": f"label-{new_id()}"}
    yield Scene(job, names, people)
    for client in people.values():
        await client.aclose()


async def _somebody(api: Api, role: str) -> httpx.AsyncClient:
    email, password = f"{new_id()}@example.org", new_id()
    await api.post("/accounts", {"email": email, "name": "Somebody", "role": role, "password": password}, 201)
    client = httpx.AsyncClient(base_url=api.http.base_url, timeout=60)
    reply = await client.post("/auth/login", json={"email": email, "password": password})
    client.headers["Authorization"] = f"Bearer {reply.json()['access_token']}"
    return client


async def _joins(api: Api, job: Job, email: str, role: str) -> None:
    await api.post(f"{job.path}/annotators", {"email": email, "role": role}, 201)


async def _is_in(client: httpx.AsyncClient, job: Job) -> None:
    for path in ("", "/labels", "/annotators"):
        assert (await client.get(f"{job.path}{path}")).status_code == 200


async def _all(scene: Scene, who: str, routes: list[str]) -> dict[str, tuple[int, str]]:
    """The status and code of each route's answer."""
    room = asyncio.Semaphore(_AT_ONCE)

    async def one(route: str) -> tuple[int, str]:
        async with room:
            answer = await scene.ask(who, route)
        body: dict[str, Any] = answer.json() if answer.status_code >= 400 else {}
        return answer.status_code, str(body.get("code", ""))

    return dict(zip(routes, await asyncio.gather(*map(one, routes)), strict=True))


def _of(*kinds: str) -> list[str]:
    return [route for route, policy in POLICIES.items() if policy.startswith(kinds)]


async def test_without_a_token_no_route_is_open_but_the_public_ones(scene: Scene) -> None:
    closed = [route for route, policy in POLICIES.items() if policy != "public"]
    answers = await _all(scene, "nobody", closed)
    assert {route: status for route, (status, _) in answers.items() if status != 401} == {}


async def test_whoever_has_no_role_does_not_learn_of_jobs_datasets_and_teams(scene: Scene) -> None:
    foreign = _of("job:", "dataset:", "sample:", "team:")
    assert len(foreign) > 80
    for who in ("stranger", "annotator"):
        for route, answer in (await _all(scene, who, foreign)).items():
            kind = POLICIES[route].split(":")[0]
            assert answer == (404, _NOT_FOUND.get(kind, "job-not-found")), (who, route)


async def test_an_annotator_has_no_right_outside_of_jobs(scene: Scene) -> None:
    answers = await _all(scene, "annotator", _of("account-may:"))
    assert {route: status for route, (status, _) in answers.items() if status != 403} == {}


async def test_each_role_may_do_in_a_job_what_the_table_says_and_nothing_else(scene: Scene) -> None:
    for who in ("labeler", "reviewer", "manager"):
        answers = await _all(scene, who, _of("job:"))
        for route, (status, code) in answers.items():
            assert code != "job-not-found", (who, route)
            if who in ROLES[POLICIES[route]]:
                assert status not in {401, 403}, (who, route)
            else:  # what is inside a job is looked for before a missing right is told
                assert status == 403 or (status == 404 and code.endswith("-not-found")), (who, route, status)
