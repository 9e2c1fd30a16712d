"""Deleting a label with the images that carry only it: which those are, and that each is said exactly once."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from joserfc.jwk import OKPKey
from tests.integration.label.conftest import running
from tests.integration.label.exactness import check_counters
from tests.integration.label.stepping import Runner, everywhere
from tests.integration.label.workplace import Desk, Workplace
from tests.support.topics import read_whole
from tests.support.waiting import eventually

from label_service.settings import Settings
from labelstream_common.messaging.topic_admin import ensure_topics
from labelstream_common.operations import OperationLost
from labelstream_common.runtime import Role, Service
from labelstream_contracts import TOPICS, LabelImagesDiscarded, topics

DISCARDED = "labeling.label.images-discarded.v1"

pytestmark = pytest.mark.usefixtures("whole_pieces")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def service(settings: Settings, signing_key: OKPKey, no_topics: None) -> AsyncIterator[Service]:
    """The service without its runner of operations."""
    await ensure_topics(settings.kafka_bootstrap_servers, TOPICS)
    async with running(settings, signing_key, [Role.CONSUMERS, Role.RELAY]) as service:
        yield service
        await service.client.drop_database(service.database.name)


async def dry(desk: Desk, label_id: str, **params: str) -> dict[str, Any]:
    answer = await desk.call("DELETE", f"labels/{label_id}", params={"dry_run": "true", **params})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def deletes_with_images(desk: Desk, label_id: str) -> None:
    answer = await desk.call("DELETE", f"labels/{label_id}", params={"images": "delete"})
    assert answer.status_code == 202, answer.text


async def discarded(desk: Desk) -> list[str]:
    """The images that the feed says go, as often as it says so."""
    entries = [entry for entry in await desk.feed() if entry["kind"] == "label" and entry["type"] == DISCARDED]
    assert all(len(entry["sample_ids"]) <= 1_000 for entry in entries)
    return [sample_id for entry in entries for sample_id in entry["sample_ids"]]


@pytest.mark.parametrize("role", ["labeler", "reviewer"])
async def test_who_may_not_delete_labels_deletes_no_images(workplace: Workplace, role: Any) -> None:
    job = await workplace.job(1)
    labels = await everywhere(job, "cat")
    person = await workplace.joins(job, role)
    for params in ({"images": "delete"}, {"images": "delete", "dry_run": "true"}):
        refused = await person.at(job).call("DELETE", f"labels/{labels['cat']}", params=params)
        assert (refused.status_code, refused.json()["code"]) == (403, "right-missing")
    assert list(await job.desk.labels()) == ["cat"]


async def test_what_to_do_with_images_is_keep_or_delete(workplace: Workplace) -> None:
    job = await workplace.job(1)
    labels = await everywhere(job, "cat")
    refused = await job.desk.call("DELETE", f"labels/{labels['cat']}", params={"images": "burn"})
    assert (refused.status_code, list(await job.desk.labels())) == (422, ["cat"])


async def test_dry_run_counts_what_would_go_and_touches_nothing(workplace: Workplace) -> None:
    job = await workplace.job(6)
    desk = job.desk
    only, dog, proposed, imagined, _, free = job.ids
    labels = await everywhere(job, "cat", "old")
    await desk.annotate([free, imagined], remove=["cat", "old"])
    await desk.annotate([only, dog, proposed], remove=["old"])
    await desk.annotate([dog], add=["dog"])
    proposals = [("dog", proposed), ("cat", imagined)]
    body = [
        {"sample_id": one, "labels": [{"name": name, "confidence": 0.9}], "model": "net"} for name, one in proposals
    ]
    await desk.post("predictions", body)
    seq, before = await desk.seq(), await desk.items()
    assert (await dry(desk, labels["cat"], images="delete"))["images"] == 2  # the fifth still carries `old`
    assert (await dry(desk, labels["cat"]))["images"] == 0
    assert (await dry(desk, labels["cat"], images="delete"))["items"] == 5
    assert (await desk.seq(), await desk.items()) == (seq, before)
    assert (await desk.http.get("/operations")).json()["items"] == []
    assert (await desk.call("DELETE", f"labels/{labels['old']}")).status_code == 202
    assert (await dry(desk, labels["cat"], images="delete"))["images"] == 3  # people see only `cat` there
    cancelled = await desk.http.post(f"/operations/{(await newest(desk))['id']}:cancel")
    assert cancelled.status_code == 200
    assert (await dry(desk, labels["cat"], images="delete"))["images"] == 2


async def test_every_bare_image_is_said_once_however_often_the_work_is_taken_up(
    workplace: Workplace, service: Service, kafka_bootstrap: str
) -> None:
    job = await workplace.job(1_300)
    desk = job.desk
    labels = await everywhere(job, "cat")
    await desk.annotate(job.ids[::13], add=["dog"])
    await deletes_with_images(desk, labels["cat"])
    runner = await Runner.of(service)
    await desk.annotate(job.ids[1:2], add=["bird"])  # meanwhile
    assert not await runner.step()
    await runner.parts.operations.release(runner.fence)
    other = await Runner.of(service)
    assert other.operation_id == runner.operation_id
    with pytest.raises(OperationLost):  # the first one only seemed to be gone
        await runner.step()
    assert not await other.step()
    assert await other.step()
    bare = set(job.ids) - set(job.ids[::13]) - {job.ids[1]}
    said = await discarded(desk)
    assert len(said) == len(bare)
    assert set(said) == bare
    result = (await newest(desk))["result"]
    assert (result["changed"], result["images"]) == (1_299, len(bare))  # whoever labeled one took it off, too
    await check_counters(desk)

    async def published() -> list[LabelImagesDiscarded]:
        read = await read_whole(kafka_bootstrap, [topics.LABEL.name], key_prefix=job.id)
        found = [each.payload for each in read if isinstance(each.payload, LabelImagesDiscarded)]
        assert sum(len(each.sample_ids) for each in found) == len(bare)
        return found

    found = await eventually(published)
    assert {(each.job_id, each.dataset_id, each.label.name) for each in found} == {(job.id, job.dataset_id, "cat")}
    assert [each.seq for each in found] == sorted(each.seq for each in found)


async def newest(desk: Desk) -> dict[str, Any]:
    return dict((await desk.http.get("/operations", params={"sort": "-added"})).json()["items"][0])


async def test_cancelled_deletion_takes_no_further_images(workplace: Workplace, service: Service) -> None:
    job = await workplace.job(1_200)
    desk = job.desk
    labels = await everywhere(job, "cat")
    await deletes_with_images(desk, labels["cat"])
    runner = await Runner.of(service)
    await runner.step()
    answer = await desk.http.post(f"/operations/{runner.operation_id}:cancel")
    assert answer.json()["state"] == "cancelled"
    assert len(await discarded(desk)) == 1_000
    kept = await desk.ids(label="cat")
    assert len(kept) == 200
    assert not set(kept) & set(await discarded(desk))
