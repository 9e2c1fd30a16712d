"""Items are dealt once and evenly, and an acceptance is whole, when label-service dies in the middle of either."""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from pymongo import AsyncMongoClient
from tests.support.checker import Evidence
from tests.support.labelers import hire
from tests.support.ledger import Attempt
from tests.support.operations import operation_of, succeeded
from tests.support.platform import CONSUMERS, Platform
from tests.support.waiting import eventually
from tests.support.work import Work, published_work

from label_service.adapters.item_keys import job_bytes, job_range

ITEMS = 3_000  # three pieces of dealing, and of the end of an acceptance
Promises = Callable[[Work], Awaitable[Evidence]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def work(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Work:
    return await published_work(platform, ITEMS, tmp_path_factory.mktemp("team"))


async def _head(client: AsyncMongoClient[dict[str, Any]], work: Work) -> dict[str, Any]:
    head = await client["labelstream_label"]["jobs"].find_one({"_id": work.job_id})
    assert head is not None
    return head


async def test_items_are_dealt_once_and_evenly_when_the_dealer_is_killed_in_the_middle(
    platform: Platform, work: Work
) -> None:
    people = [(await hire(platform, work.job_id)).account_id for _ in range(3)]
    consumers = platform.processes[CONSUMERS]
    async with AsyncMongoClient[dict[str, Any]](platform.stack.mongodb.url, readConcernLevel="majority") as client:

        async def known() -> None:
            members = client["labelstream_label"]["access_members"]
            assert await members.count_documents({"job_id": work.job_id, "account_id": {"$in": people}}) == len(people)

        async def half_way() -> None:
            round_ = (await _head(client, work)).get("dealing", {}).get("round")
            assert round_ is not None
            assert round_["after"] is not None

        await eventually(known)
        body = {"team": {"assignment": "even"}}
        assert (await platform.client.patch(f"/api/v1/jobs/{work.job_id}", json=body)).status_code == 200
        await eventually(half_way, within=30, every=0.005)
        await consumers.kill()
        await half_way()  # else it was killed after its work
        await consumers.start()

        async def all_dealt() -> None:
            head = await _head(client, work)
            assert head["dealing"]["round"] is None
            low, high = job_range(job_bytes(work.job_id))
            items = client["labelstream_label"]["items"].find({"_id": {"$gte": low, "$lte": high}}, {"assignees": 1})
            hands = [[one["account_id"] for one in item["assignees"]] for item in await items.to_list()]
            assert [len(held) for held in hands] == [1] * ITEMS, "each once"
            counts = Counter(held[0] for held in hands)
            assert set(counts) == set(people)
            assert max(counts.values()) - min(counts.values()) <= 1
            assert {one: share["total"] for one, share in head["shares"].items()} == counts

        await eventually(all_dealt, within=60, every=0.2)


async def test_an_acceptance_is_whole_when_its_end_is_killed_in_the_middle(
    platform: Platform, work: Work, promises_hold: Promises
) -> None:
    job = f"/api/v1/jobs/{work.job_id}"
    labeled = await platform.client.post(f"{job}/annotations", json={"filter": {}, "add": ["cat"]})
    changed = (await succeeded(platform, labeled.json()["id"]))["result"]
    work.ledger.attempts.append(Attempt("cat", tuple(work.sample_ids), "ok", changed["change_id"], ITEMS))
    opened = await platform.client.post(f"{job}/acceptances", json={"sample_count": 10, "seed": 1})
    assert opened.status_code in {200, 201, 202}, opened.text
    (acceptance,) = (await platform.client.get(f"{job}/acceptances")).json()["items"]
    path = f"{job}/acceptances/{acceptance['id']}"
    rejected = [one["sample_id"] for one in (await platform.client.get(f"{path}/items")).json()["items"]][:3]
    verdict = {"sample_ids": rejected, "decision": "reject", "reason": "blurred"}
    assert (await platform.client.post(f"{path}:judge", json=verdict)).is_success
    ending = (await platform.client.post(f"{path}:finish", json={"outcome": "accept_rest"})).json()

    async def half_way() -> None:
        operation = await operation_of(platform, ending["id"])
        assert 0 < operation["done"] < ITEMS, operation

    consumers = platform.processes[CONSUMERS]
    await eventually(half_way, within=30, every=0.005)
    await consumers.kill()
    await half_way()  # else it was killed after its work
    await consumers.start()
    ended = (await succeeded(platform, ending["id"]))["result"]
    assert (ended["accepted"], ended["rejected"], ended["conflict_count"]) == (ITEMS - 3, 3, 0)
    evidence = await promises_hold(work)
    judged = Counter(entry["sample_id"] for entry in evidence.feed if entry.get("cause") == "acceptance")
    assert judged == dict.fromkeys(work.sample_ids, 1), "each once"
    stats = [(await platform.client.get(f"{job}/stats?review={state}")).json() for state in ("accepted", "rejected")]
    assert [one["total"] for one in stats] == [ITEMS - 3, 3]
