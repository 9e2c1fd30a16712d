"""What may become of a job, and what may not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_service.domain.errors import InvalidJob, JobStateConflict
from job_service.domain.job import (
    AccountId,
    Changes,
    DatasetId,
    Job,
    JobId,
    JobType,
    State,
    Team,
    TeamId,
    job_description,
    job_name,
)
from labelstream_contracts.team_settings import TeamSettings

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


def job(state: State = State.PREPARING) -> Job:
    return Job(
        id=JobId("job"),
        dataset_id=DatasetId("dataset"),
        name="Cats and dogs",
        description="",
        type=JobType.IMAGE_CLASSIFICATION,
        state=state,
        labels=(),
        owner_id=AccountId("ada"),
        team=None,
        settings=TeamSettings(),
        created_at=NOON,
        updated_at=NOON,
    )


def test_prepared_job_becomes_active() -> None:
    ready = job().ready(LATER)
    assert (ready.state, ready.version, ready.updated_at) == (State.ACTIVE, 2, LATER)


@pytest.mark.parametrize("state", set(State) - {State.PREPARING})
def test_being_prepared_twice_changes_nothing(state: State) -> None:
    before = job(state)
    assert before.ready(LATER) is before


@pytest.mark.parametrize("state", [State.ACTIVE, State.IN_REVIEW])
def test_open_job_can_be_completed_and_reopened(state: State) -> None:
    completed = job(state).completed(LATER)
    assert completed.state is State.COMPLETED
    assert completed.reopened(LATER).state is State.ACTIVE
    assert completed.reopened(LATER).version == 3


@pytest.mark.parametrize("state", [State.PREPARING, State.COMPLETED, State.ARCHIVED])
def test_completing_is_refused(state: State) -> None:
    with pytest.raises(JobStateConflict) as refused:
        job(state).completed(LATER)
    assert refused.value.data == {"state": state}


@pytest.mark.parametrize("state", set(State) - {State.COMPLETED})
def test_reopening_is_refused(state: State) -> None:
    with pytest.raises(JobStateConflict):
        job(state).reopened(LATER)


@pytest.mark.parametrize("state", set(State) - {State.ARCHIVED})
def test_any_job_is_archived_with_its_dataset_once(state: State) -> None:
    archived = job(state).archived(LATER)
    assert archived.state is State.ARCHIVED
    assert archived.archived(LATER) is archived


def test_archived_job_is_read_only() -> None:
    with pytest.raises(JobStateConflict):
        job(State.ARCHIVED).changed(Changes(name="Other"), LATER)


def test_archived_job_can_be_deleted() -> None:
    assert job(State.ARCHIVED).ended(LATER).deleted


def test_change_touches_what_it_names() -> None:
    before = replace(job(), description="Look closely.", team=Team(TeamId("night-shift")))
    after = before.changed(Changes(name="  Cats "), LATER)
    assert after == replace(before, name="Cats", version=2, updated_at=LATER)


def test_change_that_changes_nothing_is_no_change() -> None:
    before = job()
    assert before.changed(Changes(name=before.name), LATER) is before


def test_team_can_be_given_and_taken_away() -> None:
    shared = job().changed(Changes(team=Team()), LATER)
    assert shared.team == Team()
    assert shared.changed(Changes(team=None), LATER).team is None


def test_every_step_counts_one_version() -> None:
    steps = job().ready(LATER).completed(LATER).reopened(LATER).synchronized(LATER).archived(LATER).ended(LATER)
    assert steps.version == 7


@pytest.mark.parametrize("bad", ["", "   ", "x" * 129, "two\nlines", "nul\x00", "\u202ereversed", "\ud800"])
def test_job_name_is_refused(bad: str) -> None:
    with pytest.raises(InvalidJob) as refused:
        job_name(bad)
    assert refused.value.errors[0].pointer == "/name"


@pytest.mark.parametrize("bad", ["x" * 4_097, "nul\x00", "\x1b[31m", "\ud800"])
def test_job_description_is_refused(bad: str) -> None:
    with pytest.raises(InvalidJob) as refused:
        job_description(bad)
    assert refused.value.errors[0].pointer == "/description"


def test_description_may_have_lines() -> None:
    assert job_description("One.\n\tTwo.\r\n") == "One.\n\tTwo.\r\n"


@given(st.text(max_size=200))
def test_accepted_job_name_stays_as_it_is(text: str) -> None:
    try:
        name = job_name(text)
    except InvalidJob:
        return  # only accepted names matter here
    assert job_name(name) == name
