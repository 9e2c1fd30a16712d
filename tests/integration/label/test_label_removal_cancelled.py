"""Cancelling a deletion or a merge. Nothing runs operations here but the tests themselves, step by step."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from joserfc.jwk import OKPKey
from tests.integration.label.conftest import running
from tests.integration.label.exactness import check_counters, check_history
from tests.integration.label.stepping import Runner, everywhere
from tests.integration.label.workplace import Desk, Workplace
from tests.support.waiting import eventually

from label_service.domain.labels import LabelNotFound
from label_service.settings import Settings
from labelstream_common.messaging.topic_admin import ensure_topics
from labelstream_common.operations import OperationLost
from labelstream_common.runtime import Role, Service
from labelstream_contracts import TOPICS

ITEMS = 2_300
pytestmark = pytest.mark.usefixtures("whole_pieces")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def service(settings: Settings, signing_key: OKPKey, no_topics: None) -> AsyncIterator[Service]:
    """The service without its runner of operations."""
    await ensure_topics(settings.kafka_bootstrap_servers, TOPICS)
    async with running(settings, signing_key, [Role.CONSUMERS, Role.RELAY]) as service:
        yield service
        await service.client.drop_database(service.database.name)


async def deletes(desk: Desk, label_id: str) -> str:
    answer = await desk.call("DELETE", f"labels/{label_id}")
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


async def cancels(desk: Desk, operation_id: str) -> tuple[int, str]:
    """The status, and the state of the operation or the problem's code."""
    answer = await desk.http.post(f"/operations/{operation_id}:cancel")
    body = answer.json()
    return answer.status_code, body["state"] if answer.is_success else body["code"]


async def labels_told(desk: Desk, after: int) -> list[tuple[str, str]]:
    entries = [entry for entry in await desk.feed(after=after) if entry["kind"] == "label"]
    return [(entry["type"].split(".")[2], entry.get("label", entry.get("into", {}))["name"]) for entry in entries]


async def test_who_may_not_see_the_operation_cannot_cancel_it(workplace: Workplace) -> None:
    job = await workplace.job(1)
    labels = await everywhere(job, "cat")
    operation_id = await deletes(job.desk, labels["cat"])
    assert await cancels(workplace.sign_in().at(job), operation_id) == (404, "operation-not-found")
    labeler = await workplace.joins(job, "labeler")
    assert await cancels(labeler.at(job), operation_id) == (404, "operation-not-found")
    assert await job.desk.labels() == {}
    assert await cancels(job.desk, operation_id) == (200, "cancelled")


async def test_queued_deletion_is_taken_back_whole(workplace: Workplace) -> None:
    job = await workplace.job(5)
    desk = job.desk
    labels = await everywhere(job, "cat")
    before, seq = await desk.items(), await desk.seq()
    operation_id = await deletes(desk, labels["cat"])
    assert await desk.labels() == {}
    for _ in range(2):  # it is safe to repeat
        assert await cancels(desk, operation_id) == (200, "cancelled")
    assert await desk.items() == before
    assert {name: label["count"] for name, label in (await desk.labels()).items()} == {"cat": 5}
    assert await labels_told(desk, seq) == [("deleted", "cat"), ("created", "cat")]
    await check_counters(desk)
    await check_history(desk)


async def test_deletion_cancelled_on_its_way_leaves_the_label_where_it_still_is(
    workplace: Workplace, service: Service
) -> None:
    job = await workplace.job(ITEMS)
    desk = job.desk
    labels = await everywhere(job, "cat")
    operation_id = await deletes(desk, labels["cat"])
    runner = await Runner.of(service)
    assert not await runner.step()
    assert await cancels(desk, operation_id) == (200, "cancelled")
    left = ITEMS - 1_000
    assert (await desk.labels())["cat"]["count"] == left
    assert len(await desk.ids(label="cat")) == left
    assert (await desk.stats())["labeled"] == left
    with pytest.raises(OperationLost):  # a runner that has not noticed yet
        await runner.step()
    assert len(await desk.ids(label="cat")) == left
    operation = await runner.operation()
    assert (operation.state, operation.done, operation.cancel_requested) == ("cancelled", 1_000, True)
    await check_counters(desk)
    await check_history(desk, every=1_100)


async def test_deletion_cancelled_while_pieces_are_queued_counts_what_was_committed(
    workplace: Workplace, service: Service
) -> None:
    job = await workplace.job(ITEMS)
    desk = job.desk
    labels = await everywhere(job, "cat")
    operation_id = await deletes(desk, labels["cat"])
    runner = await Runner.of(service)
    step = asyncio.create_task(runner.step(pieces=8))

    async def one_has_committed() -> None:
        assert (await runner.operation()).done > 0

    await eventually(one_has_committed, every=0.005)
    assert await cancels(desk, operation_id) == (200, "cancelled")
    (outcome,) = await asyncio.gather(step, return_exceptions=True)
    assert outcome is False or isinstance(outcome, OperationLost)
    operation = await runner.operation()
    assert operation.state == "cancelled"
    assert operation.result is not None
    assert operation.done == operation.result["changed"]
    left = ITEMS - operation.done
    assert len(await desk.ids(label="cat")) == left
    assert (await desk.labels())["cat"]["count"] == left
    await check_counters(desk)
    await check_history(desk, every=1_100)


async def test_pieces_of_one_step_add_up(workplace: Workplace, service: Service) -> None:
    job = await workplace.job(ITEMS)
    desk = job.desk
    labels = await everywhere(job, "cat")
    operation_id = await deletes(desk, labels["cat"])
    runner = await Runner.of(service)
    assert not await runner.step(pieces=8)
    operation = await runner.operation()
    assert (operation.done, operation.total) == (ITEMS, ITEMS)
    assert operation.result is not None
    assert (operation.result["changed"], operation.result["images"]) == (ITEMS, 0)
    assert await runner.step(pieces=8)
    ended = (await desk.http.get(f"/operations/{operation_id}")).json()
    assert (ended["state"], ended["result"]["changed"], ended["result"]["counts"]["unlabeled"]) == (
        "succeeded",
        ITEMS,
        ITEMS,
    )
    await check_counters(desk)


async def test_merge_cancelled_on_its_way_leaves_the_sources_where_they_still_are(
    workplace: Workplace, service: Service
) -> None:
    job = await workplace.job(ITEMS)
    desk = job.desk
    labels = await everywhere(job, "kitty", "tom")
    into = await desk.post("labels", {"name": "cat"}, status=201)
    seq = await desk.seq()
    body = {"from": [labels["kitty"], labels["tom"]], "into": into["id"]}
    operation_id = (await desk.post("labels:merge", body, status=202))["id"]
    runner = await Runner.of(service)
    await runner.step()
    assert await cancels(desk, operation_id) == (200, "cancelled")
    counts = {name: label["count"] for name, label in (await desk.labels()).items()}
    assert counts == {"kitty": ITEMS - 1_000, "tom": ITEMS - 1_000, "cat": 1_000}
    assert await labels_told(desk, seq) == [("merged", "cat"), ("created", "kitty"), ("created", "tom")]
    await check_counters(desk)
    await check_history(desk, every=1_100)


async def test_deletion_goes_on_if_its_labels_name_was_taken_meanwhile(workplace: Workplace, service: Service) -> None:
    job = await workplace.job(3)
    desk = job.desk
    labels = await everywhere(job, "cat")
    operation_id = await deletes(desk, labels["cat"])
    new = await desk.post("labels", {"name": "cat"}, status=201)
    assert await cancels(desk, operation_id) == (409, "label-name-taken")
    runner = await Runner.of(service)
    assert not await runner.step()
    assert await cancels(desk, operation_id) == (409, "label-name-taken")
    assert await runner.step()
    assert await cancels(desk, operation_id) == (409, "operation-finished")
    assert [(one["id"], one["count"]) for one in (await desk.labels()).values()] == [(new["id"], 0)]
    await check_counters(desk)


async def test_taken_shortcut_is_given_up_when_the_label_comes_back(workplace: Workplace) -> None:
    job = await workplace.job(1)
    desk = job.desk
    cat = await desk.post("labels", {"name": "cat", "shortcut": "c"}, status=201)
    operation_id = await deletes(desk, cat["id"])
    await desk.post("labels", {"name": "cow", "shortcut": "c"}, status=201)
    assert await cancels(desk, operation_id) == (200, "cancelled")
    assert {name: label["shortcut"] for name, label in (await desk.labels()).items()} == {"cat": None, "cow": "c"}


async def test_deletion_of_a_deleted_job_can_be_cancelled(workplace: Workplace, service: Service) -> None:
    job = await workplace.job(1)
    labels = await everywhere(job, "cat")
    operation_id = await deletes(job.desk, labels["cat"])
    await service.database["jobs"].update_one({"_id": job.id}, {"$set": {"deleted": True}})
    assert await cancels(job.desk, operation_id) == (200, "cancelled")


async def test_cancelling_and_a_step_at_once_leave_no_half_state(workplace: Workplace, service: Service) -> None:
    """Whichever commits first, the label is seen exactly if the operation is cancelled, and counts stay exact."""
    for round_ in range(12):
        job = await workplace.job(4)
        desk = job.desk
        labels = await everywhere(job, "cat")
        operation_id = await deletes(desk, labels["cat"])
        runner = await Runner.of(service)
        if round_ % 2:
            await runner.step()
        step, (status, state) = await _at_once(runner, desk, operation_id)
        operation = await runner.operation()
        assert (status, state) == (
            (200, "cancelled") if operation.state == "cancelled" else (409, "operation-finished")
        )
        assert step is None or isinstance(step, OperationLost | LabelNotFound), step
        assert list(await desk.labels()) == (["cat"] if operation.state == "cancelled" else [])
        await check_counters(desk)
        await check_history(desk)


async def _at_once(runner: Runner, desk: Desk, operation_id: str) -> tuple[BaseException | None, tuple[int, str]]:
    """What stopped the step, and what the cancelling was told."""
    stepping = asyncio.create_task(runner.step())
    told = await cancels(desk, operation_id)
    await asyncio.wait({stepping})
    return stepping.exception(), told
