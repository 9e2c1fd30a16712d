"""A request is sent again only when nothing was done, or when its key makes a repeat safe."""

import httpx
import pytest
from tests.support.scripted_gateway import ScriptedGateway

from labelstream import Invalid, OutcomeUnknown, Refused, RetryPolicy, Unreachable

JOB = {"id": "j", "name": "n", "dataset_id": "d"}


async def test_a_write_is_repeated_under_the_same_key_after_the_connection_broke(gateway: ScriptedGateway) -> None:
    gateway.breaks(httpx.ReadError("reset")).then(201, JOB)
    async with gateway.asynchronous() as client:
        await client.jobs.create("n", dataset_id="d")
    keys = [request.headers["idempotency-key"] for request in gateway.requests]
    assert len(keys) == 2
    assert keys[0] == keys[1]


async def test_two_calls_have_two_keys(gateway: ScriptedGateway) -> None:
    gateway.then(201, JOB).then(201, JOB)
    async with gateway.asynchronous() as client:
        await client.jobs.create("n", dataset_id="d")
        await client.jobs.create("n", dataset_id="d")
    assert len({request.headers["idempotency-key"] for request in gateway.requests}) == 2


async def test_sign_in_is_not_repeated_when_it_may_have_been_read(gateway: ScriptedGateway) -> None:
    gateway.breaks(httpx.ReadError("reset"))
    async with gateway.asynchronous(token=None) as client:
        with pytest.raises(Unreachable):
            await client.sign_in("a@b", "p")
    assert len(gateway.requests) == 1


async def test_sign_in_is_repeated_when_nothing_was_sent(gateway: ScriptedGateway) -> None:
    gateway.breaks(httpx.ConnectError("refused")).then(200, {"access_token": "a", "expires_in": 60})
    async with gateway.asynchronous(token=None) as client:
        assert (await client.sign_in("a@b", "p")).access_token == "a"


async def test_retry_after_is_obeyed(gateway: ScriptedGateway) -> None:
    gateway.problem(429, "too-many-requests", headers={"retry-after": "0"})
    gateway.then(200, JOB)
    async with gateway.asynchronous() as client:
        assert (await client.jobs.get("j")).id == "j"


async def test_an_unknown_outcome_is_asked_for_with_the_same_key(gateway: ScriptedGateway) -> None:
    gateway.problem(500, "outcome-unknown")
    gateway.then(201, JOB)
    async with gateway.asynchronous() as client:
        await client.jobs.create("n", dataset_id="d")
    assert len({request.headers["idempotency-key"] for request in gateway.requests}) == 1


async def test_a_defect_of_the_server_is_not_repeated(gateway: ScriptedGateway) -> None:
    gateway.problem(500, "internal")
    async with gateway.asynchronous() as client:
        with pytest.raises(OutcomeUnknown):
            await client.jobs.get("j")
    assert len(gateway.requests) == 1


async def test_a_refusal_is_not_repeated_and_names_its_fields(gateway: ScriptedGateway) -> None:
    gateway.problem(422, "invalid", detail="Not valid.", errors=[{"pointer": "/name", "detail": "too long"}])
    async with gateway.asynchronous() as client:
        with pytest.raises(Invalid) as caught:
            await client.jobs.create("n", dataset_id="d")
    assert (caught.value.status, caught.value.code) == (422, "invalid")
    assert caught.value.errors[0].pointer == "/name"
    assert str(caught.value) == "Not valid. (/name: too long)"


async def test_a_page_of_a_proxy_is_a_problem_too(gateway: ScriptedGateway) -> None:
    gateway.answers.append(httpx.Response(502, text="<html>bad gateway</html>"))
    gateway.then(200, JOB)
    async with gateway.asynchronous() as client:
        assert (await client.jobs.get("j")).id == "j"


def test_the_blocking_client_repeats_alike(gateway: ScriptedGateway) -> None:
    gateway.breaks(httpx.ReadError("reset")).then(201, JOB)
    with gateway.blocking() as client:
        client.jobs.create("n", dataset_id="d")
    assert len({request.headers["idempotency-key"] for request in gateway.requests}) == 1


def test_patience_bounds_the_pauses() -> None:
    refused = Refused(status=429, code="too-many-requests", retry_after=10)
    policy = RetryPolicy(patience=25)
    assert policy.pause(refused, attempt=1, paused=10, repeatable=False) == 10
    assert policy.pause(refused, attempt=2, paused=20, repeatable=False) is None


def test_pauses_grow_and_stop_after_the_last_attempt() -> None:
    policy = RetryPolicy(attempts=4, first=1, ceiling=3, jitter=lambda: 1.0)
    refused = Refused(status=503, code="unavailable")
    pauses = [policy.pause(refused, attempt=n, paused=0, repeatable=True) for n in (1, 2, 3, 4)]
    assert pauses == [1, 2, 3, None]
