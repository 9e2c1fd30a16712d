"""In a job that is dealt out a labeler sees and changes what is theirs, in every list, count, stream and change."""

from typing import Any

import httpx
import pytest
from tests.integration.label.teams import TeamJob, team_job
from tests.integration.label.workplace import Desk, Somebody, Workplace
from tests.support.topics import read_whole
from tests.support.waiting import eventually

from labelstream_contracts import ProgressShared, topics


class Scene:
    """Two labelers with their halves, and somebody of each role that sees everything."""

    def __init__(self, team: TeamJob, ada: Somebody, bob: Somebody, hands: dict[str, list[str]]) -> None:
        self.team, self.ada, self.bob = team, ada, bob
        self.of_ada = sorted(one for one, held in hands.items() if held == [ada.id])
        self.of_bob = sorted(one for one, held in hands.items() if held == [bob.id])


async def scene_of(workplace: Workplace, count: int = 12) -> Scene:
    team = await team_job(workplace, count, assignment="even")
    ada, bob = await team.joins(), await team.joins()
    await team.dealt([ada, bob])
    return Scene(team, ada, bob, await team.hands())


async def test_lists_and_counts_are_over_own_items(workplace: Workplace) -> None:
    scene = await scene_of(workplace)
    job, desk, other = scene.team.job, scene.ada.at(scene.team.job), scene.bob.at(scene.team.job)
    await other.annotate(scene.of_bob[:2], add=["dog"])
    reply = await desk.annotate(scene.of_ada[:1], add=["cat"])
    own = {"total": 6, "labeled": 1, "unlabeled": 5, "to_confirm": 0}
    assert reply["counts"] == own
    for sort in ("added", "-added", "path", "-path", "labeled_at", "-labeled_at", "hardness"):
        assert sorted(await desk.ids(sort=sort)) == scene.of_ada
    assert sorted(await desk.ids(status="unlabeled")) == scene.of_ada[1:]
    assert await desk.ids(label="dog") == []
    assert await desk.ids(assignee=scene.bob.id) == []
    stats = await desk.stats()
    assert {name: stats[name] for name in own} == own
    assert [label["count"] for label in stats["labels"]] == [1, 0]
    assert {label["name"]: label["count"] for label in (await desk.labels()).values()} == {"cat": 1, "dog": 0}
    chosen = await desk.post("stats", {"sample_ids": [scene.of_ada[0], *scene.of_bob]})
    assert (chosen["total"], chosen["labeled"]) == (1, 1)
    whole = await job.desk.stats()
    assert (whole["total"], whole["labeled"]) == (12, 3)
    assert len(await desk.pages("items", as_of=await job.desk.seq())) == 6
    reviewer, manager = await scene.team.joins("reviewer"), await scene.team.joins("manager")
    for person in (reviewer, manager):
        assert await person.at(job).ids() == job.ids


async def test_another_persons_item_is_not_there(workplace: Workplace) -> None:
    scene = await scene_of(workplace)
    desk, theirs = scene.ada.at(scene.team.job), scene.of_bob[0]
    assert (await desk.call("GET", f"items/{theirs}")).json()["code"] == "item-not-found"
    edits: list[tuple[str, dict[str, Any]]] = [
        ("annotations", {"add": ["cat"]}),
        ("annotations", {"hard": True}),
        ("items:confirm", {}),
        ("items:reject", {}),
    ]
    for path, edit in edits:
        reply = await desk.post(path, {"sample_ids": [scene.of_ada[0], theirs], **edit})
        assert reply["missing"] == [theirs]
    assert (await scene.team.job.desk.item(theirs))["version"] == 0
    item = await desk.item(scene.of_ada[0])
    assert (item["assignee"], item["assignees"]) == (scene.ada.id, [{"account_id": scene.ada.id, "state": "done"}])


async def test_edits_by_filter_and_undo_reach_own_items_only(workplace: Workplace) -> None:
    scene = await scene_of(workplace)
    job, desk = scene.team.job, scene.ada.at(scene.team.job)
    answer = await desk.call("POST", "annotations", json={"filter": {}, "add": ["cat"]})
    result = (await desk.succeeds(answer))["result"]
    assert (result["changed"], result["counts"]["total"]) == (6, 6)
    assert sorted(await job.desk.ids(status="labeled")) == scene.of_ada
    moved = scene.of_ada[0]
    await job.desk.post("items:assign", {"sample_ids": [moved], "to": scene.bob.id})
    undone = await desk.undo(result["change_id"])
    assert (undone["changed"], undone["missing"]) == (5, [moved])
    assert await job.desk.ids(status="labeled") == [moved]


async def test_feed_and_diff_tell_of_own_items_only(workplace: Workplace) -> None:
    scene = await scene_of(workplace)
    job, desk = scene.team.job, scene.ada.at(scene.team.job)
    begin = await job.desk.seq()
    await scene.bob.at(job).annotate(scene.of_bob[:3], add=["dog"])
    await desk.annotate(scene.of_ada[:2], add=["cat"])
    await scene.bob.at(job).annotate(scene.of_bob[:1], hard=True)
    entries = await feed(desk)
    assert {one["sample_id"] for one in entries if one["kind"] == "item"} == set(scene.of_ada[:2])
    batches = [one for one in entries if one["kind"] == "items"]
    assert sorted(one for batch in batches for one in batch["added_ids"]) == scene.of_ada
    assert sum(batch["added"] for batch in batches) == len(scene.of_ada)
    end = await job.desk.seq()
    page = await desk.get("changes", after=begin, limit=1000)
    assert page["next_after"] == end
    rows = (await desk.get("diff", **{"from": begin, "to": end}))["items"]
    assert [row["sample_id"] for row in rows] == scene.of_ada[:2]


async def feed(desk: Desk) -> list[dict[str, Any]]:
    found, after = [], 0
    while True:
        page = await desk.get("changes", after=after, limit=2)
        found += page["items"]
        if page["next_after"] == after:
            return found
        after = page["next_after"]


async def test_urls_of_a_labelers_images_carry_a_ticket(workplace: Workplace) -> None:
    scene = await scene_of(workplace, 2)
    own = await scene.ada.at(scene.team.job).items()
    assert all("ticket=" in item["content_url"] and "ticket=" in item["thumbnail_url"] for item in own)
    assert not any("ticket=" in item["content_url"] for item in await scene.team.job.desk.items())


async def test_what_each_has_is_told_whenever_it_moves(workplace: Workplace, kafka_bootstrap: str) -> None:
    scene = await scene_of(workplace)
    job, desk = scene.team.job, scene.ada.at(scene.team.job)
    await scene.bob.at(job).annotate(scene.of_bob[:2], add=["dog"])
    await job.desk.post("items:assign", {"sample_ids": scene.of_ada[:2], "to": scene.bob.id})
    counts = {name: (await desk.stats())[name] for name in ("total", "labeled", "unlabeled", "to_confirm")}
    assert counts == {"total": 4, "labeled": 0, "unlabeled": 4, "to_confirm": 0}

    async def told() -> None:
        latest: dict[str, tuple[int, dict[str, int]]] = {}
        for event in await read_whole(kafka_bootstrap, [topics.PROGRESS.name]):
            if isinstance(event.payload, ProgressShared) and event.payload.job_id == job.id:
                for account_id, totals in event.payload.shares.items():
                    latest[account_id] = event.payload.commit, totals.model_dump()
        assert latest[scene.ada.id][1] == {**counts, "unreadable": 0}
        assert latest[scene.bob.id][1] == {**counts, "total": 8, "labeled": 2, "unlabeled": 6, "unreadable": 0}

    await eventually(told)
    assert await job.desk.seq() == len(await feed(job.desk)), "telling it takes no number of the change log"


async def test_managers_assign_items_and_dealing_leaves_them_there(workplace: Workplace) -> None:
    scene = await scene_of(workplace)
    team, job = scene.team, scene.team.job
    labeler, reviewer = scene.ada.at(job), (await team.joins("reviewer")).at(job)
    body = {"sample_ids": scene.of_ada[:3], "to": scene.bob.id}
    for desk in (labeler, reviewer):
        assert (await desk.call("POST", "items:assign", json=body)).status_code == 403
    assert (await job.desk.post("items:assign", body))["changed"] == 3
    assert (await job.desk.post("items:assign", body))["unchanged"] == 3
    unknown = await job.desk.call("POST", "items:assign", json={**body, "to": "nobody"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "assignee-unknown")
    third = await team.joins()

    async def has_a_share() -> None:
        assert len(await third.at(job).ids()) == 4

    await eventually(has_a_share)
    hands = await team.hands()
    assert all(hands[one] == [scene.bob.id] for one in scene.of_ada[:3])
    answer = await job.desk.call("POST", "items:assign", json={"filter": {"assignee": scene.bob.id}, "to": None})
    await job.desk.succeeds(answer)
    await team.dealt([scene.ada, scene.bob, third])


@pytest.mark.parametrize("path", ["items:next", "items:release"])
async def test_only_a_queue_gives_items_out(workplace: Workplace, stranger: httpx.AsyncClient, path: str) -> None:
    scene = await scene_of(workplace, 2)
    body = {"limit": 5} if path == "items:next" else {"sample_ids": scene.of_ada}
    assert (await stranger.post(f"/jobs/{scene.team.job.id}/{path}", json=body)).status_code == 401
    answer = await scene.ada.at(scene.team.job).call("POST", path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "not-a-queue")
