"""The audit: what is told, what never is, who reads it, and that it stays as it was written."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from tests.integration.team.conftest import MakeSettings
from tests.integration.team.mailbox import Mailbox
from tests.integration.team.people import ADMIN_EMAIL, ADMIN_PASSWORD, PASSWORD, Platform, Publish, job, new_address
from tests.support.waiting import eventually

from labelstream_common.clock import SystemClock
from labelstream_common.ids import new_id
from labelstream_common.mongo import migrate
from labelstream_common.runtime import prepare
from labelstream_contracts import AuditActor, AuditRecorded, AuditSubject, JobUpdated
from team_service.adapters.audit import MongoAudit, audit_indexes
from team_service.bootstrap import build

_NEW = "another long passphrase"


async def _entries(admin: httpx.AsyncClient, path: str = "/audit", **query: Any) -> list[dict[str, Any]]:
    answer = await admin.get(path, params={"limit": 1000, **query})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def _about(admin: httpx.AsyncClient, subject_id: str, **query: Any) -> list[dict[str, Any]]:
    return [each for each in await _entries(admin, **query) if each["subject"]["id"] == subject_id]


def _told(job_id: str, **fields: Any) -> AuditRecorded:
    """What label-service tells of an export."""
    state: dict[str, Any] = {
        "audit_id": new_id(),
        "at": SystemClock().now(),
        "action": "exported",
        "actor": AuditActor(kind="person", id=new_id()),
        "about": AuditSubject(kind="job", id=job_id),
        "job_id": job_id,
        "address": "198.51.100.7",
        "detail": {"format": "csv"},
    }
    return AuditRecorded(**{**state, **fields})


@pytest_asyncio.fixture(loop_scope="session")
async def owned(platform: Platform, publish: Publish) -> tuple[dict[str, Any], httpx.AsyncClient, str]:
    """An owner, and a job of theirs that the service knows."""
    account, owner = await platform.somebody()
    created = job(account["id"])
    await publish(created)

    async def known() -> None:
        assert (await owner.get(f"/jobs/{created.job_id}/annotators")).status_code == 200

    await eventually(known)
    return account, owner, created.job_id


async def test_members_annotators_and_strangers_do_not_read_it(
    platform: Platform, owned: tuple[dict[str, Any], httpx.AsyncClient, str]
) -> None:
    _, owner, job_id = owned
    stranger = await platform.stranger()
    assert [(await stranger.get(path)).status_code for path in ("/audit", f"/jobs/{job_id}/audit")] == [401, 401]
    assert (await owner.get("/audit")).status_code == 403
    _, foreign = await platform.somebody()
    assert (await foreign.get(f"/jobs/{job_id}/audit")).status_code == 404
    for role, status in (("labeler", 403), ("reviewer", 403), ("manager", 200)):
        account, annotator = await platform.somebody("annotator")
        await owner.post(f"/jobs/{job_id}/annotators", json={"email": account["email"], "role": role})

        async def allowed(annotator: httpx.AsyncClient = annotator, status: int = status) -> None:
            assert (await annotator.get(f"/jobs/{job_id}/audit")).status_code == status

        await eventually(allowed, within=5)


async def test_nothing_changes_or_deletes_an_entry(platform: Platform, admin: httpx.AsyncClient) -> None:
    (newest, *_) = await _entries(admin)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for path in ("/audit", f"/audit/{newest['id']}"):
            assert (await admin.request(method, path)).status_code in {404, 405}
    public = {name for name in vars(MongoAudit) if not name.startswith("_")}
    assert public == {"keep", "page"}, "the code has no way to take anything back"


async def test_sign_ins_are_told_also_failed_ones_and_never_what_was_typed(
    platform: Platform, admin: httpx.AsyncClient
) -> None:
    account, _ = await platform.somebody()
    stranger = await platform.stranger("203.0.113.9")
    typed = f"typed-{new_address()}"
    await stranger.post("/auth/login", json={"email": account["email"], "password": typed})
    await stranger.post("/auth/login", json={"email": typed, "password": typed})
    known, unknown = (await _entries(admin, action="sign-in-failed"))[1::-1]
    assert known["subject"] == {"kind": "account", "id": account["id"]}
    assert unknown["subject"] == {"kind": "account", "id": None}
    for entry in (known, unknown):
        assert entry["actor"] == {"kind": "anonymous", "id": None}
        assert (entry["address"], entry["detail"]) == ("203.0.113.9", {"method": "password"})
    (signed_in,) = await _entries(admin, action="sign-in", actor=account["id"])
    assert signed_in["detail"]["method"] == "password"
    whole = repr(await platform.service.database["audit"].find({}).to_list(None))
    for secret in (typed, PASSWORD, account["email"]):
        assert secret not in whole


async def test_keys_passwords_sessions_and_accounts(platform: Platform, admin: httpx.AsyncClient) -> None:
    account, client = await platform.somebody()
    body = {"name": "robot", "current_password": PASSWORD, "scopes": ["read"]}
    key = (await client.post("/me/api-keys", json=body)).json()
    stranger = await platform.stranger()
    grant = {"grant_type": "client_credentials", "client_secret": key["secret"]}
    assert (await stranger.post("/auth/token", data=grant)).status_code == 200
    wrong = {**grant, "client_secret": f"lsk.{key['id']}.wrong"}
    assert (await stranger.post("/auth/token", data=wrong)).status_code == 401
    await client.delete(f"/me/api-keys/{key['id']}")
    await client.post("/me/api-keys", json={**body, "current_password": "not the password"})
    await client.post("/me/password", json={"current_password": PASSWORD, "new_password": _NEW})
    again = await platform.signed_in(account["email"], _NEW)
    (session,) = (await again.get("/me/sessions")).json()["items"]
    await again.delete(f"/me/sessions/{session['id']}")
    for change in ({"role": "annotator"}, {"disabled": True}, {"disabled": False}):
        await admin.patch(f"/accounts/{account['id']}", json=change)
    found = {(each["action"], each["detail"].get("method")) for each in await _about(admin, account["id"])}
    assert found == {
        ("account-created", None),
        *(("sign-in", method) for method in ("password", "api-key")),
        *(("sign-in-failed", method) for method in ("password-again", "api-key")),
        ("password-changed", "password"),
        *((action, None) for action in ("role-changed", "account-disabled", "account-enabled")),
    }
    created, deleted = (await _about(admin, key["id"]))[::-1]
    assert (created["action"], created["detail"]["scopes"]) == ("key-created", ["read"])
    assert (deleted["action"], deleted["actor"]) == ("key-deleted", {"kind": "person", "id": account["id"]})
    (ended,) = await _about(admin, session["id"])
    assert (ended["action"], ended["detail"]["reason"]) == ("session-ended", "ended-by-person")
    (changed,) = await _about(admin, account["id"], action="role-changed")
    assert (changed["detail"]["from"], changed["detail"]["to"]) == ("member", "annotator")
    assert key["secret"].rpartition(".")[2] not in repr(await _entries(admin))


async def test_who_reads_a_letter_in_the_mailbox_is_told(make_settings: MakeSettings, database_name: str) -> None:
    name = f"{database_name}_mailbox"
    service = build(make_settings(mongodb_database=name, smtp_host=None, mailbox=True))
    await prepare(service)
    await service.start()
    try:
        async with Platform(service) as platform:
            account, member = await platform.somebody()
            reader = await platform.signed_in(ADMIN_EMAIL, ADMIN_PASSWORD)
            await (await platform.stranger()).post("/auth/password-reset", json={"email": account["email"]})
            (letter,) = (await reader.get("/mailbox")).json()["items"]
            assert (await member.get(f"/mailbox/{letter['id']}")).status_code == 403
            assert not await _entries(reader, action="letter-read"), "the list shows no link"
            assert "password-reset" in (await reader.get(f"/mailbox/{letter['id']}")).json()["text"]
            assert (await reader.get("/mailbox/nothing")).status_code == 404
            (entry,) = await _entries(reader, action="letter-read")
            assert entry["subject"] == {"kind": "letter", "id": letter["id"]}
            assert entry["actor"] == {"kind": "person", "id": (await reader.get("/me")).json()["id"]}
    finally:
        await service.client.drop_database(name)
        await service.close()


async def test_what_happens_to_a_job_is_told_to_its_managers(
    mailbox: Mailbox, publish: Publish, owned: tuple[dict[str, Any], httpx.AsyncClient, str]
) -> None:
    account, owner, job_id = owned
    annotators = f"/jobs/{job_id}/annotators"
    added = (await owner.post(annotators, json={"email": new_address(), "role": "labeler"})).json()
    await owner.patch(f"{annotators}/{added['id']}", json={"role": "reviewer"})
    await owner.post(f"{annotators}/{added['id']}:send-email")
    await owner.delete(f"{annotators}/{added['id']}")
    await publish(_told(job_id), _told(new_id()))

    async def told() -> list[dict[str, Any]]:
        found = await _entries(owner, f"/jobs/{job_id}/audit")
        assert len(found) == 5
        return found

    entries = await eventually(told)
    assert {each["job_id"] for each in entries} == {job_id}
    (exported,) = [each for each in entries if each["action"] == "exported"]
    assert (exported["address"], exported["detail"]) == ("198.51.100.7", {"format": "csv"})
    own = [each for each in reversed(entries) if each["action"] != "exported"]
    assert [each["action"] for each in own] == ["member-added", "role-changed", "invited", "member-removed"]
    assert {each["subject"]["id"] for each in own} == {added["id"]}
    assert {each["actor"]["id"] for each in own} == {account["id"]}
    assert (own[1]["detail"]["from"], own[1]["detail"]["to"]) == ("labeler", "reviewer")


async def test_what_a_jobs_event_does_is_told_as_by_who_did_it(
    publish: Publish, owned: tuple[dict[str, Any], httpx.AsyncClient, str]
) -> None:
    account, owner, job_id = owned
    named = {"annotators": ({"email": new_address(), "role": "labeler"},), "version": 2, "job_id": job_id}
    await publish(job(account["id"], JobUpdated, **named))

    async def told() -> None:
        (entry,) = await _entries(owner, f"/jobs/{job_id}/audit", action="member-added") or [{}]
        assert entry
        assert (entry["actor"], entry["address"]) == ({"kind": "person", "id": account["id"]}, "")

    await eventually(told)


async def test_an_entry_that_comes_again_is_there_once(
    platform: Platform, publish: Publish, admin: httpx.AsyncClient
) -> None:
    job_id = new_id()
    entries = [_told(job_id) for _ in range(3)]
    await publish(*entries, *entries)
    await publish(*reversed(entries), last := _told(job_id))

    async def all_there() -> list[str]:
        found = [each["id"] for each in await _about(admin, job_id)]
        assert last.audit_id in found
        return found

    found = await eventually(all_there)
    assert sorted(found) == sorted(each.audit_id for each in (*entries, last))


async def test_pages_are_newest_first_and_stay_right_while_entries_come(
    platform: Platform, admin: httpx.AsyncClient, publish: Publish
) -> None:
    actor = new_id()
    at = SystemClock().now() - timedelta(days=2)
    same = [_told(new_id(), actor=AuditActor(kind="person", id=actor), at=at) for _ in range(3)]
    later = [_told(new_id(), actor=same[0].actor, at=at + timedelta(hours=hours)) for hours in (1, 2)]
    await publish(*same, *later)

    async def all_there() -> list[str]:
        found = [each["id"] for each in await _entries(admin, actor=actor)]
        assert len(found) == 5
        return found

    whole = await eventually(all_there)
    assert whole[:2] == [later[1].audit_id, later[0].audit_id]
    pages: list[str] = []
    cursor = None
    while True:
        query: dict[str, Any] = {"actor": actor, "limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await admin.get("/audit", params=query)).json()
        pages += [each["id"] for each in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
        await publish(_told(new_id(), actor=same[0].actor))
    assert pages == whole
    assert (await admin.get("/audit", params={"cursor": "bm9uZQ"})).status_code == 422
    times = {"after": later[0].at, "before": later[1].at}
    window = {name: moment.isoformat() for name, moment in times.items() if isinstance(moment, datetime)}
    assert [each["id"] for each in await _entries(admin, actor=actor, **window)] == [later[1].audit_id]
    assert (await admin.get("/audit", params={"action": "no-such-action"})).status_code == 422


async def test_entries_are_kept_for_a_year_or_as_long_as_was_set(
    platform: Platform, make_settings: MakeSettings
) -> None:
    audit = platform.service.database["audit"]
    for settings, seconds in (({}, 365 * 86_400), ({"audit_days": 30}, 30 * 86_400)):
        service = build(make_settings(**settings))
        await migrate(service.database, service.indexes)
        await service.close()
        assert (await audit.index_information())["expiry"]["expireAfterSeconds"] == seconds


@pytest.mark.parametrize(
    ("only", "index"),
    [
        ({}, "at"),
        ({"action": "exported"}, "action"),
        ({"actor.id": "x"}, "actor"),
        ({"job_id": "x"}, "job"),
    ],
)
async def test_each_search_has_its_index(platform: Platform, only: dict[str, Any], index: str) -> None:
    audit = platform.service.database["audit"]
    await migrate(platform.service.database, audit_indexes(timedelta(days=365)))
    plan = await audit.find(only).sort([("at", -1), ("_id", -1)]).limit(10).explain()
    assert f"'indexName': '{index}'" in repr(plan["queryPlanner"]["winningPlan"])


async def test_an_act_that_does_not_happen_is_not_told(platform: Platform, admin: httpx.AsyncClient) -> None:
    account, _ = await platform.somebody()
    refused = await admin.patch(f"/accounts/{account['id']}", json={"role": "admin"}, headers={"If-Match": '"another"'})
    assert refused.status_code == 412
    assert not await _about(admin, account["id"], action="role-changed")
    body = {"email": account["email"], "name": "X", "role": "member"}
    assert (await admin.post("/accounts", json=body)).status_code == 409
    assert len(await _about(admin, account["id"], action="account-created")) == 1
