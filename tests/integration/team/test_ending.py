"""What ends access tokens: a new password, signing out, a deleted key. And what asks for the password again."""

from datetime import UTC, datetime
from typing import Any

import httpx
from tests.integration.team.mailbox import Mailbox
from tests.integration.team.people import ADMIN_EMAIL, ADMIN_PASSWORD, PASSWORD, Platform, Publish, job, new_address
from tests.support.topics import read_whole
from tests.support.waiting import eventually

from labelstream_common.access import Access, AccessProjection
from labelstream_common.auth import AccountRole, Caller, PublicKeys, TokenVerifier
from labelstream_common.mongo import Session, in_transaction
from labelstream_contracts import AccountPayload, AccountUpdated, MemberAdded, topics

_NEW = "another long passphrase"
_GRANT = {"grant_type": "client_credentials"}


async def _bearer(client: httpx.AsyncClient, token: str, path: str = "/me") -> httpx.Response:
    return await client.get(path, headers={"Authorization": f"Bearer {token}"})


async def _login(platform: Platform, account: dict[str, Any]) -> dict[str, Any]:
    stranger = await platform.stranger()
    answer = await stranger.post("/auth/login", json={"email": account["email"], "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def _key(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await client.post("/me/api-keys", json={"name": "robot", "current_password": PASSWORD, **body})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def _token_of(platform: Platform, key: dict[str, Any]) -> str:
    answer = await (await platform.stranger()).post("/auth/token", data={**_GRANT, "client_secret": key["secret"]})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


async def _caller(platform: Platform, token: str) -> Caller:
    """Whom another service sees in a token."""
    stranger = await platform.stranger()

    async def published() -> bytes:
        return (await stranger.get("https://labels.example.org/.well-known/jwks.json")).content

    issuer = "https://labels.example.org"
    return (await TokenVerifier(PublicKeys("", published), issuer=issuer).verify(token)).caller()


async def _ended_elsewhere(platform: Platform, caller: Caller) -> None:
    """Another service follows account events only; this service's projection is the same as theirs."""
    access = Access(AccessProjection(platform.service.database), believed=0.0)

    async def ended() -> None:
        assert await access.present(caller) is None

    await eventually(ended, within=1.0)


async def test_a_new_password_ends_every_access_token_everywhere(platform: Platform) -> None:
    account, client = await platform.somebody()
    other = (await _login(platform, account))["access_token"]
    program = await _token_of(platform, await _key(client))
    callers = [await _caller(platform, token) for token in (other, program)]
    changed = await client.post("/me/password", json={"current_password": PASSWORD, "new_password": _NEW})
    assert changed.status_code == 200
    stranger = await platform.stranger()
    for token in (client.headers["Authorization"].removeprefix("Bearer "), other, program):
        answer = await _bearer(stranger, token)
        assert (answer.status_code, answer.json()["code"]) == (401, "token-ended")
    for caller in callers:
        await _ended_elsewhere(platform, caller)
    again = await platform.signed_in(account["email"], _NEW)
    assert (await again.get("/me")).status_code == 200


async def test_a_password_that_was_reset_ends_every_access_token(platform: Platform, mailbox: Mailbox) -> None:
    account, client = await platform.somebody()
    stranger = await platform.stranger("192.0.2.41")
    assert (await stranger.post("/auth/password-reset", json={"email": account["email"]})).status_code == 202

    token = await mailbox.link_to(account["email"], "password-reset")
    assert (await client.get("/me")).status_code == 200
    assert (await stranger.post(f"/auth/password-reset/{token}", json={"password": _NEW})).status_code == 200
    assert (await client.get("/me")).json()["code"] == "token-ended"


async def test_a_sign_in_under_way_while_the_password_changes_is_of_no_use(platform: Platform) -> None:
    account, client = await platform.somebody()
    tokens = await _login(platform, account)
    sign_ins = platform.service.database["sign_ins"]
    begun = await sign_ins.find_one({"account_id": account["id"]}, sort=[("_id", -1)])
    await client.post("/me/password", json={"current_password": PASSWORD, "new_password": _NEW})
    assert begun is not None
    await sign_ins.insert_one(begun)  # it was written a moment later
    answer = await (await platform.stranger()).post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    assert (answer.status_code, answer.json()["code"]) == (401, "refresh-token-ended")


async def test_a_deleted_key_takes_its_tokens_with_it_and_no_others(platform: Platform) -> None:
    _, client = await platform.somebody()
    first, second = await _key(client), await _key(client)
    gone, stays = await _token_of(platform, first), await _token_of(platform, second)
    caller = await _caller(platform, gone)
    assert (await client.delete(f"/me/api-keys/{first['id']}")).status_code == 204
    stranger = await platform.stranger()
    assert (await _bearer(stranger, gone)).json()["code"] == "token-ended"
    assert (await _bearer(stranger, stays)).status_code == 200
    assert (await client.get("/me")).status_code == 200
    await _ended_elsewhere(platform, caller)


async def test_a_key_is_made_with_the_password_alone(platform: Platform) -> None:
    _, client = await platform.somebody()
    assert (await client.post("/me/api-keys", json={"name": "robot"})).status_code == 422
    wrong = await client.post("/me/api-keys", json={"name": "robot", "current_password": "a guess of mine"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong-password")
    assert (await client.get("/me/api-keys")).json()["items"] == []


async def test_whoever_stole_a_token_cannot_guess_the_password_with_it(platform: Platform) -> None:
    _, client = await platform.somebody()
    body = {"name": "robot", "current_password": "a guess of mine"}
    answers = [(await client.post("/me/api-keys", json=body)).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    changed = await client.post("/me/password", json={"current_password": PASSWORD, "new_password": _NEW})
    assert changed.status_code == 429


async def test_a_keys_tokens_do_what_its_scopes_and_jobs_allow(platform: Platform) -> None:
    _, client = await platform.somebody()
    reader = await _key(client, scopes=["read"])
    assert (reader["scopes"], reader["job_ids"]) == (["read"], None)
    headers = {"Authorization": f"Bearer {await _token_of(platform, reader)}"}
    stranger = await platform.stranger()
    assert (await stranger.get("/teams", headers=headers)).status_code == 200
    refused = await stranger.post("/teams", json={"name": "Reds"}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "key-limited")
    bad: list[dict[str, list[str]]] = [
        {"scopes": []},
        {"scopes": ["all"]},
        {"job_ids": []},
        {"job_ids": [f"j{number}" for number in range(101)]},
    ]
    for body in bad:
        answer = await client.post("/me/api-keys", json={"name": "x", "current_password": PASSWORD, **body})
        assert answer.status_code == 422, body


async def test_a_key_changes_no_keys_passwords_or_sessions(platform: Platform) -> None:
    _, client = await platform.somebody()
    key = await _key(client)
    session = (await client.get("/me/sessions")).json()["items"][0]["id"]
    stranger = await platform.stranger()
    stranger.headers["Authorization"] = f"Bearer {await _token_of(platform, key)}"
    for answer in (
        await stranger.post("/me/api-keys", json={"name": "x", "current_password": PASSWORD}),
        await stranger.delete(f"/me/api-keys/{key['id']}"),
        await stranger.post("/me/password", json={"current_password": PASSWORD, "new_password": _NEW}),
        await stranger.delete(f"/me/sessions/{session}"),
        await stranger.delete("/me/sessions"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "key-limited")


async def test_a_keys_token_expires_with_the_key(platform: Platform) -> None:
    _, client = await platform.somebody()
    soon = (platform.service.app.state.ports.clock.now()).timestamp() + 600
    key = await _key(client, expires_at=_rfc3339(soon))
    answer = await (await platform.stranger()).post("/auth/token", data={**_GRANT, "client_secret": key["secret"]})
    assert 590 <= answer.json()["expires_in"] <= 600


def _rfc3339(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


async def test_sessions_are_listed_with_where_they_are_and_ended_one_by_one(platform: Platform) -> None:
    account, client = await platform.somebody()
    phone = await platform.stranger("203.0.113.9")
    body = {"email": account["email"], "password": PASSWORD}
    tokens = (await phone.post("/auth/login", json=body, headers={"User-Agent": "Phone/1"})).json()
    caller = await _caller(platform, tokens["access_token"])
    sessions = (await client.get("/me/sessions")).json()["items"]
    assert [(each["address"], each["current"]) for each in sessions] == [("192.0.2.1", True), ("203.0.113.9", False)]
    assert sessions[1]["user_agent"] == "Phone/1"
    assert set(sessions[0]) == {"id", "created_at", "last_used_at", "address", "user_agent", "current"}
    _, stranger = await platform.somebody()
    assert (await stranger.delete(f"/me/sessions/{sessions[1]['id']}")).status_code == 404
    dry = await client.delete(f"/me/sessions/{sessions[1]['id']}", params={"dry_run": True})
    assert (dry.status_code, dry.json()) == (200, {"sessions": 1})
    assert (await _bearer(phone, tokens["access_token"])).status_code == 200
    assert (await client.delete(f"/me/sessions/{sessions[1]['id']}")).status_code == 204
    assert (await _bearer(phone, tokens["access_token"])).json()["code"] == "token-ended"
    assert (await phone.post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]})).status_code == 401
    assert (await client.get("/me")).status_code == 200
    await _ended_elsewhere(platform, caller)


async def test_signing_out_ends_the_sessions_access_tokens_and_everywhere_ends_all(platform: Platform) -> None:
    account, client = await platform.somebody()
    first, second = await _login(platform, account), await _login(platform, account)
    stranger = await platform.stranger()
    assert (await stranger.post("/auth/logout", json={"refresh_token": first["refresh_token"]})).status_code == 200
    assert (await _bearer(stranger, first["access_token"])).json()["code"] == "token-ended"
    assert (await _bearer(stranger, second["access_token"])).status_code == 200
    assert (await client.delete("/me/sessions", params={"dry_run": True})).json() == {"sessions": 2}
    assert (await client.delete("/me/sessions")).status_code == 204
    assert (await _bearer(stranger, second["access_token"])).json()["code"] == "token-ended"
    assert (await client.get("/me")).json()["code"] == "token-ended"


async def test_what_ended_is_in_the_accounts_event(platform: Platform) -> None:
    account, client = await platform.somebody()
    key = await _key(client)
    await client.delete(f"/me/api-keys/{key['id']}")
    await client.post("/me/password", json={"current_password": PASSWORD, "new_password": _NEW})

    async def published() -> None:
        bootstrap = platform.service.settings.kafka_bootstrap_servers
        found = await read_whole(bootstrap, [topics.ACCOUNT.name])
        own = [message.payload for message in found if message.key == account["id"]]
        accounts = [payload for payload in own if isinstance(payload, AccountPayload)]
        assert [(payload.version, payload.epoch, payload.ended) for payload in accounts] == [
            (1, 0, ()),
            (2, 0, (key["id"],)),
            (3, 1, ()),
        ]

    await eventually(published)


async def test_no_event_makes_an_administrator_or_a_manager_here(platform: Platform) -> None:
    """Whoever can write to Kafka could forge one; this service believes its own accounts and members."""
    account, client = await platform.somebody()
    about = {"account_id": account["id"], "email": account["email"], "name": "X", "role": "admin", "disabled": False}
    projection = AccessProjection(platform.service.database)
    forged = AccountUpdated.model_validate({**about, "version": 1_000})
    created = job("somebody-else")
    membership = MemberAdded.model_validate(
        {
            "scope": "job",
            "job_id": created.job_id,
            "member_id": "forged",
            "account_id": account["id"],
            "email": account["email"],
            "name": "X",
            "role": "manager",
            "state": "active",
            "version": 1_000,
            "actor": {"kind": "person", "id": account["id"]},
        }
    )

    async def apply(session: Session) -> None:
        await projection.apply([forged, created, membership], session)

    await in_transaction(platform.service.client, apply)
    assert (await projection.account(account["id"]) or {})["role"] == "admin"
    assert (await client.get("/accounts")).status_code == 403
    body = {"email": "evil@example.org", "name": "Evil", "role": "admin", "password": PASSWORD}
    assert (await client.post("/accounts", json=body)).status_code == 403
    access = platform.service.app.state.access
    assert await access.role(created.job_id, Caller(account["id"], AccountRole.MEMBER)) is None


async def test_another_address_needs_the_password_ends_other_sessions_and_is_told_to_the_old_one(
    platform: Platform, mailbox: Mailbox
) -> None:
    account, client = await platform.somebody()
    other = (await _login(platform, account))["access_token"]
    key = await _token_of(platform, await _key(client))
    new = f"moved-{account['email']}"
    for body, code in (
        ({"email": new}, "invalid-request"),
        ({"email": new, "current_password": "wrong password!"}, "wrong-password"),
        ({"email": "no address", "current_password": PASSWORD}, "invalid-email"),
    ):
        answer = await client.patch("/me", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    stranger = await platform.stranger()
    by_key = await stranger.patch(
        "/me", json={"email": new, "current_password": PASSWORD}, headers={"Authorization": f"Bearer {key}"}
    )
    assert (by_key.status_code, by_key.json()["code"]) == (403, "key-limited")
    asked = await client.patch("/me", json={"email": new, "current_password": PASSWORD, "name": "Moved"})
    assert asked.status_code == 200, asked.text
    me = {"email": account["email"], "new_email": new, "name": "Moved"}
    assert {name: asked.json()[name] for name in me} == me
    assert (await _bearer(stranger, other)).status_code == 200, "nothing holds before the link is used"
    path = f"/auth/email-change/{await mailbox.link_to(new, 'email-change')}"
    once = {"Idempotency-Key": "confirm"}
    for _ in range(2):
        assert (await stranger.post(path, headers=once)).status_code == 200
    assert ((again := await stranger.post(path)).status_code, again.json()["code"]) == (410, "link-used")
    me = (await client.get("/me")).json()
    assert (me["email"], me["new_email"]) == (new, None)
    ended = await _bearer(stranger, other)
    assert (ended.status_code, ended.json()["code"]) == (401, "token-ended")
    assert (await _bearer(stranger, key)).status_code == 200
    assert (await stranger.post("/auth/login", json={"email": account["email"], "password": PASSWORD})).is_error
    assert (await (await platform.signed_in(new)).get("/me")).status_code == 200
    text = await mailbox.to(account["email"])
    assert "no longer be used to sign in" in text
    assert new not in text


async def test_nobody_finds_out_who_has_an_account_by_changing_their_own_address(
    platform: Platform, mailbox: Mailbox
) -> None:
    _, client = await platform.somebody()
    taken, _ = await platform.somebody()
    free = new_address()
    replies = []
    for email in (free, taken["email"]):
        answer = await client.patch("/me", json={"email": email, "current_password": PASSWORD})
        assert answer.json()["new_email"] == email
        replies.append((answer.status_code, answer.json() | {"new_email": ""}))
    assert replies[0] == replies[1]
    earlier = f"/auth/email-change/{await mailbox.link_to(free, 'email-change')}"
    assert (await client.post(earlier)).json()["code"] == "link-used", "only the last one that was asked for holds"
    assert not [letter for letter in mailbox.letters if letter["To"] == taken["email"]]
    body = {"email": taken["email"], "current_password": PASSWORD}
    assert [(await client.patch("/me", json=body)).status_code for _ in range(4)] == [200] * 3 + [429]


async def test_who_reads_a_mailbox_is_whom_others_added_by_it(
    platform: Platform, publish: Publish, mailbox: Mailbox
) -> None:
    """Nothing is theirs before the link in their own mailbox is used; then what waits there is."""
    owner, inviting = await platform.somebody()
    created = job(owner["id"])
    await publish(created)
    path, invited = f"/jobs/{created.job_id}/annotators", new_address()
    assert (await inviting.post(path, json={"email": invited, "role": "manager"})).status_code == 201
    _, person = await platform.somebody("annotator")
    await person.patch("/me", json={"email": invited, "current_password": PASSWORD})
    assert (await person.get(path)).status_code == 404
    await person.post(f"/auth/email-change/{await mailbox.link_to(invited, 'email-change')}")

    async def reached() -> None:
        assert (await person.get(path)).status_code == 200

    await eventually(reached, within=5)


async def test_an_address_whose_account_came_meanwhile_is_not_taken(platform: Platform, mailbox: Mailbox) -> None:
    _, client = await platform.somebody()
    wanted = new_address()
    await client.patch("/me", json={"email": wanted, "current_password": PASSWORD})
    path = f"/auth/email-change/{await mailbox.link_to(wanted, 'email-change')}"
    admin = await platform.signed_in(ADMIN_EMAIL, ADMIN_PASSWORD)
    assert (await admin.post("/accounts", json={"email": wanted, "name": "X", "role": "member"})).status_code == 201
    assert ((answer := await client.post(path)).status_code, answer.json()["code"]) == (409, "email-taken")
