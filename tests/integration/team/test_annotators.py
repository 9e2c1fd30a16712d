"""Annotators of a job: who may add and change them, and what becomes of it."""

import asyncio
from typing import Any

import httpx
import pytest_asyncio
from tests.integration.team.mailbox import Mailbox
from tests.integration.team.people import Platform, Publish, job, new_address
from tests.support.topics import Message, read_whole
from tests.support.waiting import eventually

from labelstream_common.clock import SystemClock
from labelstream_contracts import (
    Actor,
    Contribution,
    JobDeleted,
    JobUpdated,
    MemberPayload,
    ProgressChanged,
    Totals,
    topics,
)


class Opened:
    """A job with its owner."""

    def __init__(self, owner_id: str, owner: httpx.AsyncClient, job_id: str) -> None:
        self.owner_id = owner_id
        self.owner = owner
        self.id = job_id
        self.path = f"/jobs/{job_id}/annotators"

    async def add(self, **body: Any) -> dict[str, Any]:
        answer = await self.owner.post(self.path, json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())


@pytest_asyncio.fixture(loop_scope="session")
async def opened(platform: Platform, publish: Publish) -> Opened:
    account, owner = await platform.somebody()
    created = job(account["id"])
    await publish(created)
    return Opened(account["id"], owner, created.job_id)


async def _events(platform: Platform, key: str) -> list[Message]:
    bootstrap = platform.service.settings.kafka_bootstrap_servers
    return [message for message in await read_whole(bootstrap, [topics.MEMBER.name]) if message.key == key]


async def _sees(client: httpx.AsyncClient, path: str, status: int) -> None:
    async def look() -> None:
        assert (await client.get(path)).status_code == status

    await eventually(look, within=5)


async def test_a_stranger_to_the_job_is_told_nothing_of_it(platform: Platform, opened: Opened) -> None:
    _, other = await platform.somebody()
    assert (await (await platform.stranger()).get(opened.path)).status_code == 401
    assert (await other.get(opened.path)).status_code == 404
    assert (await other.post(opened.path, json={"email": new_address(), "role": "labeler"})).status_code == 404


async def test_an_annotator_is_let_in_by_the_event_and_out_again(platform: Platform, opened: Opened) -> None:
    account, annotator = await platform.somebody("annotator")
    added = await opened.add(email=account["email"].upper(), role="labeler")
    assert (added["state"], added["account_id"]) == ("not_invited", None)
    await _sees(annotator, opened.path, 200)
    shown = (await opened.owner.get(opened.path)).json()["items"][-1]
    assert (shown["state"], shown["account_id"]) == ("active", account["id"]), "they have come"
    body = {"email": new_address(), "role": "labeler"}
    assert (await annotator.post(opened.path, json=body)).status_code == 403
    changed = await opened.owner.patch(f"{opened.path}/{added['id']}", json={"role": "manager"})
    assert changed.json()["role"] == "manager"

    async def manages() -> None:
        assert (await annotator.post(opened.path, json=body)).status_code == 201

    await eventually(manages, within=5)
    assert (await opened.owner.delete(f"{opened.path}/{added['id']}")).status_code == 204
    await _sees(annotator, opened.path, 404)


async def test_versions_go_on_when_somebody_comes_back(platform: Platform, opened: Opened) -> None:
    address = new_address()
    added = await opened.add(email=address, role="labeler")
    await opened.owner.delete(f"{opened.path}/{added['id']}")
    again = await opened.add(email=address, role="reviewer")
    assert (again["id"], again["role"], again["state"]) == (added["id"], "reviewer", "not_invited")

    async def published() -> None:
        own = [message for message in await _events(platform, opened.id) if message.envelope.subject == added["id"]]
        assert [(message.envelope.type, message.envelope.sequence) for message in own] == [
            ("labeling.member.added.v1", 1),
            ("labeling.member.removed.v1", 2),
            ("labeling.member.added.v1", 3),
        ]
        last = own[-1].payload
        assert isinstance(last, MemberPayload)
        assert (last.state, last.account_id, last.actor.id) == ("not_invited", None, opened.owner_id)

    await eventually(published)


async def test_every_event_of_an_annotator_tells_when_it_happened(platform: Platform, opened: Opened) -> None:
    began = SystemClock().now()
    added = await opened.add(email=new_address(), role="labeler")
    await opened.owner.patch(f"{opened.path}/{added['id']}", json={"role": "reviewer"})
    await opened.owner.delete(f"{opened.path}/{added['id']}")
    ended = SystemClock().now()

    async def published() -> None:
        own = [message for message in await _events(platform, opened.id) if message.envelope.subject == added["id"]]
        moments = [message.payload.at for message in own if message.payload is not None]
        assert len(moments) == 3
        assert all(moment is not None and began <= moment <= ended for moment in moments), moments

    await eventually(published)


async def test_a_person_is_an_annotator_once(opened: Opened) -> None:
    body = {"email": new_address(), "role": "labeler"}
    answers = await asyncio.gather(*(opened.owner.post(opened.path, json=body) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    assert len((await opened.owner.get(opened.path)).json()["items"]) == 1


async def test_the_owner_is_neither_added_nor_removed(opened: Opened) -> None:
    me = (await opened.owner.get("/me")).json()
    added = await opened.owner.post(opened.path, json={"email": me["email"], "role": "labeler"})
    assert (added.status_code, added.json()["code"]) == (409, "owner-is-no-annotator")
    removed = await opened.owner.delete(f"{opened.path}/{opened.owner_id}")
    assert (removed.status_code, removed.json()["code"]) == (409, "owner-is-no-annotator")


async def test_a_member_of_a_team_is_picked_with_their_role(platform: Platform, opened: Opened) -> None:
    team = (await opened.owner.post("/teams", json={"name": "Blue"})).json()
    body = {"email": new_address(), "name": "Eve", "role": "reviewer"}
    member = (await opened.owner.post(f"/teams/{team['id']}/members", json=body)).json()
    added = await opened.add(member_id=member["id"])
    assert (added["name"], added["role"], added["state"]) == ("Eve", "reviewer", "not_invited")
    assert added["id"] != member["id"]


async def test_a_foreign_team_gives_nobody_away(platform: Platform, opened: Opened) -> None:
    _, other = await platform.somebody()
    team = (await other.post("/teams", json={"name": "Secret"})).json()
    body = {"email": new_address(), "name": "Eve", "role": "labeler"}
    member = (await other.post(f"/teams/{team['id']}/members", json=body)).json()
    answer = await opened.owner.post(opened.path, json={"member_id": member["id"]})
    assert (answer.status_code, answer.json()["code"]) == (404, "member-not-found")


async def test_bad_requests_are_refused_and_change_nothing(opened: Opened) -> None:
    for body in ({}, {"email": "a@b.org", "member_id": "x"}, {"email": "a@b.org", "role": "owner"}, {"email": "nope"}):
        assert (await opened.owner.post(opened.path, json=body)).status_code == 422
    assert (await opened.owner.patch(f"{opened.path}/nobody", json={"role": "labeler"})).status_code == 404
    assert (await opened.owner.delete(f"{opened.path}/nobody")).status_code == 404
    assert (await opened.owner.get(opened.path)).json()["items"] == []


async def test_an_unknown_annotator_is_404_before_right_and_body_and_never_to_a_stranger(
    platform: Platform, opened: Opened
) -> None:
    account, labeler = await platform.somebody("annotator")
    known = (await opened.add(email=account["email"], role="labeler"))["id"]
    await _sees(labeler, opened.path, 200)
    _, stranger = await platform.somebody()
    unknown: dict[str, object] = {"zz": 1}
    for method, suffix in (("PATCH", ""), ("DELETE", ""), ("POST", ":send-email")):
        for who, annotator_id, status, code in (
            (stranger, "nobody", 404, "job-not-found"),
            (stranger, known, 404, "job-not-found"),
            (labeler, "nobody", 404, "annotator-not-found"),
            (labeler, known, 403, "right-missing"),
            (labeler, opened.owner_id, 403, "right-missing"),
            (opened.owner, "nobody", 404, "annotator-not-found"),
            (opened.owner, known, 422, "invalid-request"),
            (opened.owner, opened.owner_id, 422, "invalid-request"),
        ):
            answer = await who.request(method, f"{opened.path}/{annotator_id}{suffix}", json=unknown)
            assert (answer.status_code, answer.json()["code"]) == (status, code), (method, suffix, annotator_id)


async def test_an_annotator_of_another_job_is_not_found_in_this_one(
    platform: Platform, publish: Publish, opened: Opened
) -> None:
    second = job(opened.owner_id)
    await publish(second)
    added = await opened.add(email=new_address(), role="labeler")
    elsewhere = f"/jobs/{second.job_id}/annotators/{added['id']}"
    await _sees(opened.owner, f"/jobs/{second.job_id}/annotators", 200)
    assert (await opened.owner.patch(elsewhere, json={"role": "manager"})).status_code == 404
    assert (await opened.owner.delete(elsewhere)).status_code == 404


async def test_a_dry_run_and_a_stale_version_remove_nobody(opened: Opened) -> None:
    added = await opened.add(email=new_address(), role="labeler")
    path = f"{opened.path}/{added['id']}"
    dry = await opened.owner.delete(path, params={"dry_run": "true"})
    assert (dry.status_code, dry.json()) == (200, {"members": 1})
    assert (await opened.owner.delete(path, headers={"If-Match": '"7"'})).status_code == 412
    assert len((await opened.owner.get(opened.path)).json()["items"]) == 1
    assert (await opened.owner.delete(path, headers={"If-Match": '"1"'})).status_code == 204
    gone = (await opened.owner.get(opened.path, params={"removed": "true"})).json()["items"]
    assert [each["state"] for each in gone] == ["removed"]


async def test_annotators_go_with_their_job(platform: Platform, publish: Publish, opened: Opened) -> None:
    added = await opened.add(email=new_address(), role="labeler")
    end = job(opened.owner_id, JobDeleted, job_id=opened.id, version=2)
    await publish(end, end)

    async def removed() -> None:
        own = [message for message in await _events(platform, opened.id) if message.envelope.subject == added["id"]]
        assert [message.envelope.type.split(".")[2] for message in own] == ["added", "removed"]
        assert isinstance(own[-1].payload, MemberPayload)
        assert own[-1].payload.actor.kind == "system"

    await eventually(removed)


async def test_adding_an_address_does_not_tell_whether_it_has_an_account(
    platform: Platform, mailbox: Mailbox, opened: Opened
) -> None:
    """After every step the reply and the list look alike; only the ids and times differ."""
    account, _ = await platform.somebody()
    addresses = (account["email"], new_address())
    added = [await opened.add(email=email, role="labeler", name="Eve") for email in addresses]

    async def looks() -> list[list[object]]:
        listed = {each["id"]: each for each in (await opened.owner.get(opened.path)).json()["items"]}
        varying = {"id": "", "email": "", "added_at": "", "letter": None}
        replies = [[listed[each["id"]] | varying] for each in added]
        for reply, each in zip(replies, added, strict=True):
            answer = await opened.owner.patch(f"{opened.path}/{each['id']}", json={"role": "reviewer"})
            reply += [answer.json() | varying, answer.headers["etag"]]
        return replies

    assert set(added[0]) == set(added[1])
    for _ in range(2):
        known, unknown = await looks()
        assert known == unknown
        sent = [await opened.owner.post(f"{opened.path}/{each['id']}:send-email") for each in added]
        assert [each.json()["state"] for each in sent] == ["invited", "invited"]
        assert [each.json()["account_id"] for each in sent] == [None, None]
    assert "/invitations/" not in await mailbox.to(account["email"])
    known, unknown = await looks()
    assert known == unknown
    people = (await opened.owner.get(f"/jobs/{opened.id}/people")).json()["items"]
    assert [each["role"] for each in people] == ["owner"]
    entries = (await opened.owner.get(f"/jobs/{opened.id}/audit")).json()["items"]
    assert account["id"] not in repr(entries)
    again = [await opened.owner.post(opened.path, json={"email": email}) for email in addresses]
    assert [(each.status_code, each.json()["code"]) for each in again] == [(409, "already-member")] * 2


async def test_who_labels_has_come(platform: Platform, publish: Publish, opened: Opened) -> None:
    account, _ = await platform.somebody("annotator")
    added = await opened.add(email=account["email"], role="labeler")
    at = SystemClock().now()
    by = Contribution(actor=Actor(kind="person", id=account["id"]), day=at.date(), added=1)
    totals = Totals(total=1, labeled=1, unlabeled=0, to_confirm=0)
    await publish(ProgressChanged(job_id=opened.id, seq=1, at=at, totals=totals, by=(by,)))

    async def known() -> None:
        shown = next(
            each for each in (await opened.owner.get(opened.path)).json()["items"] if each["id"] == added["id"]
        )
        assert (shown["state"], shown["account_id"], shown["name"]) == ("active", account["id"], "Somebody")

    await eventually(known)


async def test_who_becomes_the_owner_is_no_annotator_any_more_and_the_one_before_becomes_a_manager(
    platform: Platform, publish: Publish, opened: Opened
) -> None:
    account, successor = await platform.somebody()
    await opened.add(email=account["email"], role="manager")
    await publish(job(account["id"], JobUpdated, job_id=opened.id, version=2))

    async def changed_places() -> None:
        listed = await successor.get(opened.path)
        assert listed.status_code == 200
        people = [(each["account_id"], each["role"], each["state"]) for each in listed.json()["items"]]
        assert people == [(opened.owner_id, "manager", "active")]

    await eventually(changed_places)


async def test_an_old_event_of_a_job_changes_nothing(platform: Platform, publish: Publish, opened: Opened) -> None:
    account, _ = await platform.somebody()
    await publish(job(opened.owner_id, JobUpdated, job_id=opened.id, version=3, name="Newer"))
    await publish(job(account["id"], JobUpdated, job_id=opened.id, version=2, name="Older"))
    marker = job(opened.owner_id)
    await publish(marker)
    jobs = platform.service.app.state.ports.jobs

    async def arrived() -> None:
        known = await jobs.find(opened.id)
        assert known is not None
        assert (known.name, known.version, known.owner_id) == ("Newer", 3, opened.owner_id)
        assert await jobs.find(marker.job_id) is not None

    await eventually(arrived)
