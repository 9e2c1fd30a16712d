"""What stands in place of more indexes: whoever looks for items by answers, known ones or leases walks their facets."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.integration.label.teams import team_job
from tests.integration.label.workplace import Workplace

from label_service.adapters.answered_items import known_query
from label_service.adapters.collections import ITEMS
from label_service.adapters.dealings import ended_by
from label_service.adapters.item_keys import sample_of
from label_service.adapters.item_queries import query_of
from label_service.adapters.own_answers import answered_with
from label_service.domain.filters import ItemFilter
from label_service.domain.label_set import LabelSet
from labelstream_common.runtime import Service


async def found(service: Service, query: dict[str, Any], *, in_order: bool = False) -> list[str]:
    """The ids that a query finds by the index of facets, looking at no item that is not meant."""
    rows = service.database[ITEMS].find(query, {"_id": 1})
    rows = rows.sort("_id", 1) if in_order else rows
    plan = await rows.clone().explain()
    winning = str(plan["queryPlanner"]["winningPlan"])
    assert "'indexName': 'facets'" in winning
    assert {"COLLSCAN", "SORT", "_id_"}.isdisjoint(winning.split("'")), winning
    ids = [sample_of(row["_id"]) for row in await rows.to_list(None)]
    assert plan["executionStats"]["totalDocsExamined"] <= len(ids)
    return ids


async def test_answers_and_known_ones_are_ranges_of_the_facets(workplace: Workplace, service: Service) -> None:
    team = await team_job(workplace, 30, overlap=2)
    job, ids = team.job, team.job.ids
    ada, ben = await team.joins(), await team.joins()
    await ada.at(job).annotate(ids[:3], set=["cat"])
    await ben.at(job).annotate(ids[1:2], set=["cat"])
    await ben.at(job).annotate(ids[2:3], set=["dog"])
    answer = await job.desk.call("PUT", "known-answers", json=[{"sample_id": ids[9], "labels": ["cat"]}])
    assert answer.status_code == 200
    cat = (await job.desk.labels())["cat"]["id"]
    assert await found(service, known_query(job.id)) == [ids[9]]
    assert await found(service, answered_with(job.id, [cat])) == [ids[0]]
    for limit, expected in ((0.5, [ids[2]]), (1, [ids[2]]), (0.01, [ids[2]])):
        query = query_of(job.id, ItemFilter(agreement_below=limit), LabelSet([]))
        assert await found(service, query, in_order=True) == expected
    mine = query_of(job.id, ItemFilter(status="labeled", answers_of=ada.id), LabelSet([]))
    assert await found(service, mine, in_order=True) == ids[:2]


async def test_ended_leases_are_one_range_of_all_jobs(workplace: Workplace, service: Service) -> None:
    team = await team_job(workplace, 20, assignment="queue")
    desk = (await team.joins()).at(team.job)
    held = sorted(item["sample_id"] for item in (await desk.post("items:next", {"limit": 2}))["items"])
    now = datetime.now(UTC)
    assert not set(held) & set(await found(service, ended_by(now)))
    assert set(held) <= set(await found(service, ended_by(now + timedelta(days=2))))
    await desk.annotate(held[:1], add=["cat"])
    assert set(held) & set(await found(service, ended_by(now + timedelta(days=2)))) == set(held[1:])
