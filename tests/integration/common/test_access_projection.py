"""The access projection: gated by version, in any order, and effective within a second."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests.support.waiting import eventually

from labelstream_common.access import Access, AccessProjection, JobNotFound, JobRight, JobRole
from labelstream_common.access.projection import ACCOUNTS, JOBS, MEMBERS
from labelstream_common.auth import AccountRole, Caller, KeyLimits
from labelstream_common.ids import new_id
from labelstream_common.mongo import Client, Database, Session, in_transaction
from labelstream_contracts import (
    AccountDisabled,
    AccountUpdated,
    Actor,
    JobCreated,
    JobDeleted,
    JobUpdated,
    MemberAdded,
    MemberRemoved,
    MemberRoleChanged,
    Payload,
)

BY = Actor(kind="person", id="somebody")


def job(kind: type[Any], job_id: str, owner: str, version: int) -> Payload:
    fields = {"job_id": job_id, "dataset_id": f"dataset-{job_id}", "name": "n", "type": "image_classification"}
    times = {"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}
    state = {"state": "active", "owner_id": owner, "is_team": False, "version": version, "actor": BY}
    made: Payload = kind.model_validate({**fields, **times, **state})
    return made


def member(kind: type[Any], where: tuple[str, str], account_id: str | None, role: str, version: int) -> Payload:
    member_id, job_id = where
    made: Payload = kind(
        scope="job",
        job_id=job_id,
        member_id=member_id,
        account_id=account_id,
        email="a@example.org",
        name="A",
        role=role,
        state="removed" if kind is MemberRemoved else "active",
        version=version,
        actor=BY,
    )
    return made


@pytest.fixture
def projection(database: Database) -> AccessProjection:
    return AccessProjection(database)


class Apply:
    def __init__(self, client: Client, projection: AccessProjection) -> None:
        self._client = client
        self._projection = projection

    async def __call__(self, *payloads: Payload) -> None:
        async def body(session: Session) -> None:
            await self._projection.apply(payloads, session)

        await in_transaction(self._client, body)


@pytest.fixture
def apply(mongo_client: Client, projection: AccessProjection) -> Apply:
    return Apply(mongo_client, projection)


async def test_owner_and_annotators_get_their_roles(apply: Apply, projection: AccessProjection) -> None:
    access, job_id = Access(projection, believed=0.0), new_id()
    owner, labeler, stranger = (Caller(new_id(), AccountRole.ANNOTATOR) for _ in range(3))
    await apply(
        job(JobCreated, job_id, owner.account_id, 1),
        member(MemberAdded, (new_id(), job_id), labeler.account_id, "labeler", 1),
        member(MemberAdded, (new_id(), job_id), None, "manager", 1),
    )
    assert await access.role(job_id, owner) is JobRole.OWNER
    assert await access.role(job_id, labeler) is JobRole.LABELER
    assert await access.role(job_id, stranger) is None
    assert await access.roles_by_job(owner.account_id) == {job_id: JobRole.OWNER}
    assert await access.roles_by_job(labeler.account_id) == {job_id: JobRole.LABELER}
    assert await access.has_job_on(f"dataset-{job_id}", labeler)


async def test_any_order_and_any_repetition_ends_on_the_last_version(
    apply: Apply, database: Database, projection: AccessProjection
) -> None:
    chance = random.Random(7)  # noqa: S311 - a shuffle
    for _ in range(10):
        job_id, owner, other, somebody, member_id = (new_id() for _ in range(5))
        history: Sequence[Payload] = [
            job(JobCreated, job_id, owner, 1),
            job(JobUpdated, job_id, other, 2),
            job(JobDeleted, job_id, other, 3),
            member(MemberAdded, (member_id, job_id), somebody, "labeler", 1),
            member(MemberRoleChanged, (member_id, job_id), somebody, "manager", 2),
            member(MemberRemoved, (member_id, job_id), somebody, "manager", 3),
            AccountUpdated(account_id=somebody, email="e", name="n", role="member", disabled=False, version=4),
            AccountDisabled(account_id=somebody, email="e", name="n", role="member", disabled=True, version=5),
        ]
        events = [*history, *history]
        chance.shuffle(events)
        while events:
            taken, events = events[:3], events[3:]
            await apply(*taken)
        assert (await database[JOBS].find_one({"_id": job_id}) or {})["version"] == 3
        assert (await database[MEMBERS].find_one({"_id": member_id}) or {})["active"] is False
        assert (await database[ACCOUNTS].find_one({"_id": somebody}) or {})["disabled"] is True
        assert await projection.job(job_id) is None
        assert await projection.roles(job_id, somebody) == []


async def test_removal_and_disabling_take_effect_within_a_second(apply: Apply, projection: AccessProjection) -> None:
    access, job_id, member_id = Access(projection), new_id(), new_id()
    caller = Caller(new_id(), AccountRole.ANNOTATOR)
    await apply(
        job(JobCreated, job_id, new_id(), 1), member(MemberAdded, (member_id, job_id), caller.account_id, "labeler", 1)
    )
    assert await access.require(job_id, caller, JobRight.LABEL)
    assert await access.present(caller)
    await apply(
        member(MemberRemoved, (member_id, job_id), caller.account_id, "labeler", 2),
        AccountDisabled(account_id=caller.account_id, email="e", name="n", role="annotator", disabled=True, version=1),
    )

    async def is_out() -> None:
        assert await access.role(job_id, caller) is None
        assert await access.present(caller) is None

    await eventually(is_out, within=1.0)
    with pytest.raises(JobNotFound):
        await access.require(job_id, caller, JobRight.LABEL)


async def test_an_epoch_and_an_ended_credential_end_their_tokens(apply: Apply, projection: AccessProjection) -> None:
    access = Access(projection, believed=0.0)
    old = Caller(new_id(), AccountRole.MEMBER, epoch=1, credential="session-1")
    others = replace(old, credential="session-2")
    about: dict[str, Any] = {"account_id": old.account_id, "email": "e", "name": "n", "role": "member"}
    await apply(AccountUpdated(**about, disabled=False, version=1, epoch=1))
    assert await access.present(old) == old
    await apply(AccountUpdated(**about, disabled=False, version=2, epoch=1, ended=("session-1",)))
    assert await access.present(old) is None
    assert await access.present(others) == others
    await apply(AccountUpdated(**about, disabled=False, version=3, epoch=2))
    assert await access.present(others) is None
    assert await access.disabled(old.account_id) is False
    assert await access.present(replace(others, epoch=2)) is not None
    # A token that is newer than what this service has heard of its account
    assert await access.present(replace(others, epoch=3)) is not None


async def test_a_key_for_certain_jobs_reaches_no_other_whoever_it_belongs_to(
    apply: Apply, projection: AccessProjection
) -> None:
    access, ours, other = Access(projection, believed=0.0), new_id(), new_id()
    owner, admin = new_id(), new_id()
    await apply(job(JobCreated, ours, owner, 1), job(JobCreated, other, owner, 1))
    key = KeyLimits(job_ids=frozenset({ours}))
    for account_id, limits, role in (
        (owner, key, JobRole.OWNER),
        (admin, replace(key, of_admin=True), JobRole.ADMIN),
    ):
        caller = Caller(account_id, AccountRole.ANNOTATOR, key=limits)
        assert await access.role(ours, caller) is role
        assert await access.role(other, caller) is None


async def test_a_deleted_job_is_nobodys_not_even_an_administrators(apply: Apply, projection: AccessProjection) -> None:
    access, job_id, owner = Access(projection, believed=0.0), new_id(), Caller(new_id(), AccountRole.MEMBER)
    await apply(job(JobCreated, job_id, owner.account_id, 1), job(JobDeleted, job_id, owner.account_id, 2))
    assert await access.role(job_id, owner) is None
    assert await access.role(job_id, Caller("root", AccountRole.ADMIN)) is None
    assert await access.roles_by_job(owner.account_id) == {}


async def test_one_query_tells_whether_an_account_works_on_a_dataset(
    apply: Apply, projection: AccessProjection
) -> None:
    owner, labeler, left = new_id(), new_id(), new_id()
    opened, gone = new_id(), new_id()
    await apply(
        job(JobCreated, opened, owner, 1),
        job(JobCreated, gone, owner, 1),
        member(MemberAdded, ("m1", opened), labeler, "labeler", 1),
        member(MemberAdded, ("m2", opened), left, "labeler", 1),
        member(MemberAdded, ("m3", gone), labeler, "labeler", 1),
        member(MemberRemoved, ("m2", opened), left, "labeler", 2),
        job(JobDeleted, gone, owner, 2),
    )
    works = {
        who: [await projection.works_on(f"dataset-{job_id}", who) for job_id in (opened, gone)]
        for who in (owner, labeler, left, new_id())
    }
    assert list(works.values()) == [[True, False], [True, False], [False, False], [False, False]]
