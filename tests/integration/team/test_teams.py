"""Teams and their members: who sees them, who changes them."""

import httpx
import orjson
import pytest
import pytest_asyncio
from tests.integration.team.people import Platform, new_address

from labelstream_common.messaging.messages import unpack
from labelstream_common.runtime import prepare


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def maker(platform: Platform) -> httpx.AsyncClient:
    return (await platform.somebody())[1]


async def _team(maker: httpx.AsyncClient) -> str:
    answer = await maker.post("/teams", json={"name": "Blue", "description": "night shift"})
    assert answer.status_code == 201, answer.text
    return f"/teams/{answer.json()['id']}"


async def test_an_annotator_makes_no_team(platform: Platform) -> None:
    _, annotator = await platform.somebody("annotator")
    assert (await annotator.post("/teams", json={"name": "Blue"})).status_code == 403


async def test_a_foreign_team_is_not_found(platform: Platform, maker: httpx.AsyncClient) -> None:
    path = await _team(maker)
    _, other = await platform.somebody()
    for answer in (
        await other.get(path),
        await other.patch(path, json={"name": "Red"}),
        await other.delete(path),
        await other.get(f"{path}/members"),
        await other.post(f"{path}/members", json={"email": new_address(), "role": "labeler"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "team-not-found")
    assert path.rpartition("/")[2] not in (await other.get("/teams")).text


async def test_a_member_sees_the_team_and_only_a_manager_changes_it(
    platform: Platform, maker: httpx.AsyncClient
) -> None:
    path = await _team(maker)
    account, member = await platform.somebody("annotator")
    body = {"email": account["email"], "role": "labeler"}
    added = (await maker.post(f"{path}/members", json=body)).json()
    assert (added["state"], added["account_id"]) == ("not_invited", None)
    assert (await member.get(path)).json()["name"] == "Blue"
    assert (await member.get(f"{path}/members")).status_code == 200
    (shown,) = (await maker.get(f"{path}/members")).json()["items"]
    assert (shown["state"], shown["account_id"]) == ("active", account["id"]), "they have come"
    assert path.rpartition("/")[2] in (await member.get("/teams")).text
    assert (await member.patch(path, json={"name": "Red"})).status_code == 403
    await maker.patch(f"{path}/members/{added['id']}", json={"role": "manager"})
    assert (await member.patch(path, json={"name": "Red"})).json()["name"] == "Red"
    assert (await maker.delete(f"{path}/members/{added['id']}")).status_code == 204
    assert (await member.get(path)).status_code == 404


async def test_an_administrator_sees_every_team(admin: httpx.AsyncClient, maker: httpx.AsyncClient) -> None:
    path = await _team(maker)
    assert (await admin.get(path)).status_code == 200


@pytest.mark.parametrize("change", [{"name": ""}, {"name": "x" * 65}, {"description": "x" * 257}, {"colour": "blue"}])
async def test_a_bad_team_is_refused(maker: httpx.AsyncClient, change: dict[str, str]) -> None:
    assert (await maker.post("/teams", json={"name": "Blue", **change})).status_code == 422


async def test_an_unknown_member_is_404_before_right_and_body_and_never_to_a_stranger(
    platform: Platform, maker: httpx.AsyncClient
) -> None:
    team = await _team(maker)
    account, labeler = await platform.somebody("annotator")
    known = (await maker.post(f"{team}/members", json={"email": account["email"]})).json()["id"]
    _, stranger = await platform.somebody()
    for method in ("PATCH", "DELETE"):
        for who, member_id, status, code in (
            (stranger, "nobody", 404, "team-not-found"),
            (stranger, known, 404, "team-not-found"),
            (labeler, "nobody", 404, "member-not-found"),
            (labeler, known, 403, "team-right-missing"),
            (maker, "nobody", 404, "member-not-found"),
            (maker, known, 422, "invalid-request"),
        ):
            answer = await who.request(method, f"{team}/members/{member_id}", json={"zz": 1})
            assert (answer.status_code, answer.json()["code"]) == (status, code), (method, member_id)


async def test_null_changes_nothing_and_says_so(
    platform: Platform, admin: httpx.AsyncClient, maker: httpx.AsyncClient
) -> None:
    account, _ = await platform.somebody()
    team = await _team(maker)
    member = (await maker.post(f"{team}/members", json={"email": new_address()})).json()
    for client, path, fields in (
        (maker, "/me", ("name",)),
        (maker, team, ("name", "description")),
        (maker, f"{team}/members/{member['id']}", ("name", "role")),
        (admin, f"/accounts/{account['id']}", ("email", "name", "role", "disabled")),
    ):
        for field in fields:
            answer = await client.patch(path, json={field: None})
            assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{field}"), path


async def test_a_deleted_team_takes_its_members_along(maker: httpx.AsyncClient) -> None:
    path = await _team(maker)
    for _ in range(3):
        await maker.post(f"{path}/members", json={"email": new_address(), "name": "Eve", "role": "labeler"})
    assert (await maker.delete(path, params={"dry_run": "true"})).json() == {"members": 3}
    key = {"Idempotency-Key": "end-of-blue"}
    assert (await maker.delete(path, headers=key)).status_code == 204
    assert (await maker.delete(path, headers=key)).status_code == 204, "a repeat gets the first answer"
    assert (await maker.get(path)).status_code == 404


async def test_a_team_that_no_event_has_told_of_is_told_of_once_by_the_upgrade(
    platform: Platform, maker: httpx.AsyncClient
) -> None:
    path = await _team(maker)
    team_id = path.rpartition("/")[2]
    database = platform.service.database
    await database["changes"].delete_many({"stream": team_id})
    await database["streams"].delete_many({"_id": team_id})
    await database["teams"].update_one({"_id": team_id}, {"$unset": {"told": ""}})
    await prepare(platform.service)
    await prepare(platform.service)
    records = await database["changes"].find({"stream": team_id}).to_list(None)
    messages = [message for record in records for message in unpack(record["block"])]
    assert [message.type for message in messages] == ["labeling.team.updated.v1"]
    team = orjson.loads(messages[0].value or b"")
    assert (team["name"], team["version"]) == ("Blue", 1)
    assert team["created_by"] == team["actor"]["id"]
