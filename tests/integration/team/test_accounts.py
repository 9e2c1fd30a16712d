"""Accounts: who may make them, what disabling does, and that an administrator remains."""

import asyncio

import httpx
import pytest
from tests.integration.team.conftest import MakeSettings
from tests.integration.team.mailbox import Mailbox
from tests.integration.team.people import ADMIN_PASSWORD, PASSWORD, Platform, new_address
from tests.support.topics import read_whole
from tests.support.waiting import eventually

from labelstream_common.mongo import Document
from labelstream_common.runtime import prepare
from labelstream_contracts import topics
from team_service.application.accounts import ChangeAccount, change_account
from team_service.application.ports import Ports
from team_service.bootstrap import build
from team_service.domain.accounts import AccountRole


@pytest.mark.parametrize("role", ["member", "annotator"])
async def test_only_administrators_see_and_make_accounts(platform: Platform, role: str) -> None:
    account, client = await platform.somebody(role)
    body = {"email": new_address(), "name": "X", "role": "admin"}
    assert (await client.get("/accounts")).status_code == 403
    assert (await client.post("/accounts", json=body)).status_code == 403
    assert (await client.patch(f"/accounts/{account['id']}", json={"role": "admin"})).status_code == 403
    assert (await (await platform.stranger()).get("/accounts")).status_code == 401


async def test_an_unknown_account_is_404_before_the_body_and_403_to_all_but_administrators(
    platform: Platform, admin: httpx.AsyncClient
) -> None:
    account, member = await platform.somebody()
    for who, account_id, status, code in (
        (member, "nobody", 403, "account-right-missing"),
        (member, account["id"], 403, "account-right-missing"),
        (admin, "nobody", 404, "account-not-found"),
        (admin, account["id"], 422, "invalid-request"),
    ):
        answer = await who.patch(f"/accounts/{account_id}", json={"zz": 1})
        assert (answer.status_code, answer.json()["code"]) == (status, code), account_id


async def test_an_unknown_account_is_404_before_an_unknown_parameter(admin: httpx.AsyncClient) -> None:
    assert (await admin.get("/accounts/nobody", params={"x": "1"})).status_code == 404


async def test_several_replicas_make_one_first_administrator(make_settings: MakeSettings, database_name: str) -> None:
    name = f"{database_name}_first"
    replicas = [
        build(make_settings(mongodb_database=name, admin_email=f"admin{number}@example.org")) for number in range(4)
    ]
    await prepare(replicas[0])
    try:
        await asyncio.gather(*(replica.start() for replica in replicas))
        accounts: list[Document] = await replicas[0].database["accounts"].find({}).to_list(None)
        assert len(accounts) == 1
        await replicas[0].start()
        assert await replicas[0].database["accounts"].count_documents({}) == 1
        keys = await replicas[0].database["signing_keys"].count_documents({})
        assert keys == 1
    finally:
        await replicas[0].client.drop_database(name)
        for replica in replicas:
            await replica.close()


async def test_an_address_is_taken_once_in_any_spelling(platform: Platform, admin: httpx.AsyncClient) -> None:
    account, _ = await platform.somebody()
    body = {"email": account["email"].upper(), "name": "X", "role": "member"}
    answer = await admin.post("/accounts", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "email-taken")


async def test_of_many_requests_for_one_address_one_makes_the_account(admin: httpx.AsyncClient) -> None:
    body = {"email": new_address(), "name": "X", "role": "member"}
    answers = await asyncio.gather(*(admin.post("/accounts", json=body) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]


async def test_a_repeat_with_the_same_key_makes_one_account(admin: httpx.AsyncClient) -> None:
    body = {"email": new_address(), "name": "X", "role": "member", "password": PASSWORD}
    headers = {"Idempotency-Key": "make-x"}
    first = await admin.post("/accounts", json=body, headers=headers)
    second = await admin.post("/accounts", json=body, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    other = await admin.post("/accounts", json={**body, "name": "Y"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused")


async def test_disabling_ends_tokens_sign_ins_and_keys(platform: Platform, admin: httpx.AsyncClient) -> None:
    account, client = await platform.somebody()
    stranger = await platform.stranger()
    credentials = {"email": account["email"], "password": PASSWORD}
    tokens = (await stranger.post("/auth/login", json=credentials)).json()
    key = (await client.post("/me/api-keys", json={"name": "robot", "current_password": PASSWORD})).json()
    answer = await admin.patch(f"/accounts/{account['id']}", json={"disabled": True})
    assert answer.json()["disabled"] is True

    async def shut_out() -> None:
        refused = await client.get("/me")
        assert (refused.status_code, refused.json().get("code")) == (401, "account-disabled")

    await eventually(shut_out, within=5)
    assert (await stranger.post("/auth/login", json=credentials)).status_code == 401
    refresh = await stranger.post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    assert refresh.status_code == 401
    grant = {"grant_type": "client_credentials", "client_secret": key["secret"]}
    assert (await stranger.post("/auth/token", data=grant)).status_code == 401
    await admin.patch(f"/accounts/{account['id']}", json={"disabled": False})
    assert (await stranger.post("/auth/login", json=credentials)).status_code == 200


async def test_links_that_were_sent_to_an_earlier_address_lead_nowhere_after_an_administrator_changed_it(
    platform: Platform, admin: httpx.AsyncClient, mailbox: Mailbox
) -> None:
    account, client = await platform.somebody()
    stranger, wanted = await platform.stranger(), new_address()
    assert (await stranger.post("/auth/password-reset", json={"email": account["email"]})).status_code == 202
    await client.patch("/me", json={"email": wanted, "current_password": PASSWORD})
    reset = f"/auth/password-reset/{await mailbox.link_to(account['email'], 'password-reset')}"
    change = f"/auth/email-change/{await mailbox.link_to(wanted, 'email-change')}"
    named = await admin.patch(f"/accounts/{account['id']}", json={"name": "Still the same address"})
    assert named.status_code == 200
    moved = await admin.patch(f"/accounts/{account['id']}", json={"email": new_address()})
    assert moved.status_code == 200, moved.text
    for answer in (await stranger.post(reset, json={"password": "another long passphrase"}), await client.post(change)):
        assert (answer.status_code, answer.json()["code"]) == (410, "link-used")


async def test_every_change_of_an_account_is_an_event_without_secrets(
    platform: Platform, admin: httpx.AsyncClient
) -> None:
    account, client = await platform.somebody()
    await client.patch("/me", json={"name": "Ada"})
    await admin.patch(f"/accounts/{account['id']}", json={"role": "annotator"})
    await admin.patch(f"/accounts/{account['id']}", json={"role": "annotator"})
    await admin.patch(f"/accounts/{account['id']}", json={"disabled": True})

    async def published() -> None:
        messages = await read_whole(platform.service.settings.kafka_bootstrap_servers, [topics.ACCOUNT.name])
        assert not any(b"argon2" in (message.value or b"") for message in messages)
        own = [message for message in messages if message.key == account["id"]]
        assert all(message.payload is not None and message.payload.at is not None for message in own)
        assert [(message.envelope.type.split(".")[2], message.envelope.sequence) for message in own] == [
            ("created", 1),
            ("updated", 2),
            ("updated", 3),
            ("disabled", 4),
        ]

    await eventually(published)


async def test_two_administrators_cannot_take_each_other_away(make_settings: MakeSettings, database_name: str) -> None:
    name = f"{database_name}_admins"
    service = build(make_settings(mongodb_database=name))
    await prepare(service)
    await service.start()
    try:
        async with Platform(service) as platform:
            first = await platform.signed_in("admin@example.org", ADMIN_PASSWORD)
            me = (await first.get("/me")).json()["id"]
            for change in ({"role": "member"}, {"disabled": True}):
                alone = await first.patch(f"/accounts/{me}", json=change)
                assert (alone.status_code, alone.json()["code"]) == (409, "last-administrator")
            account, _ = await platform.somebody("admin")
            # Both have been let in: whose request comes after the other's commit would get 401 or 403 at the door.
            changes = (ChangeAccount(account["id"], role=AccountRole.MEMBER), ChangeAccount(me, disabled=True))
            ports: Ports = service.app.state.ports
            done = await asyncio.gather(*(change_account(one, ports=ports) for one in changes), return_exceptions=True)
            assert sorted(type(one).__name__ for one in done) == ["Account", "LastAdministrator"]
            left = await service.database["accounts"].count_documents({"role": "admin", "disabled": False})
            assert left == 1
    finally:
        await service.client.drop_database(name)
        await service.close()


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"email": "nope"}, "/email"),
        ({"name": ""}, "/name"),
        ({"role": "king"}, "/role"),
        ({"password": "short"}, "/password"),
        ({"admin": True}, "/admin"),
        ({"name": None}, "/name"),
    ],
)
async def test_a_bad_field_is_named_and_nothing_is_made(
    admin: httpx.AsyncClient, change: dict[str, object], pointer: str
) -> None:
    address = new_address()
    body = {"email": address, "name": "X", "role": "member", **change}
    answer = await admin.post("/accounts", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert (await admin.get("/accounts", params={"email": address})).json()["items"] == []


async def test_pages_hold_every_account_once_in_both_directions(admin: httpx.AsyncClient) -> None:
    for _ in range(5):
        await admin.post("/accounts", json={"email": new_address(), "name": "X", "role": "annotator"})
    found: dict[str, list[str]] = {}
    for sort in ("added", "-added"):
        cursor: str | None = ""
        found[sort] = []
        while cursor is not None:
            params = {"limit": "2", "sort": sort, **({"cursor": cursor} if cursor else {})}
            page = (await admin.get("/accounts", params=params)).json()
            found[sort] += [account["id"] for account in page["items"]]
            cursor = page["next_cursor"]
    assert found["added"] == found["-added"][::-1]
    assert len(found["added"]) == len(set(found["added"])) >= 6
    assert (await admin.get("/accounts", params={"cursor": "nonsense"})).status_code == 422


async def test_a_stale_change_is_refused(platform: Platform, admin: httpx.AsyncClient) -> None:
    account, _ = await platform.somebody()
    path = f"/accounts/{account['id']}"
    etag = (await admin.get(path)).headers["ETag"]
    assert (await admin.patch(path, json={"name": "A"}, headers={"If-Match": etag})).status_code == 200
    answer = await admin.patch(path, json={"name": "B"}, headers={"If-Match": etag})
    assert answer.status_code == 412
    assert (await admin.patch("/accounts/nobody", json={"name": "B"})).status_code == 404


async def test_a_wrong_password_leaves_the_idempotency_key_of_the_request_unused(platform: Platform) -> None:
    """The console sends a key with every change; a refusal that was noted in the audit used it up, and hid itself."""
    _, client = await platform.somebody()
    fields = {
        "/me/api-keys": {"name": "robot"},
        "/me": {"email": new_address()},
        "/me/password": {"new_password": "another long passphrase"},
    }
    for path, body in fields.items():
        method, key = "PATCH" if path == "/me" else "POST", {"Idempotency-Key": f"key of {path}"}
        for _ in range(2):
            wrong = await client.request(method, path, json={**body, "current_password": "a guess"}, headers=key)
            assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong-password"), wrong.text
        right = await client.request(method, path, json={**body, "current_password": PASSWORD}, headers=key)
        # Without a mail server no new address can be confirmed.
        assert right.status_code in {200, 201} or right.json()["code"] == "mail-not-configured", right.text
