"""Who gets in, and the order of checks."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from tests.unit.common.conftest import ADMIN, DISABLED, JOB, LABELER, LABELS, OWNER, STRANGER, As, Overload
from tests.unit.common.problems import assert_problem

from labelstream_common.account_turns import AccountTurns
from labelstream_common.auth import Caller
from labelstream_common.http import guard


async def test_without_a_token_nothing_but_public_routes_answers(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/things")
    assert_problem(answer, 401, "token-missing")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert (await client.get("/api/v1/public")).json() == {"hello": "world"}


async def test_401_comes_before_everything_else(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/jobs/unknown/labels", content=b"{" * 20_000)
    assert_problem(answer, 401, "token-missing")


async def test_a_job_of_others_is_404_even_with_a_bad_body(client: httpx.AsyncClient, as_: As) -> None:
    for body in (b"not json", b"x" * 20_000):
        answer = await client.post(LABELS, content=body, headers=as_(STRANGER))
        assert_problem(answer, 404, "job-not-found")


async def test_a_role_without_the_right_is_403_before_the_body_is_looked_at(client: httpx.AsyncClient, as_: As) -> None:
    answer = await client.post(f"/api/v1/jobs/{JOB}:sync", content=b"x" * 20_000, headers=as_(LABELER))
    assert_problem(answer, 403, "right-missing")
    assert_problem(await client.delete(f"/api/v1/jobs/{JOB}", headers=as_(LABELER)), 403, "right-missing")


@pytest.mark.parametrize(
    ("caller", "annotator", "status", "code"),
    [
        (STRANGER, "unknown", 404, "job-not-found"),
        (STRANGER, "known", 404, "job-not-found"),
        (LABELER, "unknown", 404, "annotator-not-found"),
        (LABELER, "known", 403, "right-missing"),
        (OWNER, "unknown", 404, "annotator-not-found"),
        (OWNER, "known", 413, "body-too-large"),
    ],
)
async def test_what_a_path_names_in_a_job_is_looked_up_between_role_and_right(
    *, client: httpx.AsyncClient, as_: As, caller: Caller, annotator: str, status: int, code: str
) -> None:
    path = f"/api/v1/jobs/{JOB}/annotators/{annotator}"
    assert_problem(await client.patch(path, content=b"x" * 20_000, headers=as_(caller)), status, code)


async def test_whether_an_account_is_there_is_told_to_those_with_the_right_alone(
    client: httpx.AsyncClient, as_: As
) -> None:
    for account in ("known", "unknown"):
        answer = await client.patch(f"/api/v1/accounts/{account}", json={"zz": 1}, headers=as_(OWNER))
        assert_problem(answer, 403, "account-right-missing")
    unknown = await client.patch("/api/v1/accounts/unknown", json={"zz": 1}, headers=as_(ADMIN))
    assert_problem(unknown, 404, "annotator-not-found")
    known = await client.patch("/api/v1/accounts/known", json={"zz": 1}, headers=as_(ADMIN))
    assert_problem(known, 422, "invalid-request")


async def test_an_account_without_the_right_is_403(client: httpx.AsyncClient, as_: As) -> None:
    assert_problem(await client.post("/api/v1/things", headers=as_(LABELER)), 403, "account-right-missing")
    assert_problem(await client.post("/api/v1/accounts", headers=as_(OWNER)), 403, "account-right-missing")


async def test_the_owner_a_labeler_and_an_administrator_get_in(client: httpx.AsyncClient, as_: As) -> None:
    for caller in (OWNER, LABELER, ADMIN):
        answer = await client.post(LABELS, json={"name": "cat"}, headers=as_(caller))
        assert answer.json() == {"job": JOB, "name": "cat"}


async def test_a_disabled_account_is_401(client: httpx.AsyncClient, as_: As) -> None:
    assert_problem(await client.get("/api/v1/things", headers=as_(DISABLED)), 401, "account-disabled")


async def test_413_comes_before_invalid_json(client: httpx.AsyncClient, as_: As) -> None:
    headers = {**as_(OWNER), "content-type": "application/json"}
    assert_problem(await client.post(LABELS, content=b"{" * 10_001, headers=headers), 413, "body-too-large")
    document = assert_problem(await client.post(LABELS, content=b"{" * 31, headers=headers), 422, "invalid-json")
    assert document["errors"] == [{"pointer": "", "detail": document["detail"]}]


async def test_a_route_may_have_a_smaller_limit(client: httpx.AsyncClient, as_: As) -> None:
    answer = await client.post("/api/v1/accounts", json={"name": "x" * 50}, headers=as_(ADMIN))
    assert_problem(answer, 413, "body-too-large")


async def test_a_body_without_a_length_is_not_read_past_the_limit(client: httpx.AsyncClient, as_: As) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1000
            yield b" " * 1000

    answer = await client.post(LABELS, content=endless(), headers={**as_(OWNER), "content-type": "application/json"})
    assert_problem(answer, 413, "body-too-large")
    assert sent <= 12_000


async def test_a_raw_route_is_guarded_like_the_others(client: httpx.AsyncClient, as_: As) -> None:
    path = f"/api/v1/jobs/{JOB}/hot"
    headers = {**as_(LABELER), "content-type": "application/json"}
    assert_problem(await client.post(path), 401, "token-missing")
    assert_problem(await client.post(path, headers=as_(STRANGER)), 404, "job-not-found")
    assert_problem(await client.post(path, content=b"x" * 10_001, headers=headers), 413, "body-too-large")
    answer = await client.post(path, content=b"any bytes", headers=headers)
    assert answer.json() == {"bytes": 9, "job": JOB}


async def test_overload_refuses_changes_and_only_changes(
    client: httpx.AsyncClient, as_: As, overload: Overload
) -> None:
    overload.seconds = 2.5
    answer = await client.post(LABELS, json={"name": "cat"}, headers=as_(OWNER))
    assert_problem(answer, 429, "overloaded")
    assert answer.headers["retry-after"] == "3"
    assert (await client.get("/api/v1/things", headers=as_(OWNER))).status_code == 200
    assert_problem(await client.post(LABELS, json={}, headers=as_(STRANGER)), 404, "job-not-found")


async def test_a_query_is_looked_at_after_rights_and_size_and_before_the_body(
    client: httpx.AsyncClient, as_: As
) -> None:
    where = f"{LABELS}?lable=cat"
    headers = {**as_(OWNER), "Content-Type": "application/json"}
    assert_problem(await client.post(where), 401, "token-missing")
    assert_problem(await client.post(where, headers=as_(STRANGER)), 404, "job-not-found")
    assert_problem(await client.post(where, content=b"x" * 10_001, headers=headers), 413, "body-too-large")
    document = assert_problem(await client.post(where, content=b"{", headers=headers), 422, "invalid-request")
    assert [error["pointer"] for error in document["errors"]] == ["/lable"]


async def test_a_public_route_takes_16_kib(client: httpx.AsyncClient, app: FastAPI) -> None:
    app.state.max_body_bytes = 1024 * 1024
    headers = {"Content-Type": "application/json"}
    assert_problem(await client.post("/api/v1/public", content=b" " * 16_385, headers=headers), 413, "body-too-large")
    answer = await client.post("/api/v1/public", content=b"{}".ljust(16_384), headers=headers)
    assert answer.status_code == 200


async def test_an_api_key_sent_as_a_token_is_told_where_to_go(client: httpx.AsyncClient) -> None:
    headers = {"Authorization": "Bearer lsk.01890000-0000-7000-8000-000000000001.topmost"}
    document = assert_problem(await client.get("/api/v1/things", headers=headers), 401, "token-invalid")
    assert "POST /api/v1/auth/token" in document["detail"]
    assert "topmost" not in document["detail"]


async def _waits(request: "asyncio.Task[httpx.Response]") -> bool:
    done, _ = await asyncio.wait({request}, timeout=0.2)
    return not done


async def test_a_request_waits_for_its_own_accounts_requests_alone(
    app: FastAPI, client: httpx.AsyncClient, as_: As
) -> None:
    app.state.account_turns = AccountTurns(lambda _waiting: 1)
    path = f"/api/v1/jobs/{JOB}/labels"
    async with app.state.account_turns.turn(OWNER.account_id):
        own = asyncio.create_task(client.get(path, headers=as_(OWNER)))
        assert await _waits(own)
        assert (await client.get(path, headers=as_(LABELER))).status_code == 200
        assert (await client.get("/healthz")).status_code == 200
    assert (await own).status_code == 200


async def test_without_a_caller_a_request_waits_for_those_of_its_own_address(
    app: FastAPI, client: httpx.AsyncClient, as_: As
) -> None:
    app.state.strangers_turns = AccountTurns(lambda _waiting: 1)
    async with app.state.strangers_turns.turn("127.0.0.1"):
        own = asyncio.create_task(client.post("/api/v1/public"))
        assert await _waits(own)
        assert (await client.get(f"/api/v1/jobs/{JOB}/labels", headers=as_(OWNER))).status_code == 200
        for path in ("/healthz", "/metrics", "/api/v1/public"):
            assert (await client.get(path)).status_code == 200
        elsewhere = httpx.ASGITransport(app, client=("203.0.113.9", 1))
        async with httpx.AsyncClient(transport=elsewhere, base_url=str(client.base_url)) as other:
            assert (await other.post("/api/v1/public")).status_code == 200
    assert (await own).status_code == 200


async def test_whether_somebody_may_is_looked_up_in_their_turn(
    app: FastAPI, client: httpx.AsyncClient, as_: As
) -> None:
    app.state.account_turns = AccountTurns(lambda _waiting: 1)
    async with app.state.account_turns.turn(STRANGER.account_id):
        asked = [
            asyncio.create_task(client.get(f"/api/v1/jobs/{JOB}/labels", headers=as_(STRANGER))),
            asyncio.create_task(client.post(LABELS, json={"name": "cat"}, headers=as_(STRANGER))),
        ]
        for each in asked:
            assert await _waits(each)
    for each in asked:
        assert_problem(await each, 404, "job-not-found")


async def test_one_large_request_of_an_account_runs_at_a_time(
    app: FastAPI, client: httpx.AsyncClient, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "_ONE_AT_A_TIME_BYTES", 100)
    small, large = {"name": "cat"}, {"name": "c" * 200}

    async def chunks() -> AsyncIterator[bytes]:
        yield json.dumps(small).encode()

    async with app.state.large_turns.turn(OWNER.account_id):
        of_owner = asyncio.create_task(client.post(LABELS, json=large, headers=as_(OWNER)))
        headers = {**as_(OWNER), "content-type": "application/json"}
        of_unknown_length = asyncio.create_task(client.post(LABELS, content=chunks(), headers=headers))
        assert await _waits(of_owner)
        assert await _waits(of_unknown_length)
        assert (await client.post(LABELS, json=small, headers=as_(OWNER))).status_code == 200
        assert (await client.post(LABELS, json=large, headers=as_(ADMIN))).status_code == 200
    assert (await of_owner).status_code == 200
    assert (await of_unknown_length).status_code == 200
