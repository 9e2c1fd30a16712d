"""The table of rights in gateway-api.md, and how access answers from it."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.common.conftest import ADMIN, DISABLED, JOB, LABELER, OWNER, STRANGER, FakeProjection

from labelstream_common.access import (
    RIGHTS,
    Access,
    AccountRight,
    JobFacts,
    JobNotFound,
    JobRight,
    JobRole,
    RightMissing,
    await_young,
)
from labelstream_common.access.access import may
from labelstream_common.access.recent import Recent
from labelstream_common.access.rights import rights_of, strongest
from labelstream_common.access.young import MOST_WAITING
from labelstream_common.auth import AccountRole, Caller
from labelstream_common.ids import new_id
from labelstream_common.messaging.audit import Requester, current_requester
from labelstream_contracts.team_settings import TeamSettings

TABLE = """
                    owner manager reviewer labeler
see                 yes   yes     yes      yes
label               yes   yes     yes      yes
create-label        yes   yes     yes      yes
review              yes   yes     yes      -
manage-labels       yes   yes     -        -
export              yes   yes     -        -
webhooks            yes   yes     -        -
predict             yes   yes     -        -
manage-annotators   yes   yes     -        -
synchronize         yes   yes     -        -
manage-data         yes   yes     -        -
settings            yes   yes     -        -
acceptance          yes   yes     -        -
audit               yes   yes     -        -
delete              yes   -       -        -
change-owner        yes   -       -        -
"""


def test_rights_are_those_of_the_table() -> None:
    header, *rows = [line.split() for line in TABLE.strip().splitlines()]
    assert {row[0] for row in rows} == {right.value for right in JobRight}
    for right, *cells in rows:
        for role, cell in zip(header, cells, strict=True):
            assert (JobRight(right) in RIGHTS[JobRole(role)]) == (cell == "yes"), (right, role)


def test_an_administrator_may_do_everything() -> None:
    assert RIGHTS[JobRole.ADMIN] == frozenset(JobRight)
    assert all(may(ADMIN, right) for right in AccountRight)


def test_account_roles() -> None:
    assert may(OWNER, AccountRight.CREATE_JOBS)
    assert not may(OWNER, AccountRight.MANAGE_ACCOUNTS)
    assert not any(may(LABELER, right) for right in AccountRight)


def test_a_job_may_keep_labelers_from_creating_labels() -> None:
    assert JobRight.CREATE_LABEL not in rights_of(JobRole.LABELER, labelers_may_create_labels=False)
    assert JobRight.CREATE_LABEL in rights_of(JobRole.REVIEWER, labelers_may_create_labels=False)


@settings(deadline=None)
@given(st.sets(st.sampled_from([role for role in JobRole if role is not JobRole.ADMIN])))
def test_the_strongest_of_several_roles_counts(roles: set[JobRole]) -> None:
    role = strongest(roles)
    assert (role is None) == (not roles)
    assert all(RIGHTS[role] >= RIGHTS[other] for other in roles if role is not None)


@pytest.fixture
def access(projection: FakeProjection) -> Access:
    return Access(projection, believed=0.0)  # type: ignore[arg-type]  # the reads are all that access uses


async def test_roles_in_a_job(access: Access) -> None:
    assert await access.role(JOB, OWNER) is JobRole.OWNER
    assert await access.role(JOB, LABELER) is JobRole.LABELER
    assert await access.role(JOB, ADMIN) is JobRole.ADMIN
    assert await access.role(JOB, STRANGER) is None
    assert await access.role("unknown", ADMIN) is None


async def test_required_rights(access: Access) -> None:
    assert await access.require(JOB, LABELER, JobRight.LABEL) is JobRole.LABELER
    with pytest.raises(RightMissing):
        await access.require(JOB, LABELER, JobRight.EXPORT)
    for job, caller in ((JOB, STRANGER), ("unknown", OWNER), ("unknown", ADMIN)):
        with pytest.raises(JobNotFound):
            await access.require(job, caller, JobRight.SEE)


async def test_a_setting_of_the_job_narrows_a_labelers_rights(access: Access, projection: FakeProjection) -> None:
    projection.jobs[JOB] = JobFacts(JOB, OWNER.account_id, "dataset", team=TeamSettings(labels_may_be_created=False))
    with pytest.raises(RightMissing):
        await access.require(JOB, LABELER, JobRight.CREATE_LABEL)
    await access.require(JOB, OWNER, JobRight.CREATE_LABEL)


async def test_present_accounts(access: Access, projection: FakeProjection) -> None:
    assert await access.present(OWNER) is OWNER  # no event of it yet: what the token says
    assert await access.present(DISABLED) is None
    projection.accounts[OWNER.account_id] = {"role": "annotator", "disabled": False, "email": ""}
    assert await access.present(OWNER) == Caller(OWNER.account_id, AccountRole.ANNOTATOR, OWNER.email)


async def test_a_dataset_is_open_to_those_with_a_role_in_a_job_on_it(access: Access) -> None:
    assert await access.has_job_on("dataset", LABELER)
    assert not await access.has_job_on("dataset", STRANGER)
    assert not await access.has_job_on("other", LABELER)


async def test_what_is_believed_is_read_once_and_then_again() -> None:
    now, loads = 100.0, 0

    async def load() -> int:
        nonlocal loads
        loads += 1
        await asyncio.sleep(0)
        return loads

    recent: Recent[str, int] = Recent(0.5, now=lambda: now)
    assert await asyncio.gather(*(recent.get("k", load) for _ in range(50))) == [1] * 50
    now += 0.49
    assert await recent.get("k", load) == 1
    now += 0.02
    assert await recent.get("k", load) == 2


async def test_a_failed_load_is_not_kept_and_old_entries_go() -> None:
    recent: Recent[int, int] = Recent(10.0, most=3)

    async def fail() -> int:
        raise OSError

    async def load() -> int:
        return 7

    with pytest.raises(OSError):  # noqa: PT011 - it carries nothing
        await recent.get(1, fail)
    for key in range(10):
        assert await recent.get(key, load) == 7
    assert len(recent._kept) == 3


async def test_a_young_job_is_waited_for(access: Access, projection: FakeProjection) -> None:
    job_id = new_id()

    async def arrive() -> None:
        await asyncio.sleep(0.05)
        projection.jobs[job_id] = JobFacts(job_id, OWNER.account_id, "dataset")

    arriving = asyncio.create_task(arrive())
    assert await access.require(job_id, OWNER, JobRight.SEE) is JobRole.OWNER
    await arriving


async def test_only_young_ids_are_waited_for_and_not_for_ever() -> None:
    probes = 0

    async def probe() -> str | None:
        nonlocal probes
        probes += 1
        return None

    for old in ("not-an-id", "01890000-0000-7000-8000-000000000000", JOB):
        assert await await_young(old, probe) is None
    assert probes == 3
    assert await await_young(new_id(), probe, wait=0.05) is None
    assert probes > 4


async def nothing() -> str | None:
    return None


async def awaits(account_id: str, wait: float = 0.3) -> float:
    """How long an account waits for a young id that never comes, in seconds."""
    current_requester.set(Requester("", Caller(account_id, AccountRole.MEMBER)))
    began = asyncio.get_running_loop().time()
    assert await await_young(new_id(), nothing, wait=wait) is None
    return asyncio.get_running_loop().time() - began


async def test_at_most_a_hundred_wait() -> None:
    waiting = [asyncio.create_task(awaits(f"account-{number % 20}")) for number in range(MOST_WAITING)]
    await asyncio.sleep(0.01)
    assert await asyncio.create_task(awaits("another", wait=10)) < 0.2
    await asyncio.gather(*waiting)


async def test_who_makes_up_young_ids_takes_no_place_of_others() -> None:
    greedy = [asyncio.create_task(awaits("greedy", wait=0.5)) for _ in range(2 * MOST_WAITING)]
    await asyncio.sleep(0.01)
    modest = await asyncio.gather(*(asyncio.create_task(awaits("modest", wait=0.2)) for _ in range(10)))
    assert min(modest) >= 0.2, "they wait for their job"
    waited = sorted(await asyncio.gather(*greedy))
    assert sum(each >= 0.4 for each in waited) == 50
