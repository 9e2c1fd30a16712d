"""Another owner, the team that a job names, and the settings of team labeling."""

import asyncio
from functools import partial
from typing import Any

import pytest
from tests.integration.job.others import Publish, SignIn, Somebody, account, dataset, member, of_team, team
from tests.support.audited import told as audit_told
from tests.support.topics import read_whole
from tests.support.waiting import eventually

from labelstream_common.ids import new_id
from labelstream_common.runtime import Service
from labelstream_contracts import JobPayload, JobUpdated, topics


async def opened(who: Somebody, publish: Publish, **fields: Any) -> dict[str, Any]:
    of_them = dataset(who.id)
    await publish(of_them)
    return await who.opens(of_them.dataset_id, **fields)


async def test_only_the_owner_and_administrators_give_a_job_away(somebody: SignIn, publish: Publish) -> None:
    ada, bob, eve, admin = somebody(), somebody(), somebody(), somebody("admin")
    job = (await opened(ada, publish))["id"]
    await publish(account(bob.id), account(eve.id), member(job, eve.id, "manager"))

    async def manages() -> None:
        assert (await eve.sees(job))["role"] == "manager"

    await eventually(manages)
    refused = await eve.http.patch(f"/jobs/{job}", json={"owner_id": eve.id})
    assert (refused.status_code, refused.json()["code"]) == (403, "right-missing")
    assert (await eve.http.patch(f"/jobs/{job}", json={"name": "Mine"})).status_code == 200
    given = await admin.http.patch(f"/jobs/{job}", json={"owner_id": bob.id})
    assert (given.status_code, given.json()["owner_id"]) == (200, bob.id)
    assert (await bob.sees(job))["role"] == "owner"


async def test_a_former_owner_stays_as_a_manager(somebody: SignIn, publish: Publish, service: Service) -> None:
    ada, bob = somebody(), somebody()
    job = (await opened(ada, publish))["id"]
    await publish(account(bob.id), member(job, ada.id, "manager"))  # as team-service will say
    given = await ada.http.patch(f"/jobs/{job}", json={"owner_id": bob.id})
    assert (given.status_code, given.json()["owner_id"], given.json()["role"]) == (200, bob.id, "manager")
    assert (await ada.sees(job))["role"] == "manager"

    async def owns_no_more() -> None:
        assert (await ada.http.delete(f"/jobs/{job}", params={"dry_run": "true"})).status_code == 403

    await eventually(owns_no_more, within=1)
    assert (await bob.http.get("/jobs", params={"tab": "created"})).json()["items"][0]["id"] == job

    async def told() -> None:
        sent = await read_whole(service.settings.kafka_bootstrap_servers, [topics.JOB.name])
        (changed,) = [m.payload for m in sent if m.key == job and isinstance(m.payload, JobUpdated)]
        assert (changed.owner_id, changed.actor.id, changed.version) == (bob.id, ada.id, 2)

    await eventually(told)
    created, entry = await audit_told(service, job, 2)
    assert (created.action, created.actor.id) == ("job-created", ada.id)
    assert (entry.action, entry.actor.id, entry.job_id, entry.address) == ("owner-changed", ada.id, job, "127.0.0.1")
    assert entry.detail == {"from": ada.id, "to": bob.id}


async def test_an_owner_must_be_an_account_that_may_create_jobs(somebody: SignIn, publish: Publish) -> None:
    ada, bob, eve = somebody(), somebody("annotator"), somebody()
    job = (await opened(ada, publish))["id"]
    await publish(account(bob.id, "annotator"), account(eve.id, disabled=True))
    unknown = await ada.http.patch(f"/jobs/{job}", json={"owner_id": "nobody"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "account-not-found")
    for unfit in (bob, eve):
        answer = await ada.http.patch(f"/jobs/{job}", json={"owner_id": unfit.id})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid-owner")
    assert (await ada.sees(job))["version"] == 1


async def test_a_team_that_the_caller_does_not_see_is_not_found(somebody: SignIn, publish: Publish) -> None:
    ada, bob, admin = somebody(), somebody(), somebody("admin")
    job = (await opened(ada, publish))["id"]
    theirs, shared, gone = team(bob.id), team(bob.id), team(ada.id)
    await publish(theirs, shared, of_team(shared.team_id, ada.id), gone)
    ended = team(ada.id, team_id=gone.team_id, version=2, deleted=True)
    await publish(ended)

    async def joins() -> None:
        assert (await ada.http.patch(f"/jobs/{job}", json={"team": {"team_id": shared.team_id}})).status_code == 200
        assert (await ada.http.patch(f"/jobs/{job}", json={"team": {"team_id": gone.team_id}})).status_code == 404

    await eventually(joins)
    for unseen in (theirs.team_id, new_id(), "none"):
        change = await ada.http.patch(f"/jobs/{job}", json={"team": {"team_id": unseen}})
        assert (change.status_code, change.json()["code"]) == (404, "team-not-found")
        body = {"name": "n", "dataset_id": "d", "type": "image_classification", "team": {"team_id": unseen}}
        assert (await ada.http.post("/jobs", json=body)).json()["code"] == "team-not-found"
    by_admin = await admin.http.patch(f"/jobs/{job}", json={"team": {"team_id": theirs.team_id}})
    assert by_admin.json()["team"]["team_id"] == theirs.team_id
    kept = await ada.http.patch(f"/jobs/{job}", json={"name": "Kept", "team": {"team_id": theirs.team_id}})
    assert kept.status_code == 200, "a team that the job has already is no news"
    await publish(of_team(shared.team_id, ada.id, version=2, state="removed"))

    async def leaves() -> None:
        body = {"name": "n", "dataset_id": "d", "type": "image_classification", "team": {"team_id": shared.team_id}}
        assert (await ada.http.post("/jobs", json=body)).json()["code"] == "team-not-found"

    await eventually(leaves)


async def test_a_member_that_the_caller_does_not_see_is_not_found(somebody: SignIn, publish: Publish) -> None:
    ada, bob, admin = somebody(), somebody(), somebody("admin")
    own, theirs, gone = team(ada.id), team(bob.id), team(ada.id)
    cyd, dan, eve, fay = (
        of_team(one.team_id, new_id(), member_id=f"member-{new_id()}") for one in (own, theirs, own, gone)
    )
    await publish(own, theirs, gone, cyd, dan, eve, fay)
    job = (await opened(ada, publish))["id"]
    knows = {"team": {"annotators": [{"member_id": cyd.member_id}]}}

    async def known() -> None:
        assert (await ada.http.patch(f"/jobs/{job}", json=knows)).status_code == 200

    await eventually(known)
    left = of_team(own.team_id, eve.account_id or "", member_id=eve.member_id, version=2, state="removed")
    await publish(left, team(ada.id, team_id=gone.team_id, version=2, deleted=True))

    async def refused(unseen: str) -> None:
        body = {"team": {"annotators": [{"member_id": cyd.member_id}, {"member_id": unseen}]}}
        new = {"name": "n", "dataset_id": "d", "type": "image_classification", **body}
        for answer in (await ada.http.patch(f"/jobs/{job}", json=body), await ada.http.post("/jobs", json=new)):
            assert (answer.status_code, answer.json()["code"]) == (404, "member-not-found"), answer.text
            assert [error["pointer"] for error in answer.json()["errors"]] == ["/team/annotators/1/member_id"]

    for member_of in (dan, eve, fay):
        await eventually(partial(refused, member_of.member_id))
    await refused("nobody")
    change = {"team": {"annotators": [{"member_id": dan.member_id}]}}
    assert (await admin.http.patch(f"/jobs/{job}", json=change)).status_code == 200


async def test_a_member_who_has_just_been_added_is_waited_for(somebody: SignIn, publish: Publish) -> None:
    ada = somebody()
    job, own = (await opened(ada, publish))["id"], team(ada.id)
    await publish(own)
    added = of_team(own.team_id, new_id(), member_id=new_id())
    body = {"team": {"annotators": [{"member_id": added.member_id}]}}
    asking = asyncio.create_task(ada.http.patch(f"/jobs/{job}", json=body))
    await asyncio.sleep(0.2)
    assert not asking.done()
    await publish(added)
    assert (await asking).status_code == 200


async def test_settings_that_are_changed_at_once_are_all_kept(somebody: SignIn, publish: Publish) -> None:
    ada = somebody()
    job = (await opened(ada, publish))["id"]
    await ada.http.patch(f"/jobs/{job}", json={"team": {"assignment": "none"}})
    changes: list[dict[str, Any]] = [
        {"name": "Another"},
        {"description": "What it is for"},
        *({"team": {name: value}} for name, value in (("assignment", "queue"), ("overlap", 3), ("review", "required"))),
    ]
    answers = await asyncio.gather(*(ada.http.patch(f"/jobs/{job}", json=change) for change in changes))
    assert {answer.status_code for answer in answers} == {200}
    seen = await ada.sees(job)
    assert (seen["name"], seen["description"], seen["version"]) == ("Another", "What it is for", 7)
    assert (seen["team"]["assignment"], seen["team"]["overlap"], seen["team"]["review"]) == ("queue", 3, "required")


@pytest.mark.parametrize(
    ("setting", "value"),
    [("assignment", "fair"), ("overlap", 0), ("overlap", 10), ("review", "some"), ("deal", "even")],
)
async def test_settings_that_are_none_are_refused(
    somebody: SignIn, publish: Publish, setting: str, value: object
) -> None:
    ada = somebody()
    job = (await opened(ada, publish))["id"]
    answer = await ada.http.patch(f"/jobs/{job}", json={"team": {setting: value}})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"/team/{setting}"
    assert not (await ada.sees(job))["is_team"]


async def test_items_are_dealt_out_where_a_job_is_opened_for_people(somebody: SignIn, publish: Publish) -> None:
    ada = somebody()
    bob = {"email": "bob@example.org", "role": "labeler"}
    default = {"team_id": None, "assignment": "none", "overlap": 1, "review": "none", "labels_may_be_created": True}
    assert (await opened(ada, publish, team={}))["team"] == default
    job = await opened(ada, publish, team={"annotators": [bob]})
    assert job["team"] == {**default, "assignment": "even"}
    chosen = {"assignment": "queue", "overlap": 9, "review": "required", "labels_may_be_created": False}
    assert (await opened(ada, publish, team={"annotators": [bob], **chosen}))["team"] == {**default, **chosen}


async def test_settings_are_kept_as_far_as_a_change_leaves_them_out(
    somebody: SignIn, publish: Publish, service: Service
) -> None:
    ada = somebody()
    job = await opened(ada, publish, team={"labels_may_be_created": False})
    settings = {"team_id": None, "assignment": "none", "overlap": 1, "review": "none", "labels_may_be_created": False}
    assert job["team"] == settings
    kept = await ada.http.patch(f"/jobs/{job['id']}", json={"team": {"assignment": "queue", "overlap": 3}})
    assert kept.json()["team"] == (settings := {**settings, "assignment": "queue", "overlap": 3})
    bob = {"email": "bob@example.org", "role": "labeler"}
    later = await ada.http.patch(f"/jobs/{job['id']}", json={"team": {"annotators": [bob], "review": "required"}})
    assert later.json()["team"] == (settings := {**settings, "review": "required"})

    async def told_with_every_event() -> None:
        messages = await read_whole(service.settings.kafka_bootstrap_servers, [topics.JOB.name])
        events = [one.payload for one in messages if isinstance(one.payload, JobPayload)]
        last = [event for event in events if event.job_id == job["id"]][-1]
        assert last.team_settings.document() == {name: settings[name] for name in last.team_settings.document()}

    await eventually(told_with_every_event)
    assert (await ada.http.patch(f"/jobs/{job['id']}", json={"team": None})).json()["team"] is None
    again = (await ada.http.patch(f"/jobs/{job['id']}", json={"team": {}})).json()["team"]
    assert again["assignment"] == "none"
    assert again["labels_may_be_created"]


async def test_job_of_an_earlier_release_has_its_one_setting(
    somebody: SignIn, publish: Publish, service: Service
) -> None:
    ada = somebody()
    job = await opened(ada, publish, team={})
    earlier = {"$unset": {"settings": ""}, "$set": {"labelers_may_create_labels": False}}
    await service.database["jobs"].update_one({"_id": job["id"]}, earlier)
    assert (await ada.sees(job["id"]))["team"] == {**job["team"], "labels_may_be_created": False}


@pytest.mark.parametrize("name", ["a\u202eb", "a\x00b", "a\nb", "\ufeffa", "a\u200d", "x" * 129, "  "])
async def test_names_with_invisible_characters_are_refused(somebody: SignIn, publish: Publish, name: str) -> None:
    ada = somebody()
    job = (await opened(ada, publish, name="نمی\u200cخواهم"))["id"]
    answer = await ada.http.patch(f"/jobs/{job}", json={"name": name})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/name")
