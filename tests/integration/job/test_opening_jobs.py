"""Opening a job: who may, on what, with which labels."""

import asyncio

import httpx
import pytest
from tests.integration.job.others import Publish, SignIn, dataset, of_team, team
from tests.support.topics import read_whole
from tests.support.waiting import eventually

from labelstream_common.ids import new_id
from labelstream_common.runtime import Service
from labelstream_contracts import JobCreated, JobUpdated, topics

JOB = {"name": "Digits", "dataset_id": "unknown", "type": "image_classification"}


async def test_anonymous(stranger: httpx.AsyncClient) -> None:
    assert (await stranger.post("/jobs", json=JOB)).status_code == 401


async def test_annotator_may_not(somebody: SignIn) -> None:
    answer = await somebody("annotator").http.post("/jobs", json=JOB)
    assert (answer.status_code, answer.json()["code"]) == (403, "account-right-missing")


async def test_dataset_must_be_known(somebody: SignIn) -> None:
    answer = await somebody().http.post("/jobs", json=JOB)
    assert (answer.status_code, answer.json()["code"]) == (404, "dataset-not-found")
    assert answer.json()["errors"][0]["pointer"] == "/dataset_id"


async def test_dataset_of_somebody_else_is_not_known(somebody: SignIn, publish: Publish) -> None:
    ada, bob, admin = somebody(), somebody(), somebody("admin")
    of_ada = dataset(ada.id)
    await publish(of_ada)
    await ada.opens(of_ada.dataset_id)
    refused = await bob.http.post("/jobs", json={**JOB, "dataset_id": of_ada.dataset_id})
    assert (refused.status_code, refused.json()["code"]) == (404, "dataset-not-found")
    await admin.opens(of_ada.dataset_id)


async def test_deleted_dataset_is_not_known(somebody: SignIn, publish: Publish) -> None:
    ada = somebody()
    of_ada = dataset(ada.id)
    await publish(of_ada)
    await ada.opens(of_ada.dataset_id)
    await publish(dataset(ada.id, dataset_id=of_ada.dataset_id, version=2, deleted=True))

    async def refused() -> None:
        answer = await ada.http.post("/jobs", json={**JOB, "dataset_id": of_ada.dataset_id})
        assert answer.status_code == 404

    await eventually(refused)


async def test_dataset_that_was_just_made_is_waited_for(somebody: SignIn, publish: Publish) -> None:
    ada = somebody()
    young = dataset(ada.id)
    opening = asyncio.create_task(ada.opens(young.dataset_id))
    await asyncio.sleep(0.2)
    assert not opening.done()
    await publish(young)
    assert (await opening)["state"] == "preparing"


async def test_new_job_is_shown_and_told(somebody: SignIn, publish: Publish, service: Service) -> None:
    ada = somebody()
    of_ada, own = dataset(ada.id), team(ada.id)
    bob = of_team(own.team_id, new_id(), member_id=new_id())
    await publish(of_ada, own, bob)
    job = await ada.opens(
        of_ada.dataset_id,
        "  Cafe\u0301  ",
        description="All of them.",
        labels=[{"name": "cafe\u0301", "color": "#FF8800", "shortcut": "c"}, {"name": "0"}],
        team={"annotators": [{"member_id": bob.member_id}, {"email": "Eve@example.org", "role": "reviewer"}]},
    )
    assert job["name"] == "Caf\u00e9"
    assert (job["state"], job["role"], job["is_team"], job["version"]) == ("preparing", "owner", True, 1)
    assert (job["dataset_name"], job["labeling_description"]) == ("Digits", "One digit each.")
    assert job["progress"] == {"total": 0, "labeled": 0, "unlabeled": 0, "to_confirm": 0, "unreadable": 0}
    assert await ada.sees(job["id"]) == job

    async def told() -> JobCreated:
        for message in await read_whole(service.settings.kafka_bootstrap_servers, [topics.JOB.name]):
            if isinstance(message.payload, JobCreated) and message.payload.job_id == job["id"]:
                return message.payload
        raise AssertionError("no event yet")

    event = await eventually(told)
    assert (event.owner_id, event.version, event.is_team) == (ada.id, 1, True)
    assert [label.model_dump() for label in event.labels] == [
        {"name": "caf\u00e9", "color": "#ff8800", "shortcut": "c"},
        {"name": "0", "color": None, "shortcut": None},
    ]
    assert [annotator.model_dump() for annotator in event.annotators] == [
        {"member_id": bob.member_id, "email": None, "role": None},
        {"member_id": None, "email": "eve@example.org", "role": "reviewer"},
    ]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": "x" * 129}, "/name"),
        ({"name": None}, "/name"),
        ({"dataset_id": 7}, "/dataset_id"),
        ({"type": "object_detection"}, "/type"),
        ({"description": "x" * 4097}, "/description"),
        ({"labels": [{"name": "black cat"}]}, "/labels/0/name"),
        ({"labels": [{"name": "cat"}, {"name": "cat"}]}, "/labels/1/name"),
        ({"labels": [{"name": "caf\u00e9"}, {"name": "cafe\u0301"}]}, "/labels/1/name"),
        ({"labels": [{"name": "cat", "color": "red"}]}, "/labels/0/color"),
        ({"labels": [{"name": "cat", "shortcut": "cc"}]}, "/labels/0/shortcut"),
        ({"labels": [{"name": "x" * 1025}]}, "/labels/0/name"),
        ({"labels": [{"name": f"label-{n}"} for n in range(10_001)]}, "/labels"),
        ({"labels": [{"nom": "cat"}]}, "/labels/0/nom"),
        ({"team": {"size": 3}}, "/team/size"),
        ({"team": {"annotators": [{}]}}, "/team/annotators/0"),
        ({"team": {"annotators": [{"email": "nope", "role": "labeler"}]}}, "/team/annotators/0/email"),
        ({"team": {"annotators": [{"email": "eve@example.org"}]}}, "/team/annotators/0/role"),
        ({"team": {"annotators": [{"email": "eve@example.org", "role": "owner"}]}}, "/team/annotators/0/role"),
        ({"team": {"annotators": [{"member_id": "m1"}, {"member_id": "m1"}]}}, "/team/annotators/1/member_id"),
        ({"colour": "red"}, "/colour"),
    ],
)
async def test_bad_field_is_named(somebody: SignIn, fields: dict[str, object], pointer: str) -> None:
    answer = await somebody().http.post("/jobs", json={**JOB, **fields})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


@pytest.mark.parametrize("missing", ["name", "dataset_id", "type"])
async def test_field_that_is_needed_is_named(somebody: SignIn, missing: str) -> None:
    body = {name: value for name, value in JOB.items() if name != missing}
    answer = await somebody().http.post("/jobs", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"pointer": f"/{missing}", "detail": "This field is required."}]


async def test_ten_thousand_labels_fit(somebody: SignIn, publish: Publish, service: Service) -> None:
    ada = somebody()
    of_ada = dataset(ada.id)
    await publish(of_ada)
    job = await ada.opens(of_ada.dataset_id, labels=[{"name": f"label-{n}"} for n in range(10_000)])

    async def told() -> None:
        sent = await read_whole(service.settings.kafka_bootstrap_servers, [topics.JOB.name])
        own = [m.payload for m in sent if m.key == job["id"]]
        first = [label.name for event in own if isinstance(event, JobCreated) for label in event.labels]
        further = [label.name for event in own if isinstance(event, JobUpdated) for label in event.further_labels]
        assert first + further == [f"label-{n}" for n in range(10_000)]

    await eventually(told)


async def test_repeated_request_opens_one_job(somebody: SignIn, publish: Publish) -> None:
    ada = somebody()
    of_ada = dataset(ada.id)
    await publish(of_ada)
    body, key = {**JOB, "dataset_id": of_ada.dataset_id}, {"Idempotency-Key": new_id()}
    answers = await asyncio.gather(*(ada.http.post("/jobs", json=body, headers=key) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len((await ada.http.get("/jobs")).json()["items"]) == 1
    other = await ada.http.post("/jobs", json={**body, "name": "Other"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused")
