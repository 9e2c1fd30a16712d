"""Annotators that a job names when it is opened or changed, and the teams that it names."""

from typing import Any

import httpx
import pytest_asyncio
from tests.integration.team.people import Platform, Publish, job, new_address
from tests.support.topics import read_whole
from tests.support.waiting import eventually

from labelstream_common.ids import new_id
from labelstream_contracts import JobAnnotator, JobCompleted, JobUpdated, MemberPayload, topics


class Owner:
    """Somebody who opens jobs and has a team."""

    def __init__(self, account: dict[str, Any], http: httpx.AsyncClient, platform: Platform, publish: Publish) -> None:
        self.id: str = account["id"]
        self.email: str = account["email"]
        self.http = http
        self.publish = publish
        self._platform = platform

    async def team(self, **roles: str) -> tuple[str, dict[str, dict[str, Any]]]:
        """A new team, and its members by name; each has an address of their own."""
        team = (await self.http.post("/teams", json={"name": "Blue"})).json()
        members = {}
        for name, role in roles.items():
            body = {"email": new_address(), "name": name, "role": role}
            members[name] = (await self.http.post(f"/teams/{team['id']}/members", json=body)).json()
        return team["id"], members

    async def follows(self, job_id: str, version: int) -> None:
        jobs = self._platform.service.app.state.ports.jobs

        async def known() -> None:
            found = await jobs.find(job_id)
            assert found is not None
            assert found.version >= version

        await eventually(known)

    async def opens(self, *annotators: JobAnnotator, **fields: Any) -> str:
        """A job that team-service has heard of."""
        created = job(self.id, annotators=annotators, **fields)
        await self.publish(created)
        await self.follows(created.job_id, 1)
        return created.job_id

    async def changes(self, job_id: str, version: int, *annotators: JobAnnotator, **fields: Any) -> None:
        updated = job(self.id, JobUpdated, job_id=job_id, version=version, annotators=annotators, **fields)
        await self.publish(updated, updated)
        await self.follows(job_id, version)

    async def annotators(self, job_id: str) -> dict[str, tuple[str, str]]:
        """Role and state of each by address."""

        async def listed() -> dict[str, tuple[str, str]]:
            answer = await self.http.get(f"/jobs/{job_id}/annotators")
            assert answer.status_code == 200, answer.text
            return {each["email"]: (each["role"], each["state"]) for each in answer.json()["items"]}

        return await eventually(listed)


@pytest_asyncio.fixture(loop_scope="session")
async def owner(platform: Platform, publish: Publish) -> Owner:
    account, http = await platform.somebody()
    return Owner(account, http, platform, publish)


def by_address(email: str, role: str = "labeler") -> JobAnnotator:
    return JobAnnotator.model_validate({"email": email, "role": role})


async def test_a_named_stranger_is_not_invited_and_an_account_may_begin(platform: Platform, owner: Owner) -> None:
    account, annotator = await platform.somebody("annotator")
    stranger = new_address()
    opened = await owner.opens(by_address(account["email"].upper(), "reviewer"), by_address(stranger))
    # Whether an address has an account is told once the person has come.
    assert await owner.annotators(opened) == {
        account["email"]: ("reviewer", "not_invited"),
        stranger: ("labeler", "not_invited"),
    }

    async def let_in() -> None:
        assert (await annotator.get(f"/jobs/{opened}/annotators")).status_code == 200

    await eventually(let_in, within=5)

    async def came() -> None:
        assert await owner.annotators(opened) == {
            account["email"]: ("reviewer", "active"),
            stranger: ("labeler", "not_invited"),
        }

    await eventually(came)


async def test_each_named_annotator_is_told_once(platform: Platform, owner: Owner) -> None:
    created = job(owner.id, annotators=[by_address(new_address()), by_address(new_address())])
    await owner.publish(created, created)
    await owner.changes(created.job_id, 2)

    async def told() -> list[MemberPayload]:
        sent = await read_whole(platform.service.settings.kafka_bootstrap_servers, [topics.MEMBER.name])
        own = [m.payload for m in sent if m.key == created.job_id and isinstance(m.payload, MemberPayload)]
        assert len(own) == 2
        return own

    events = await eventually(told)
    assert {event.event_type for event in events} == {"labeling.member.added.v1"}
    assert {(event.version, event.actor.kind, event.actor.id) for event in events} == {(1, "person", owner.id)}


async def test_the_members_of_a_named_team_become_annotators(owner: Owner) -> None:
    team_id, members = await owner.team(Ann="reviewer", Ben="labeler", Cid="labeler")
    await owner.http.delete(f"/teams/{team_id}/members/{members['Cid']['id']}")
    opened = await owner.opens(JobAnnotator(member_id=members["Ben"]["id"], role="manager"), team_id=team_id)
    assert await owner.annotators(opened) == {
        members["Ann"]["email"]: ("reviewer", "not_invited"),
        members["Ben"]["email"]: ("manager", "not_invited"),
    }


async def test_a_picked_member_has_the_role_of_the_team(owner: Owner) -> None:
    _, members = await owner.team(Ann="reviewer", Ben="labeler")
    opened = await owner.opens(JobAnnotator(member_id=members["Ann"]["id"]))
    assert await owner.annotators(opened) == {members["Ann"]["email"]: ("reviewer", "not_invited")}


async def test_who_was_removed_is_not_brought_back_by_a_team_named_before(owner: Owner) -> None:
    team_id, _ = await owner.team(Ann="reviewer")
    opened = await owner.opens(team_id=team_id)
    (annotator,) = (await owner.http.get(f"/jobs/{opened}/annotators")).json()["items"]
    assert (await owner.http.delete(f"/jobs/{opened}/annotators/{annotator['id']}")).status_code == 204
    await owner.changes(opened, 2, team_id=team_id, name="Renamed")
    await owner.publish(job(owner.id, JobCompleted, job_id=opened, version=3, team_id=team_id))
    await owner.follows(opened, 3)
    assert await owner.annotators(opened) == {}
    await owner.changes(opened, 4, by_address(annotator["email"]), team_id=team_id)
    again = (await owner.http.get(f"/jobs/{opened}/annotators")).json()["items"]
    assert [(each["id"], each["role"]) for each in again] == [(annotator["id"], "labeler")]


async def test_a_job_that_is_given_a_team_later_gets_its_members(owner: Owner) -> None:
    stays = new_address()
    opened = await owner.opens(by_address(stays))
    team_id, members = await owner.team(Ann="reviewer")
    await owner.changes(opened, 2, by_address(stays, "manager"), team_id=team_id)
    assert await owner.annotators(opened) == {
        stays: ("labeler", "not_invited"),
        members["Ann"]["email"]: ("reviewer", "not_invited"),
    }


async def test_a_foreign_team_gives_nobody_away(platform: Platform, owner: Owner, publish: Publish) -> None:
    other = Owner(*await platform.somebody(), platform, publish)
    team_id, members = await other.team(Ann="labeler")
    opened = await owner.opens(JobAnnotator(member_id=members["Ann"]["id"]), team_id=team_id)
    assert await owner.annotators(opened) == {}


async def test_who_cannot_be_added_is_left_out_and_the_others_are_added(owner: Owner) -> None:
    known = new_address()
    opened = await owner.opens(
        JobAnnotator(member_id="nobody"),
        by_address(owner.email),
        by_address("nope"),
        by_address(known),
        by_address(known.upper(), "manager"),
        team_id=new_id(),
    )
    assert await owner.annotators(opened) == {known: ("labeler", "not_invited")}


async def test_a_full_job_takes_as_many_as_there_is_room_for(owner: Owner) -> None:
    opened = await owner.opens(*(by_address(f"{number}-{new_address()}") for number in range(999)))
    await owner.changes(opened, 2, by_address(new_address()), by_address(new_address()))
    full = await owner.http.post(f"/jobs/{opened}/annotators", json={"email": new_address(), "role": "labeler"})
    assert (full.status_code, full.json()["code"]) == (409, "too-many-members")
