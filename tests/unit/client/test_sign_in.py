"""A client stays signed in; a refresh token is used once, also among processes."""

import asyncio
import time
from pathlib import Path

import httpx
import pytest
from tests.support.scripted_gateway import ScriptedGateway

from labelstream import NotSignedIn, OutcomeUnknown
from labelstream.profiles import Profiles, Server, ServerTokens
from labelstream.tokens import Tokens

ME = {"id": "a", "email": "a@b", "role": "admin"}


def tokens(access: str, refresh: str | None = None) -> dict[str, object]:
    return {"access_token": access, "token_type": "Bearer", "expires_in": 3600, "refresh_token": refresh}


async def test_signs_in_once_for_many_requests(gateway: ScriptedGateway) -> None:
    gateway.then(200, tokens("one"))
    for _ in range(5):
        gateway.then(200, ME)
    async with gateway.asynchronous(token=None, email="a@b", password="p") as client:
        await asyncio.gather(*(client.accounts.me() for _ in range(5)))
    assert [request.url.path for request in gateway.requests].count("/api/v1/auth/login") == 1
    assert gateway.requests[-1].headers["authorization"] == "Bearer one"


async def test_an_expired_token_is_refreshed_and_the_request_repeated(gateway: ScriptedGateway) -> None:
    gateway.then(200, tokens("one", "r1"))
    gateway.problem(401, "unauthenticated")
    gateway.then(200, tokens("two", "r2")).then(200, ME)
    async with gateway.asynchronous(token=None, email="a@b", password="p") as client:
        assert (await client.accounts.me()).email == "a@b"
    assert gateway.requests[2].url.path == "/api/v1/auth/refresh"
    assert gateway.requests[3].headers["authorization"] == "Bearer two"


async def test_a_token_that_was_given_is_not_renewed(gateway: ScriptedGateway) -> None:
    gateway.problem(401, "unauthenticated")
    async with gateway.asynchronous(token="given") as client:
        with pytest.raises(NotSignedIn):
            await client.accounts.me()
    assert len(gateway.requests) == 1


async def test_an_api_key_becomes_an_access_token(gateway: ScriptedGateway) -> None:
    gateway.then(200, tokens("one")).then(200, ME)
    async with gateway.asynchronous(token=None, api_key="lsk.key-id.secret") as client:
        await client.accounts.me()
    form = dict(httpx.QueryParams(gateway.requests[0].content.decode()))
    assert form == {"grant_type": "client_credentials", "client_id": "key-id", "client_secret": "lsk.key-id.secret"}


def test_a_token_that_another_process_renewed_is_taken_from_the_store(gateway: ScriptedGateway, tmp_path: Path) -> None:
    profiles = Profiles(tmp_path)
    profiles.remember("http://gateway", Server(tokens=stored("one", "r1")))
    store = ServerTokens(profiles, "http://gateway")

    def refuse_and_let_another_renew(request: httpx.Request) -> httpx.Response:
        store.write(stored("two", "r2"))
        return httpx.Response(401, json={"code": "unauthenticated"})

    gateway.answers.append(refuse_and_let_another_renew)
    gateway.then(200, ME)
    with gateway.blocking(token=None, store=store) as client:
        client.accounts.me()
    assert [request.headers["authorization"] for request in gateway.requests] == ["Bearer one", "Bearer two"]


def test_renewed_tokens_are_stored(gateway: ScriptedGateway, tmp_path: Path) -> None:
    profiles = Profiles(tmp_path)
    profiles.remember("http://gateway", Server(email="a@b", tokens=stored("old", "r1", lives=-1)))
    gateway.then(200, tokens("new", "r2")).then(200, ME)
    with gateway.blocking(token=None, store=ServerTokens(profiles, "http://gateway")) as client:
        client.accounts.me()
    kept = profiles.server("http://gateway")
    assert kept.email == "a@b"
    assert kept.tokens is not None
    assert kept.tokens.refresh_token == "r2"


async def test_signing_out_ends_the_session_once(gateway: ScriptedGateway) -> None:
    gateway.then(200, tokens("one", "r1")).then(200, {})
    async with gateway.asynchronous(token=None) as client:
        await client.sign_in("a@b", "p")
        await client.sign_out()
        await client.sign_out()
    _, ended = gateway.requests
    assert (ended.url.path, ended.content) == ("/api/v1/auth/logout", b'{"refresh_token":"r1"}')


async def test_a_sign_out_that_failed_can_be_repeated(gateway: ScriptedGateway) -> None:
    gateway.then(200, tokens("one", "r1"))
    gateway.problem(500, "internal")
    gateway.then(200, {})
    async with gateway.asynchronous(token=None) as client:
        await client.sign_in("a@b", "p")
        with pytest.raises(OutcomeUnknown):
            await client.sign_out()
        await client.sign_out()
    assert [request.url.path for request in gateway.requests].count("/api/v1/auth/logout") == 2


def test_signing_out_leaves_no_ended_tokens_in_the_store(gateway: ScriptedGateway, tmp_path: Path) -> None:
    profiles = Profiles(tmp_path)
    profiles.remember("http://gateway", Server(email="a@b", tokens=stored("one", "r1")))
    gateway.problem(500, "internal")
    gateway.then(200, {}).then(200, ME)
    with gateway.blocking(token=None, store=ServerTokens(profiles, "http://gateway")) as client:
        with pytest.raises(OutcomeUnknown):
            client.sign_out()
        assert profiles.server("http://gateway").tokens is not None
        client.sign_out()
        client.accounts.me()
    assert profiles.server("http://gateway") == Server(email="a@b")
    assert "authorization" not in gateway.requests[-1].headers


def test_credentials_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    profiles = Profiles(tmp_path / "labelstream")
    profiles.remember("http://gateway", Server(api_key="lsk.a.b"))
    assert profiles.path.stat().st_mode & 0o777 == 0o600
    assert profiles.path.parent.stat().st_mode & 0o777 == 0o700


def stored(access: str, refresh: str, *, lives: float = 3600) -> Tokens:
    return Tokens(access_token=access, expires_at=time.time() + lives, refresh_token=refresh)
