"""Signing in, staying signed in, and being stopped from guessing."""

import asyncio
import base64
import json
from typing import Any

import httpx
import pytest
from joserfc.jwk import OKPKey
from tests.integration.team.people import ADMIN_EMAIL, ADMIN_PASSWORD, PASSWORD, SERVICE_SECRET, Platform, new_address

from labelstream_common.auth import PublicKeys, TokenVerifier
from labelstream_common.auth.signing import sign_token

_WRONG = {"email": ADMIN_EMAIL, "password": "not it"}


async def _login(client: httpx.AsyncClient, **body: str) -> dict[str, Any]:
    answer = await client.post("/auth/login", json={"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD, **body})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_token_carries_the_account_for_sixty_minutes(platform: Platform) -> None:
    stranger = await platform.stranger()
    tokens = await _login(stranger)
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 3600)

    async def published() -> bytes:
        return (await stranger.get("https://labels.example.org/.well-known/jwks.json")).content

    claims = await TokenVerifier(PublicKeys("", published), issuer="https://labels.example.org").verify(
        tokens["access_token"]
    )
    me = (await stranger.get("/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})).json()
    admin = {"id": claims.sub, "email": "admin@example.org", "name": "Administrator", "role": "admin"}
    assert me == {**admin, "new_email": None}
    assert (claims.exp - claims.iat, claims.email, claims.role) == (3600, "admin@example.org", "admin")


async def test_published_keys_hold_no_private_part(platform: Platform) -> None:
    answer = await (await platform.stranger()).get("https://labels.example.org/.well-known/jwks.json")
    assert answer.status_code == 200
    assert answer.json()["keys"]
    assert all("d" not in key and key["kid"] for key in answer.json()["keys"])


@pytest.mark.parametrize(
    "body",
    [
        _WRONG,
        {"email": "nobody@example.org", "password": ADMIN_PASSWORD},
        {"email": "no address", "password": ADMIN_PASSWORD},
    ],
)
async def test_the_answer_does_not_tell_who_has_an_account(platform: Platform, body: dict[str, str]) -> None:
    answer = await (await platform.stranger("192.0.2.20")).post("/auth/login", json=body)
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong-credentials")


async def test_a_token_of_another_key_is_no_token(platform: Platform) -> None:
    stranger = await platform.stranger()
    key = OKPKey.generate_key("Ed25519", {"kid": "forged"})
    token = sign_token({"sub": "x", "role": "admin", "aud": "labelstream", "exp": 2**40}, key, "forged")
    answer = await stranger.get("/me", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "token-invalid")


async def test_a_refresh_token_is_replaced_and_a_used_one_ends_the_sign_in(platform: Platform) -> None:
    stranger = await platform.stranger()
    first = (await _login(stranger))["refresh_token"]
    answer = await stranger.post("/auth/refresh", json={"refresh_token": first})
    assert answer.status_code == 200
    second = answer.json()["refresh_token"]
    assert second != first
    assert (await stranger.post("/auth/refresh", json={"refresh_token": first})).status_code == 401
    assert (await stranger.post("/auth/refresh", json={"refresh_token": second})).status_code == 401


async def test_of_two_uses_at_once_one_at_most_succeeds_and_the_sign_in_ends(platform: Platform) -> None:
    stranger = await platform.stranger()
    token = {"refresh_token": (await _login(stranger))["refresh_token"]}
    answers = await asyncio.gather(*(stranger.post("/auth/refresh", json=token) for _ in range(5)))
    succeeded = [answer.json()["refresh_token"] for answer in answers if answer.status_code == 200]
    assert len(succeeded) == 1
    assert (await stranger.post("/auth/refresh", json={"refresh_token": succeeded[0]})).status_code == 401


async def test_signing_out_ends_the_refresh_token_and_may_be_repeated(platform: Platform) -> None:
    stranger = await platform.stranger()
    token = {"refresh_token": (await _login(stranger))["refresh_token"]}
    assert (await stranger.post("/auth/logout", json=token)).status_code == 200
    assert (await stranger.post("/auth/logout", json=token)).status_code == 200
    assert (await stranger.post("/auth/refresh", json=token)).status_code == 401


async def test_guessing_is_stopped_for_one_origin_and_not_for_the_owner_elsewhere(platform: Platform) -> None:
    account, _ = await platform.somebody()
    body = {"email": account["email"], "password": "a guess"}
    guesser, owner = await platform.stranger("192.0.2.66"), await platform.stranger("192.0.2.7")
    answers = [(await guesser.post("/auth/login", json=body)).status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]
    refused = await guesser.post("/auth/login", json={**body, "password": PASSWORD})
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 300
    assert (await owner.post("/auth/login", json={**body, "password": PASSWORD})).status_code == 200


async def test_the_console_gets_cookies_that_scripts_cannot_read(platform: Platform) -> None:
    console = await platform.stranger()
    answer = await console.post(
        "/auth/login", params={"session": "cookie"}, json={"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
    )
    assert "access_token" not in answer.json()
    session = next(each for each in answer.headers.get_list("set-cookie") if each.startswith("labelstream_session="))
    assert {"HttpOnly", "Secure", "SameSite=strict"} <= {part.strip() for part in session.split(";")}
    assert (await console.get("/me")).status_code == 200
    assert (await console.patch("/me", json={})).json()["code"] == "csrf-failed"
    csrf = {"X-CSRF-Token": answer.json()["csrf_token"]}
    assert (await console.patch("/me", json={}, headers=csrf)).status_code == 200
    renewed = await console.post("/auth/refresh", params={"session": "cookie"})
    assert renewed.status_code == 200
    assert (await console.post("/auth/logout", params={"session": "cookie"})).status_code == 200
    assert (await console.get("/me")).status_code == 401


async def test_a_service_signs_in_with_its_own_secret_and_may_only_read(platform: Platform) -> None:
    robot = await platform.stranger()
    grant = {"grant_type": "client_credentials", "client_id": "sync-service"}
    for wrong in ("", "a guess", "lsk.a.b"):
        refused = await robot.post("/auth/token", data={**grant, "client_secret": wrong})
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    elsewhere = {**grant, "client_id": "job-service", "client_secret": SERVICE_SECRET}
    assert (await robot.post("/auth/token", data=elsewhere)).status_code == 401
    granted = await robot.post("/auth/token", data={**grant, "client_secret": SERVICE_SECRET})
    assert granted.status_code == 200, granted.text
    claims = jwt_claims(granted.json()["access_token"])
    assert (claims["sub"], claims["scopes"]) == ("service:sync-service", ["read"])
    headers = {"Authorization": f"Bearer {granted.json()['access_token']}"}
    for path in ("/me", "/accounts"):  # it is nobody's account, so it opens nothing here
        assert (await robot.get(path, headers=headers)).status_code == 401


def jwt_claims(token: str) -> dict[str, object]:
    claims: dict[str, object] = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return claims


async def test_an_api_key_is_shown_once_and_gets_tokens_by_form_and_by_basic(platform: Platform) -> None:
    account, member = await platform.somebody()
    made = (await member.post("/me/api-keys", json={"name": "robot", "current_password": PASSWORD})).json()
    grant = {"grant_type": "client_credentials"}
    robot = await platform.stranger()
    by_form = await robot.post("/auth/token", data={**grant, "client_id": made["id"], "client_secret": made["secret"]})
    by_secret = await robot.post("/auth/token", data={**grant, "client_secret": made["secret"]})
    by_basic = await robot.post("/auth/token", data=grant, auth=(made["id"], made["secret"]))
    for answer in (by_form, by_secret, by_basic):
        assert answer.status_code == 200, answer.text
        headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        assert (await robot.get("/me", headers=headers)).json()["id"] == account["id"]
    listed = (await member.get("/me/api-keys")).json()["items"]
    assert [key["id"] for key in listed] == [made["id"]]
    assert "secret" not in listed[0]
    assert listed[0]["last_used_at"] is not None
    dry = await member.delete(f"/me/api-keys/{made['id']}", params={"dry_run": True})
    assert (dry.status_code, dry.json()) == (200, {"api_keys": 1})
    assert (await member.delete(f"/me/api-keys/{made['id']}")).status_code == 204
    ended = await robot.post("/auth/token", data=grant, auth=(made["id"], made["secret"]))
    assert (ended.status_code, ended.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ("", 422),
        ("grant_type=password", 422),
        ("grant_type=client_credentials", 401),
        ("grant_type=client_credentials&grant_type=client_credentials", 422),
        ("grant_type=client_credentials&client_secret=lsk.x.y", 401),
        ("grant_type=%ff", 422),
    ],
)
async def test_a_bad_token_request_is_refused(platform: Platform, form: str, status: int) -> None:
    stranger = await platform.stranger()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await stranger.post("/auth/token", content=form, headers=headers)
    assert answer.status_code == status, answer.text


async def test_a_key_of_somebody_else_cannot_be_deleted(platform: Platform) -> None:
    _, member = await platform.somebody()
    _, other = await platform.somebody()
    made = (await member.post("/me/api-keys", json={"name": "robot", "current_password": PASSWORD})).json()
    for params in ({}, {"dry_run": True}):
        assert (await other.delete(f"/me/api-keys/{made['id']}", params=params)).status_code == 404
    bad = [await who.request("DELETE", f"/me/api-keys/{made['id']}", json={"zz": 1}) for who in (other, member)]
    assert [answer.status_code for answer in bad] == [404, 422]


async def test_no_secret_is_stored_in_the_clear(platform: Platform) -> None:
    account, member = await platform.somebody()
    made = (await member.post("/me/api-keys", json={"name": "robot", "current_password": PASSWORD})).json()
    tokens = await _login(await platform.stranger(), email=account["email"], password=PASSWORD)
    database = platform.service.database
    stored = ""
    for name in await database.list_collection_names():
        stored += str(await database[name].find({}).to_list(None))
    assert account["email"] in stored, "the search looks at what is stored"
    for secret in (made["secret"], tokens["refresh_token"], tokens["access_token"], PASSWORD, ADMIN_PASSWORD):
        assert secret not in stored


async def test_changing_the_password_ends_every_sign_in(platform: Platform) -> None:
    account, member = await platform.somebody()
    stranger = await platform.stranger()
    tokens = await _login(stranger, email=account["email"], password=PASSWORD)
    wrong = {"current_password": "not it", "new_password": "a new long one"}
    answer = await member.post("/me/password", json=wrong)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/current_password")
    weak = await member.post("/me/password", json={"current_password": PASSWORD, "new_password": "short"})
    assert (weak.status_code, weak.json()["errors"][0]["pointer"]) == (422, "/new_password")
    right = {"current_password": PASSWORD, "new_password": "a new long one"}
    assert (await member.post("/me/password", json=right)).status_code == 200
    refused = await stranger.post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    assert refused.status_code == 401
    await _login(stranger, email=account["email"], password="a new long one")


async def test_unknown_addresses_take_as_long_as_known_ones(platform: Platform) -> None:
    """Both hash: the test looks at the work, not at the clock."""
    passwords = platform.service.app.state.ports.passwords
    assert not await passwords.verify("anything", None)
    stranger = await platform.stranger("192.0.2.30")
    answer = await stranger.post("/auth/login", json={"email": new_address(), "password": "anything"})
    assert answer.status_code == 401
