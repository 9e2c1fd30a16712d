"""The people of a job by name, for everybody in it, and their addresses for nobody who does not manage them."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
import pytest_asyncio
from tests.integration.team.people import Platform, Publish, job, new_address
from tests.support.waiting import eventually


class Crew:
    """A job with its owner, one annotator of each role, somebody removed, and somebody without an account."""

    def __init__(self, job_id: str, owner_id: str) -> None:
        self.job_id = job_id
        self.owner_id = owner_id
        self.clients: dict[str, httpx.AsyncClient] = {}
        self.accounts: dict[str, Mapping[str, Any]] = {}
        self.stranger = new_address()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def crew(platform: Platform, publish: Publish) -> Crew:
    account, owner = await platform.somebody()
    created = job(account["id"])
    await publish(created)
    crew = Crew(created.job_id, account["id"])
    crew.clients["owner"], crew.accounts["owner"] = owner, account
    path = f"/jobs/{crew.job_id}/annotators"
    for role in ("manager", "reviewer", "labeler"):
        crew.accounts[role], crew.clients[role] = await platform.somebody("annotator")
        added = await owner.post(path, json={"email": crew.accounts[role]["email"], "role": role})
        assert added.status_code == 201, added.text
    gone, leaving = await platform.somebody("annotator")
    crew.accounts["gone"] = gone
    added = await owner.post(path, json={"email": gone["email"], "role": "labeler"})

    async def came() -> None:
        assert (await leaving.get(path)).status_code == 200

    await eventually(came)
    assert (await owner.delete(f"{path}/{added.json()['id']}")).status_code == 204
    assert (await owner.post(path, json={"email": crew.stranger, "role": "labeler"})).status_code == 201

    async def all_let_in() -> None:
        for client in crew.clients.values():
            assert (await client.get(path)).status_code == 200

    await eventually(all_let_in)
    return crew


async def test_people_are_named_to_everybody_in_the_job_and_to_nobody_else(platform: Platform, crew: Crew) -> None:
    path = f"/jobs/{crew.job_id}/people"
    assert (await (await platform.stranger()).get(path)).status_code == 401
    _, other = await platform.somebody()
    assert (await other.get(path)).status_code == 404
    for client in crew.clients.values():
        people = (await client.get(path)).json()["items"]
        assert [(person["id"], person["role"], person["active"]) for person in people] == [
            (crew.owner_id, "owner", True),
            (crew.accounts["manager"]["id"], "manager", True),
            (crew.accounts["reviewer"]["id"], "reviewer", True),
            (crew.accounts["labeler"]["id"], "labeler", True),
            (crew.accounts["gone"]["id"], "labeler", False),
        ]
        assert all(set(person) == {"id", "name", "role", "active"} and person["name"] for person in people)


async def test_people_come_in_pages_with_the_owner_once(crew: Crew) -> None:
    found: list[str] = []
    path: str = f"/jobs/{crew.job_id}/people?limit=1"
    cursor: str | None = ""
    while cursor is not None:
        page = (await crew.clients["labeler"].get(f"{path}&cursor={cursor}")).json()
        assert len(page["items"]) <= 1
        found.extend(person["id"] for person in page["items"])
        cursor = page["next_cursor"]
    assert found == [crew.owner_id, *(crew.accounts[who]["id"] for who in ("manager", "reviewer", "labeler", "gone"))]


@pytest.mark.parametrize("who", ["labeler", "reviewer"])
async def test_who_does_not_manage_annotators_sees_no_addresses(crew: Crew, who: str) -> None:
    for removed in (False, True):
        answer = await crew.clients[who].get(f"/jobs/{crew.job_id}/annotators", params={"removed": removed})
        assert answer.json()["items"]
        assert all(each["email"] is None and each["account_id"] for each in answer.json()["items"])
        for account in crew.accounts.values():
            assert account["email"] not in answer.text
        assert crew.stranger.partition("@")[0] not in answer.text


@pytest.mark.parametrize("who", ["owner", "manager"])
async def test_who_manages_annotators_sees_whom_they_added(crew: Crew, who: str) -> None:
    answer = await crew.clients[who].get(f"/jobs/{crew.job_id}/annotators")
    assert crew.stranger in {each["email"] for each in answer.json()["items"]}
    assert crew.accounts["labeler"]["email"] in {each["email"] for each in answer.json()["items"]}


async def test_a_teams_plain_members_see_no_addresses_of_each_other(platform: Platform) -> None:
    _, owner = await platform.somebody()
    team = (await owner.post("/teams", json={"name": "Reds"})).json()["id"]
    account, plain = await platform.somebody("annotator")
    boss_account, boss = await platform.somebody("annotator")
    for email, role in ((account["email"], "labeler"), (boss_account["email"], "manager"), (new_address(), "labeler")):
        assert (await owner.post(f"/teams/{team}/members", json={"email": email, "role": role})).status_code == 201
    assert len((await plain.get(f"/teams/{team}/members")).json()["items"]) == 1, "of the others nobody has come"
    assert len((await boss.get(f"/teams/{team}/members")).json()["items"]) == 3
    seen = (await plain.get(f"/teams/{team}/members")).json()["items"]
    assert [(each["account_id"], each["email"]) for each in seen] == [(account["id"], None), (boss_account["id"], None)]
    for manager in (owner, boss):
        emails = [each["email"] for each in (await manager.get(f"/teams/{team}/members")).json()["items"]]
        assert len(emails) == 3
        assert all(emails)
