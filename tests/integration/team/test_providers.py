"""Signing in with a provider of OpenID Connect: whoever it vouches for comes in, and nobody else by any trick."""

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import pytest_asyncio
from starlette.responses import JSONResponse
from tests.integration.team.conftest import MakeSettings
from tests.integration.team.people import PASSWORD, Platform, new_address
from tests.integration.team.providers import ScriptedProvider, begun, state_of
from tests.support.services import at_work
from tests.support.waiting import eventually

from labelstream_common.runtime import Role
from team_service.bootstrap import build

_ROLES = {"labelers": "annotator", "leads": "member", "root": "admin"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def acme() -> AsyncIterator[ScriptedProvider]:
    async with ScriptedProvider().running() as provider:
        yield provider


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def real_provider() -> AsyncIterator[str]:
    """The address of a provider that is somebody else's work (oidc-provider-mock, made with Authlib)."""
    port = _free_port()
    user = {"sub": "ada", "email": "ada@acme.example", "email_verified": True, "name": "Ada L."}
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    process = await asyncio.create_subprocess_exec(
        *command, "--user-claims", json.dumps(user), stderr=asyncio.subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"

    async def answers() -> None:
        async with httpx.AsyncClient() as client:
            (await client.get(f"{address}/.well-known/openid-configuration")).raise_for_status()

    try:
        await eventually(answers, also=(httpx.HTTPError,), within=120)
        yield address
    finally:
        process.terminate()
        await process.wait()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def platform(
    platform: Platform, make_settings: MakeSettings, acme: ScriptedProvider, real_provider: str
) -> AsyncIterator[Platform]:
    """The service with four providers: by e-mail alone, by groups, of one domain, and the real one."""
    own = [
        acme.settings(),
        acme.settings(id="groups", roles=_ROLES, default_role=None),
        acme.settings(id="domain", email_domains=["acme.example"]),
        {"id": "real", "name": "Real", "issuer": real_provider, "client_id": "labelstream", "client_secret": "any"},
    ]
    service = build(make_settings(oidc_providers=own))
    async with at_work(service, [Role.RELAY]), Platform(service) as with_providers:
        yield with_providers


async def _back(
    browser: httpx.AsyncClient, code: str, state: str, *, provider: str = "acme", **more: str
) -> httpx.Response:
    answer = await browser.get(f"/auth/oidc/{provider}/callback", params={"code": code, "state": state, **more})
    assert answer.status_code == 302, answer.text
    return answer


async def _signed_in(
    platform: Platform, acme: ScriptedProvider, *, provider: str = "acme", **claims: Any
) -> httpx.AsyncClient:
    browser = await platform.stranger()
    url = await begun(browser, provider)
    answer = await _back(browser, acme.approve(url, **claims), state_of(url), provider=provider)
    assert answer.headers["location"] == "https://labels.example.org/", answer.headers["location"]
    return browser


def _problem(answer: httpx.Response) -> str:
    location = urlsplit(answer.headers["location"])
    assert (location.netloc, location.path) == ("labels.example.org", "/sign-in")
    assert "labelstream_session" not in answer.cookies
    return parse_qs(location.query)["problem"][0]


async def _me(browser: httpx.AsyncClient) -> dict[str, Any]:
    answer = await browser.get("/me")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_the_providers_are_named_to_everybody(platform: Platform) -> None:
    answer = await (await platform.stranger()).get("/auth/providers")
    first = {"id": "acme", "name": "Acme", "login_url": "/api/v1/auth/oidc/acme/login"}
    assert (answer.status_code, answer.json()["items"][0]) == (200, first)
    assert "s3cret" not in answer.text
    assert (await (await platform.stranger()).get("/auth/oidc/nobody/login")).status_code == 404


async def test_somebody_new_gets_an_account_and_a_session_and_comes_back_as_the_same(
    platform: Platform, acme: ScriptedProvider
) -> None:
    email, subject = new_address(), new_address()
    browser = await _signed_in(platform, acme, sub=subject, email=email.upper(), name="Ada")
    me = await _me(browser)
    assert (me["email"], me["name"], me["role"]) == (email, "Ada", "annotator")
    (session,) = (await browser.get("/me/sessions")).json()["items"]
    assert (session["current"], session["address"]) == (True, "192.0.2.1")
    moved = await _signed_in(platform, acme, sub=subject, email=new_address())
    assert (await _me(moved))["id"] == me["id"], "issuer and subject say who somebody is, not the address"


async def test_a_session_of_a_provider_changes_nothing_without_its_csrf_token(
    platform: Platform, acme: ScriptedProvider
) -> None:
    browser = await _signed_in(platform, acme, sub=new_address(), email=new_address())
    assert (await browser.patch("/me", json={"name": "Eve"})).status_code == 403
    headers = {"X-CSRF-Token": browser.cookies["labelstream_csrf"]}
    assert (await browser.patch("/me", json={"name": "Eva"}, headers=headers)).status_code == 200


async def test_an_account_is_linked_by_its_verified_address_alone(platform: Platform, acme: ScriptedProvider) -> None:
    account, _ = await platform.somebody()
    for unverified in ({"email_verified": False}, {"email_verified": "true"}, {"email_verified": None}):
        browser = await platform.stranger()
        url = await begun(browser)
        code = acme.approve(url, sub=new_address(), email=account["email"], **unverified)
        assert _problem(await _back(browser, code, state_of(url))) == "provider-email-unverified"
    linked = await _signed_in(platform, acme, sub=new_address(), email=account["email"])
    assert (await _me(linked))["id"] == account["id"]


async def test_groups_give_the_role_each_time(platform: Platform, acme: ScriptedProvider) -> None:
    email, subject = new_address(), new_address()
    about = {"provider": "groups", "sub": subject, "email": email}
    for groups, role in (
        (["labelers", "x"], "annotator"),
        (["labelers", "leads"], "member"),
        ("labelers", "annotator"),
    ):
        assert (await _me(await _signed_in(platform, acme, **about, groups=groups)))["role"] == role
    browser = await platform.stranger()
    url = await begun(browser, "groups")
    refused = await _back(
        browser, acme.approve(url, sub=subject, email=email, groups=[]), state_of(url), provider="groups"
    )
    assert _problem(refused) == "provider-not-allowed"


async def test_who_is_disabled_or_of_another_domain_stays_out(platform: Platform, acme: ScriptedProvider) -> None:
    browser = await platform.stranger()
    url = await begun(browser, "domain")
    other = await _back(browser, acme.approve(url, sub="d", email="d@evil.example"), state_of(url), provider="domain")
    assert _problem(other) == "provider-not-allowed"
    admin = await platform.signed_in("admin@example.org", "the operator's own")
    email = new_address()
    member = await _me(await _signed_in(platform, acme, sub=email, email=email))
    assert (await admin.patch(f"/accounts/{member['id']}", json={"disabled": True})).status_code == 200
    url = await begun(browser)
    disabled = await _back(browser, acme.approve(url, sub=email, email=email), state_of(url))
    assert _problem(disabled) == "provider-not-allowed"


async def test_a_state_is_good_in_its_browser_once(platform: Platform, acme: ScriptedProvider) -> None:
    browser, other = await platform.stranger(), await platform.stranger()
    email = new_address()
    url = await begun(browser)
    code = acme.approve(url, sub=email, email=email)
    await begun(other)
    # A victim who is sent to the attacker's answer is not signed in as the attacker, and the state is spent.
    assert _problem(await _back(other, code, state_of(url))) == "provider-state-invalid"
    assert _problem(await _back(browser, code, state_of(url))) == "provider-state-invalid"
    url = await begun(browser)
    code, state = acme.approve(url, sub=email, email=email), state_of(url)
    assert (await _back(browser, code, state)).headers["location"].endswith("/")
    assert _problem(await _back(browser, code, state)) == "provider-state-invalid", "a replay"
    assert _problem(await _back(browser, code, "made up")) == "provider-state-invalid"
    url = await begun(browser)
    mixed_up = await _back(browser, acme.approve(url, email=email), state_of(url), provider="domain")
    assert _problem(mixed_up) == "provider-state-invalid", "a state of another provider"


async def test_a_code_of_another_sign_in_is_refused(platform: Platform, acme: ScriptedProvider) -> None:
    """Code injection: the verifier of PKCE does not fit."""
    attacker, victim = await platform.stranger(), await platform.stranger()
    code = acme.approve(await begun(attacker), email=new_address())
    assert _problem(await _back(victim, code, state_of(await begun(victim)))) == "provider-refused"


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": ["labelstream", "another"]},
        {"aud": ["labelstream", "another"], "azp": "another"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"iat": 2**40},
        {"sub": ""},
        {"sub": 7},
    ],
    ids=str,
)
async def test_an_id_token_that_is_not_for_this_sign_in_is_refused(
    platform: Platform, acme: ScriptedProvider, lie: dict[str, Any]
) -> None:
    browser = await platform.stranger()
    url = await begun(browser)
    code = acme.approve(url, email=new_address(), **lie)
    assert _problem(await _back(browser, code, state_of(url))) == "provider-answer-invalid"


@pytest.mark.parametrize("how", ["unsigned", "signed_with_the_secret", "signed_by_another"])
async def test_a_signature_that_proves_nothing_is_refused(platform: Platform, acme: ScriptedProvider, how: str) -> None:
    browser = await platform.stranger()
    url = await begun(browser)
    code = acme.approve(url, email=new_address())
    acme.sign = getattr(acme, how)
    try:
        assert _problem(await _back(browser, code, state_of(url))) == "provider-answer-invalid"
    finally:
        acme.sign = acme.signed


async def test_a_provider_that_refuses_or_breaks_is_told_on_the_sign_in_page(
    platform: Platform, acme: ScriptedProvider
) -> None:
    browser = await platform.stranger()
    url = await begun(browser)
    assert _problem(await _back(browser, "", state_of(url), error="access_denied", hd="x")) == "provider-refused"
    url = await begun(browser)
    code = acme.approve(url, email=new_address())
    assert _problem(await _back(browser, code, state_of(url), iss="https://evil.example")) == "provider-answer-invalid"
    url = await begun(browser)
    code, acme.answer = acme.approve(url, email=new_address()), JSONResponse({}, 502)
    try:
        assert _problem(await _back(browser, code, state_of(url))) == "provider-unavailable"
    finally:
        acme.answer = None


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil.example", "/\tx", "jobs", ""])
async def test_nobody_is_led_elsewhere_afterwards(platform: Platform, path: str) -> None:
    answer = await (await platform.stranger()).get("/auth/oidc/acme/login", params={"return_to": path})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-return")


async def test_one_comes_back_to_where_one_was(platform: Platform, acme: ScriptedProvider) -> None:
    browser = await platform.stranger()
    url = await begun(browser, return_to="/jobs/7?page=2")
    email = new_address()
    answer = await _back(browser, acme.approve(url, sub=email, email=email), state_of(url))
    assert answer.headers["location"] == "https://labels.example.org/jobs/7?page=2"


async def test_the_cookies_cannot_be_read_by_scripts_or_sent_in_the_clear(
    platform: Platform, acme: ScriptedProvider
) -> None:
    browser = await platform.stranger()
    answer = await browser.get("/auth/oidc/acme/login")
    (cookie,) = answer.headers.get_list("set-cookie")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/api/v1/auth/oidc"} <= set(cookie.split("; "))
    url, email = answer.headers["location"], new_address()
    back = await _back(browser, acme.approve(url, sub=email, email=email), state_of(url))
    session = next(each for each in back.headers.get_list("set-cookie") if each.startswith("labelstream_session="))
    assert {"HttpOnly", "Secure", "SameSite=strict"} <= set(session.split("; "))


async def test_a_password_is_no_way_into_an_account_that_a_provider_made(
    platform: Platform, acme: ScriptedProvider
) -> None:
    email = new_address()
    await _signed_in(platform, acme, sub=email, email=email)
    answer = await (await platform.stranger()).post("/auth/login", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 401


async def test_a_provider_of_somebody_elses_making(platform: Platform) -> None:
    browser = await platform.stranger()
    url = await begun(browser, "real")
    async with httpx.AsyncClient() as person:
        approved = await person.post(url, data={"sub": "ada"})
    assert approved.status_code == 302, approved.text
    query = {name: values[0] for name, values in parse_qs(urlsplit(approved.headers["location"]).query).items()}
    answer = await browser.get("/auth/oidc/real/callback", params=query)
    assert answer.headers["location"] == "https://labels.example.org/", answer.headers["location"]
    me = await _me(browser)
    assert (me["email"], me["name"]) == ("ada@acme.example", "Ada L.")
