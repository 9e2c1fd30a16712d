"""The life of a job, and what is told of it."""

import asyncio

import httpx
import pytest
from tests.integration.job.others import Publish, SignIn, Somebody, dataset, prepared, progress, shared, team, totals
from tests.support.audited import told as audit_told
from tests.support.topics import read_whole
from tests.support.waiting import eventually

from job_service.adapters.mongo import PROGRESS, PROGRESS_SHARES
from labelstream_common.ids import new_id
from labelstream_common.runtime import Service
from labelstream_contracts import DatasetSynchronized, JobPayload, JobSynchronized, JobUpdated, topics


async def opened(who: Somebody, publish: Publish) -> tuple[str, str]:
    of_them = dataset(who.id)
    await publish(of_them)
    return (await who.opens(of_them.dataset_id))["id"], of_them.dataset_id


async def becomes(who: Somebody, job_id: str, state: str) -> None:
    async def is_so() -> None:
        assert (await who.sees(job_id))["state"] == state

    await eventually(is_so)


async def told(service: Service, job_id: str) -> list[JobPayload]:
    sent = await read_whole(service.settings.kafka_bootstrap_servers, [topics.JOB.name])
    return [m.payload for m in sent if isinstance(m.payload, JobPayload) and m.key == job_id]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("GET", "/progress"),
        ("POST", ":complete"),
        ("POST", ":reopen"),
    ],
)
async def test_who_may_not(
    stranger: httpx.AsyncClient, somebody: SignIn, publish: Publish, method: str, path: str
) -> None:
    job, _ = await opened(somebody(), publish)
    body = {"name": "Mine"} if method == "PATCH" else None
    assert (await stranger.request(method, f"/jobs/{job}{path}", json=body)).status_code == 401
    answer = await somebody().http.request(method, f"/jobs/{job}{path}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "job-not-found")


async def test_each_step_is_one_event_with_the_next_version(
    somebody: SignIn, publish: Publish, service: Service
) -> None:
    ada = somebody()
    job, _ = await opened(ada, publish)
    shift = team(ada.id)
    await publish(shift)
    early = await ada.http.post(f"/jobs/{job}:complete")
    assert (early.status_code, early.json()["code"], early.json()["state"]) == (409, "job-state", "preparing")
    await publish(prepared(job), prepared(job))
    await becomes(ada, job, "active")
    assert (await ada.sees(job))["progress"]["total"] == 10

    assert (await ada.http.post(f"/jobs/{job}:reopen")).status_code == 409
    assert (await ada.http.post(f"/jobs/{job}:complete")).json()["state"] == "completed"
    assert (await ada.http.post(f"/jobs/{job}:complete")).status_code == 409
    assert (await ada.http.post(f"/jobs/{job}:reopen")).json()["state"] == "active"
    changed = await ada.http.patch(f"/jobs/{job}", json={"name": "Numbers", "team": {"team_id": shift.team_id}})
    assert (changed.json()["name"], changed.json()["is_team"]) == ("Numbers", True)
    assert (await ada.http.patch(f"/jobs/{job}", json={"name": "Numbers"})).json()["version"] == 5
    assert (await ada.http.delete(f"/jobs/{job}")).status_code == 204

    async def all_told() -> None:
        events = [(event.event_type.split(".")[2], event.version) for event in await told(service, job)]
        steps = ["created", "ready", "completed", "reopened", "updated", "deleted"]
        assert events == [(step, version) for version, step in enumerate(steps, 1)]

    await eventually(all_told)
    acts = {entry.action: entry for entry in await audit_told(service, job, 5)}
    assert set(acts) == {"job-created", "job-completed", "job-reopened", "team-changed", "deleted"}
    assert {(entry.actor.id, entry.job_id, entry.address) for entry in acts.values()} == {(ada.id, job, "127.0.0.1")}
    assert acts["team-changed"].detail == {"team_id": shift.team_id, "is_team": True}


async def test_annotators_are_named_without_touching_the_team(
    somebody: SignIn, publish: Publish, service: Service
) -> None:
    ada = somebody()
    shift = team(ada.id)
    team_id = shift.team_id
    await publish(shift)
    job, _ = await opened(ada, publish)
    eve = {"email": "eve@example.org", "role": "labeler"}
    await ada.http.patch(f"/jobs/{job}", json={"team": {"team_id": team_id}})
    named = (await ada.http.patch(f"/jobs/{job}", json={"team": {"annotators": [eve]}})).json()
    assert (named["team"]["team_id"], named["version"]) == (team_id, 3)
    bad = await ada.http.patch(f"/jobs/{job}", json={"team": {"annotators": [{"email": "nope", "role": "labeler"}]}})
    assert (bad.status_code, bad.json()["code"]) == (422, "invalid-annotators")
    single = (await ada.http.patch(f"/jobs/{job}", json={"team": {"team_id": None}})).json()
    assert (single["team"]["team_id"], single["is_team"], single["version"]) == (None, True, 4)

    async def told_once() -> None:
        changes = [event for event in await told(service, job) if isinstance(event, JobUpdated)]
        assert [[annotator.email for annotator in change.annotators] for change in changes] == [[], [eve["email"]], []]

    await eventually(told_once)


async def test_null_is_a_change_of_the_team_alone(somebody: SignIn, publish: Publish) -> None:
    ada = somebody()
    job, _ = await opened(ada, publish)
    for field in ("name", "description", "owner_id"):
        answer = await ada.http.patch(f"/jobs/{job}", json={field: None})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/{field}")
    await ada.http.patch(f"/jobs/{job}", json={"team": {}})
    assert (await ada.sees(job))["is_team"]
    assert (await ada.http.patch(f"/jobs/{job}", json={"team": None})).status_code == 200
    assert not (await ada.sees(job))["is_team"]


async def test_deleted_job_is_hidden_at_once(somebody: SignIn, publish: Publish) -> None:
    ada = somebody()
    job, _ = await opened(ada, publish)
    preview = await ada.http.delete(f"/jobs/{job}", params={"dry_run": "true"})
    assert (preview.status_code, preview.json()) == (200, {"items": 0, "labeled": 0, "labels": 0})
    assert (await ada.sees(job))["id"] == job
    key = {"Idempotency-Key": new_id()}
    assert (await ada.http.delete(f"/jobs/{job}", headers=key)).status_code == 204
    assert (await ada.http.get("/jobs")).json()["items"] == []
    assert (await ada.http.get(f"/jobs/{job}")).status_code == 404
    assert (await ada.http.get(f"/jobs/{job}/progress")).status_code == 404
    assert (await ada.http.post(f"/jobs/{job}:complete")).status_code == 404
    assert (await ada.http.delete(f"/jobs/{job}")).status_code == 404
    assert (await ada.http.delete(f"/jobs/{job}", headers=key)).status_code == 204


async def test_of_a_deleted_job_nothing_is_kept_of_what_its_labelers_had(
    service: Service, somebody: SignIn, publish: Publish
) -> None:
    ada = somebody()
    job, of_them = await opened(ada, publish)
    other = (await ada.opens(of_them))["id"]
    shares, progresses = service.database[PROGRESS_SHARES], service.database[PROGRESS]

    async def those_who_have(job_id: str, count: int) -> None:
        assert await shares.count_documents({"_id": {"$regex": f"^{job_id}:"}}) == count

    await publish(*(shared(one, 1, {"ben": totals(4), "eve": totals(5)}) for one in (job, other)))
    for one in (job, other):
        await eventually(lambda one=one: those_who_have(one, 2))  # type: ignore[misc]
    assert (await ada.http.delete(f"/jobs/{job}")).status_code == 204
    await those_who_have(job, 0)
    await publish(shared(job, 2, {"ben": totals(3)}), progress(job, 7, 3, {}))

    async def read_on() -> None:
        found = await progresses.find_one({"_id": job})
        assert found is not None
        assert found["seq"] == 7

    await eventually(read_on)
    await those_who_have(job, 0)
    await those_who_have(other, 2)


async def test_change_of_what_somebody_else_changed_is_refused(somebody: SignIn, publish: Publish) -> None:
    ada = somebody()
    job, _ = await opened(ada, publish)
    seen = (await ada.http.get(f"/jobs/{job}")).headers["ETag"]
    changed = await ada.http.patch(f"/jobs/{job}", json={"description": "One."}, headers={"If-Match": seen})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != seen
    for method, path in (("PATCH", ""), ("DELETE", ""), ("POST", ":complete")):
        body = {"description": "Two."} if method == "PATCH" else None
        stale = await ada.http.request(method, f"/jobs/{job}{path}", json=body, headers={"If-Match": seen})
        assert (stale.status_code, stale.json()["code"]) == (412, "precondition-failed"), path
    wrong = await ada.http.patch(f"/jobs/{job}", json={"name": ""}, headers={"If-Match": seen})
    assert wrong.status_code == 422
    assert (await ada.sees(job))["description"] == "One."


async def test_of_many_changes_at_once_none_is_lost(somebody: SignIn, publish: Publish) -> None:
    ada = somebody()
    job, _ = await opened(ada, publish)
    answers = await asyncio.gather(
        *(ada.http.patch(f"/jobs/{job}", json={"description": str(number)}) for number in range(12))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(answer.json()["version"] for answer in answers) == list(range(2, 14))


async def test_job_is_archived_with_its_dataset(somebody: SignIn, publish: Publish) -> None:
    ada = somebody()
    job, dataset_id = await opened(ada, publish)
    await publish(prepared(job))
    await becomes(ada, job, "active")
    await publish(dataset(ada.id, dataset_id=dataset_id, version=2, deleted=True))
    await becomes(ada, job, "archived")
    assert (await ada.http.post(f"/jobs/{job}:reopen")).status_code == 409
    assert (await ada.http.patch(f"/jobs/{job}", json={"name": "Other"})).status_code == 409
    assert (await ada.http.delete(f"/jobs/{job}")).status_code == 204


async def test_newer_labeling_description_is_shown(somebody: SignIn, publish: Publish) -> None:
    ada = somebody()
    job, dataset_id = await opened(ada, publish)
    newer = dataset(ada.id, dataset_id=dataset_id, version=3, labeling_description="Look twice.")
    older = dataset(ada.id, dataset_id=dataset_id, version=2, labeling_description="Look once.")
    await publish(newer, older)

    async def shown() -> None:
        assert (await ada.sees(job))["labeling_description"] == "Look twice."

    await eventually(shown)


async def test_synchronization_that_a_job_asked_for_is_told_once(
    somebody: SignIn, publish: Publish, service: Service
) -> None:
    ada = somebody()
    job, dataset_id = await opened(ada, publish)
    found = DatasetSynchronized(
        dataset_id=dataset_id, operation_id="sync-1" + new_id(), job_id=job, added=3, updated=1, removed=0, unchanged=7
    )
    other = found.model_copy(update={"operation_id": "sync-2" + new_id(), "job_id": None})
    await publish(found, other, found)
    await publish(prepared(job))
    await becomes(ada, job, "active")

    async def told_once() -> None:
        events = [event for event in await told(service, job) if isinstance(event, JobSynchronized)]
        assert [(event.operation_id, event.added, event.unchanged) for event in events] == [(found.operation_id, 3, 7)]

    await eventually(told_once)
