"""Whom a job may name as annotators, and how that is told."""

from datetime import UTC, datetime

import orjson
import pytest

from job_service.adapters.publishing import encode
from job_service.domain.annotators import MAX_ANNOTATORS, Annotator, Role, annotators
from job_service.domain.errors import InvalidAnnotators, JobStateConflict
from job_service.domain.events import JobCompleted, JobCreated, JobUpdated
from job_service.domain.job import SHARED, AccountId, Changes, DatasetId, Job, JobId, JobType, State, Team, TeamId
from job_service.domain.progress import Actor
from labelstream_contracts.team_settings import TeamSettings

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
ADA = Actor("person", "ada")
EVE = Annotator(email="eve@example.org", role=Role.REVIEWER)


def job(team: Team | None = None, state: State = State.ACTIVE) -> Job:
    return Job(
        id=JobId("job"),
        dataset_id=DatasetId("dataset"),
        name="Cats and dogs",
        description="",
        type=JobType.IMAGE_CLASSIFICATION,
        state=state,
        labels=(),
        owner_id=AccountId("ada"),
        team=team,
        settings=TeamSettings(),
        created_at=NOON,
        updated_at=NOON,
    )


def test_addresses_get_their_one_form() -> None:
    named = annotators([Annotator(email=" Eve@Example.ORG ", role=Role.REVIEWER), Annotator(member_id="m1")])
    assert named == (EVE, Annotator(member_id="m1"))


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        (Annotator(), ""),
        (Annotator("m2", "bob@example.org", Role.LABELER), ""),
        (Annotator(email="bob@example.org"), "/role"),
        (Annotator(email="nope", role=Role.LABELER), "/email"),
        (Annotator(email="", role=Role.LABELER), "/email"),
        (Annotator(email="EVE@example.org", role=Role.LABELER), "/email"),
        (Annotator(member_id="m1"), "/member_id"),
    ],
)
def test_what_names_nobody_or_somebody_twice_is_refused(wanted: Annotator, pointer: str) -> None:
    with pytest.raises(InvalidAnnotators) as refused:
        annotators([EVE, Annotator(member_id="m1"), wanted])
    assert [error.pointer for error in refused.value.errors] == [f"/team/annotators/2{pointer}"]


def test_every_fault_is_named() -> None:
    with pytest.raises(InvalidAnnotators) as refused:
        annotators([Annotator(email="nope"), EVE, Annotator()])
    assert [error.pointer.removeprefix("/team/annotators/") for error in refused.value.errors] == [
        "0/role",
        "0/email",
        "2",
    ]


def test_more_than_a_job_may_have_are_refused() -> None:
    wanted = [Annotator(member_id=str(number)) for number in range(MAX_ANNOTATORS + 1)]
    assert len(annotators(wanted[:-1])) == MAX_ANNOTATORS
    with pytest.raises(InvalidAnnotators):
        annotators(wanted)


def test_naming_annotators_is_a_change_of_its_own() -> None:
    before = job(Team())
    assert before.changed(Changes(team=SHARED), NOON) is before
    assert before.changed(Changes(team=SHARED, annotators=(EVE,)), NOON).version == before.version + 1


def test_naming_annotators_keeps_the_team() -> None:
    team = Team(TeamId("night-shift"))
    assert job(team).changed(Changes(team=SHARED, annotators=(EVE,)), NOON).team == team
    assert job().changed(Changes(team=SHARED, annotators=(EVE,)), NOON).team == Team()


def test_archived_job_takes_no_annotators() -> None:
    with pytest.raises(JobStateConflict):
        job(Team(), State.ARCHIVED).changed(Changes(team=SHARED, annotators=(EVE,)), NOON)


@pytest.mark.parametrize("event", [JobCreated, JobUpdated])
def test_whom_a_change_names_is_told(event: type[JobCreated | JobUpdated]) -> None:
    value = encode(event(job(Team()), ADA, (EVE, Annotator(member_id="m1")))).value
    assert value is not None
    assert orjson.loads(value)["annotators"] == [
        {"member_id": None, "email": "eve@example.org", "role": "reviewer"},
        {"member_id": "m1", "email": None, "role": None},
    ]


def test_other_steps_name_nobody() -> None:
    value = encode(JobCompleted(job(Team()), ADA)).value
    assert value is not None
    assert "annotators" not in orjson.loads(value)
