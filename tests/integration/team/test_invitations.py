"""Invitations and password resets: links that are sent by e-mail, hold for a while and work once."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest_asyncio
from tests.integration.team.conftest import MakeSettings
from tests.integration.team.mailbox import Mailbox, text_of
from tests.integration.team.people import ADMIN_EMAIL, PASSWORD, Platform, Publish, job, new_address
from tests.support.waiting import eventually

from labelstream_common.clock import SystemClock
from labelstream_common.ids import new_id
from team_service.bootstrap import build

_ACCEPTANCE = {"name": "Eve", "password": PASSWORD}


class Job:
    def __init__(self, owner: httpx.AsyncClient, job_id: str) -> None:
        self.owner = owner
        self.id = job_id
        self.path = f"/jobs/{job_id}/annotators"

    async def adds(self, email: str) -> dict[str, Any]:
        answer = await self.owner.post(self.path, json={"email": email, "role": "labeler"})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def sends(self, annotator: dict[str, Any]) -> httpx.Response:
        return await self.owner.post(f"{self.path}/{annotator['id']}:send-email")

    async def shown(self, annotator: dict[str, Any]) -> dict[str, Any]:
        listed = (await self.owner.get(self.path)).json()["items"]
        return next(dict(each) for each in listed if each["id"] == annotator["id"])

    async def state_of(self, annotator: dict[str, Any]) -> str:
        return str((await self.shown(annotator))["state"])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def jobs(platform: Platform, publish: Publish) -> list[Job]:
    """Two jobs of two owners, known to the service."""
    opened = []
    for _ in range(2):
        account, owner = await platform.somebody()
        created = job(account["id"], name="Digits\r\nBcc: everybody@example.org")
        await publish(created)
        opened.append(Job(owner, created.job_id))

        async def known(job_id: str = created.job_id) -> None:
            assert await platform.service.app.state.ports.jobs.find(job_id) is not None

        await eventually(known)
    return opened


async def test_adding_sends_nothing_and_sending_invites(mailbox: Mailbox, jobs: list[Job]) -> None:
    before, address = len(mailbox.letters), new_address()
    annotator = await jobs[0].adds(address)
    assert (annotator["state"], len(mailbox.letters)) == ("not_invited", before)
    answer = await jobs[0].sends(annotator)
    assert (answer.status_code, answer.json()["state"]) == (200, "invited")
    assert answer.json()["letter"]["state"] == "queued"
    letter = await mailbox.letter_to(address)
    assert letter["Bcc"] is None
    for form in ("plain", "html"):
        assert "https://labels.example.org/invitations/" in text_of(letter, form)
    assert "Digits Bcc: everybody@example.org" in text_of(letter)

    async def noted() -> None:
        assert (await jobs[0].shown(annotator))["letter"]["state"] == "sent"

    await eventually(noted)


async def test_accepting_makes_an_annotator_who_is_active_wherever_they_were_added(
    platform: Platform, mailbox: Mailbox, jobs: list[Job]
) -> None:
    address = new_address()
    annotators = [await job.adds(address) for job in jobs]
    team = (await jobs[0].owner.post("/teams", json={"name": "Blue"})).json()
    body = {"email": address, "name": "Eve", "role": "labeler"}
    await jobs[0].owner.post(f"/teams/{team['id']}/members", json=body)
    await jobs[0].sends(annotators[0])
    earlier = await mailbox.link_to(address, "invitations")
    await jobs[0].sends(annotators[0])
    token = await mailbox.link_to(address, "invitations", count=2)
    assert earlier != token
    invited = await platform.stranger()
    shown = (await invited.get(f"/invitations/{token}")).json()
    assert (shown["email"], shown["job_id"]) == (address, jobs[0].id)
    key = {"Idempotency-Key": new_id()}
    accepted = await invited.post(f"/invitations/{earlier}:accept", json=_ACCEPTANCE, headers=key)
    assert accepted.status_code == 200, accepted.text
    repeated = await invited.post(f"/invitations/{earlier}:accept", json=_ACCEPTANCE, headers=key)
    assert (repeated.status_code, repeated.json()) == (200, accepted.json())
    assert accepted.json() | {"id": ""} == {"id": "", "email": address, "name": "Eve", "role": "annotator"}
    for job_, annotator in zip(jobs, annotators, strict=True):
        assert await job_.state_of(annotator) == "active"
    members = (await jobs[0].owner.get(f"/teams/{team['id']}/members")).json()["items"]
    assert [(member["state"], member["account_id"]) for member in members] == [("active", accepted.json()["id"])]
    for used in (earlier, token):
        again = await invited.post(f"/invitations/{used}:accept", json=_ACCEPTANCE)
        assert (again.status_code, again.json()["code"]) == (410, "invitation-used")
    eve = await platform.signed_in(address)

    async def works() -> None:
        assert (await eve.get(jobs[1].path)).status_code == 200

    await eventually(works, within=5)


async def test_of_many_uses_at_once_one_makes_the_account(
    platform: Platform, mailbox: Mailbox, jobs: list[Job]
) -> None:
    address = new_address()
    await jobs[0].sends(await jobs[0].adds(address))
    path = f"/invitations/{await mailbox.link_to(address, 'invitations')}:accept"
    invited = await platform.stranger()
    answers = await asyncio.gather(*(invited.post(path, json=_ACCEPTANCE) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 410, 410, 410, 410]


async def test_a_bad_acceptance_leaves_the_link_good(platform: Platform, mailbox: Mailbox, jobs: list[Job]) -> None:
    address = new_address()
    await jobs[0].sends(await jobs[0].adds(address))
    path = f"/invitations/{await mailbox.link_to(address, 'invitations')}:accept"
    invited = await platform.stranger()
    for change in ({"password": "short"}, {"name": ""}, {"role": "admin"}):
        assert (await invited.post(path, json={**_ACCEPTANCE, **change})).status_code == 422
    assert (await invited.post(path, json=_ACCEPTANCE)).status_code == 200


async def test_a_removed_annotator_is_not_let_in_by_an_old_link(
    platform: Platform, mailbox: Mailbox, jobs: list[Job]
) -> None:
    address = new_address()
    annotator = await jobs[0].adds(address)
    await jobs[0].sends(annotator)
    await jobs[0].owner.delete(f"{jobs[0].path}/{annotator['id']}")
    path = f"/invitations/{await mailbox.link_to(address, 'invitations')}:accept"
    answer = await (await platform.stranger()).post(path, json=_ACCEPTANCE)
    assert (answer.status_code, answer.json()["code"]) == (410, "invitation-withdrawn")


async def test_a_link_ends_after_72_hours(platform: Platform, mailbox: Mailbox, jobs: list[Job]) -> None:
    address = new_address()
    await jobs[0].sends(await jobs[0].adds(address))
    invitations = platform.service.database["invitations"]
    found = await invitations.find_one({"email": address})
    assert found is not None
    left = found["expires_at"] - SystemClock().now()
    assert timedelta(hours=71, minutes=59) < left <= timedelta(hours=72)
    await invitations.update_one({"_id": found["_id"]}, {"$set": {"expires_at": SystemClock().now()}})
    path = f"/invitations/{await mailbox.link_to(address, 'invitations')}:accept"
    answer = await (await platform.stranger()).post(path, json=_ACCEPTANCE)
    assert (answer.status_code, answer.json()["code"]) == (410, "invitation-expired")


async def test_an_unknown_link_is_not_found_and_guessing_is_stopped(platform: Platform) -> None:
    guesser = await platform.stranger("192.0.2.99")
    answers = [(await guesser.get(f"/invitations/guess-{number}")).status_code for number in range(101)]
    assert answers == [404] * 100 + [429]


async def test_somebody_with_an_account_gets_the_job_without_an_invitation(
    platform: Platform, mailbox: Mailbox, jobs: list[Job]
) -> None:
    account, _ = await platform.somebody("annotator")
    annotator = await jobs[0].adds(account["email"])
    answer = await jobs[0].sends(annotator)
    assert (answer.status_code, answer.json()["state"]) == (200, "invited")
    text = await mailbox.to(account["email"])
    assert "/invitations/" not in text
    assert "https://labels.example.org/jobs/" in text


async def test_a_letter_that_the_mail_server_does_not_take_is_tried_again(mailbox: Mailbox, jobs: list[Job]) -> None:
    address = new_address()
    annotator = await jobs[0].adds(address)
    mailbox.refuse = True
    try:
        assert (await jobs[0].sends(annotator)).status_code == 200

        async def told() -> None:
            letter = (await jobs[0].shown(annotator))["letter"]
            assert letter["state"] == "queued"
            assert "451" in (letter["reason"] or "")

        await eventually(told)
    finally:
        mailbox.refuse = False
    await mailbox.letter_to(address)


async def test_an_address_that_is_not_there_is_told_and_not_tried_again(mailbox: Mailbox, jobs: list[Job]) -> None:
    address = new_address()
    annotator = await jobs[0].adds(address)
    mailbox.never.add(address)
    await jobs[0].sends(annotator)

    async def told() -> None:
        letter = (await jobs[0].shown(annotator))["letter"]
        assert letter["state"] == "failed"
        assert "no such mailbox" in letter["reason"]

    await eventually(told)


async def test_what_was_sent_is_kept_nowhere(platform: Platform, mailbox: Mailbox, jobs: list[Job]) -> None:
    """A letter holds a link that signs somebody in."""
    address = new_address()
    await jobs[0].sends(await jobs[0].adds(address))
    token = await mailbox.link_to(address, "invitations")

    async def forgotten() -> None:
        (kept,) = await platform.service.database["letters"].find({"to": address}).to_list(None)
        assert token not in repr(kept)

    await eventually(forgotten)


async def test_without_a_mail_server_sending_says_so(
    make_settings: MakeSettings, jobs: list[Job], platform: Platform
) -> None:
    annotator = await jobs[0].adds(new_address())
    mute = build(make_settings(smtp_host=None))
    try:
        transport = httpx.ASGITransport(mute.app)
        headers = dict(jobs[0].owner.headers)
        async with httpx.AsyncClient(transport=transport, base_url="http://mute/api/v1", headers=headers) as owner:
            answer = await owner.post(f"{jobs[0].path}/{annotator['id']}:send-email")
    finally:
        await mute.close()
    assert (answer.status_code, answer.json()["code"]) == (409, "mail-not-configured")


async def test_a_password_is_reset_by_a_link_that_works_once(platform: Platform, mailbox: Mailbox) -> None:
    account, _ = await platform.somebody()
    stranger = await platform.stranger()
    answer = await stranger.post("/auth/password-reset", json={"email": account["email"]})
    assert answer.status_code == 202

    path = f"/auth/password-reset/{await mailbox.link_to(account['email'], 'password-reset')}"
    key = {"Idempotency-Key": new_id()}
    assert (await stranger.post(path, json={"password": "short"}, headers=key)).status_code == 422
    for replayed in (None, "true"):
        answer = await stranger.post(path, json={"password": "a new long one"}, headers=key)
        assert (answer.status_code, answer.json()) == (200, {})
        assert answer.headers.get("Idempotency-Replayed") == replayed
    other = await stranger.post(path, json={"password": "another long one"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused")
    assert (await stranger.post(path, json={"password": "another long one"})).status_code == 410
    await platform.signed_in(account["email"], "a new long one")


async def test_asking_for_a_reset_tells_nobody_who_is_here(platform: Platform, mailbox: Mailbox) -> None:
    stranger, before = await platform.stranger("192.0.2.40"), len(mailbox.letters)
    known = await stranger.post("/auth/password-reset", json={"email": ADMIN_EMAIL})
    unknown = await stranger.post("/auth/password-reset", json={"email": new_address()})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (202, b"{}")

    async def one_letter() -> None:
        assert len(mailbox.letters) == before + 1

    await eventually(one_letter)
