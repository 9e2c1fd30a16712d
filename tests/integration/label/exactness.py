"""What must hold in a job after whatever was done to it, told by its public doors alone."""

import asyncio
from typing import Any

from tests.integration.label.replay import Replay
from tests.integration.label.workplace import Desk


def shown(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        item["sample_id"]: (
            item["version"],
            item["status"],
            item["hard"],
            sorted((label["name"], label["source"], label["by"]) for label in item["labels"]),
        )
        for item in items
    }


async def check_counters(desk: Desk) -> None:
    """Totals, counts of labels and of labelers equal a recount from the items."""
    items, stats = await desk.items(), await desk.stats()
    assert stats["total"] == len(items)
    for status in ("labeled", "to_confirm"):
        assert stats[status] == sum(item["status"] == status for item in items)
    unreadable = [item for item in items if item["state"] == "unreadable"]
    assert stats["unreadable"] == len(unreadable)
    set_apart = sum(item["status"] == "unlabeled" for item in unreadable)
    assert stats["unlabeled"] == sum(item["status"] == "unlabeled" for item in items) - set_apart
    assert stats["hard"] == sum(item["hard"] for item in items)
    counts, people = dict[str, int](), dict[str, int]()
    for item in items:
        for label in item["labels"]:
            counts[label["name"]] = counts.get(label["name"], 0) + (label["source"] != "model")
        for person in {label["by"] for label in item["labels"] if label["source"] == "person"}:
            people[person] = people.get(person, 0) + 1
    assert {one["name"]: one["count"] for one in stats["labels"] if one["count"]} == {
        name: count for name, count in counts.items() if count
    }
    assert {one["account_id"]: one["count"] for one in stats["labelers"]} == people
    assert {name: one["count"] for name, one in (await desk.labels()).items()} == {
        one["name"]: one["count"] for one in stats["labels"]
    }


async def check_history(desk: Desk, every: int = 5) -> None:
    """The feed has no hole, its replay is the state as of each `seq` looked at, and the last of them is the present."""
    feed = await desk.feed()
    assert [entry["seq"] for entry in feed] == list(range(1, len(feed) + 1))
    replay = Replay()
    for entry in feed:
        replay.apply(entry)
        if entry["seq"] % every == 0 or entry is feed[-1]:
            export = await desk.export(as_of=entry["seq"])
            assert Replay.shown(export.items) == replay.items(), entry
    assert replay.items() == Replay.shown(await desk.items())
    assert replay.labels == {label["id"]: name for name, label in (await desk.labels()).items()}


async def operations_ended(desk: Desk) -> None:
    for _ in range(300):
        found = (await desk.http.get("/operations", params={"limit": 1000})).json()["items"]
        if not any(one["state"] in {"queued", "running"} for one in found):
            assert not [one for one in found if one["state"] == "failed"], found
            return
        await asyncio.sleep(0.1)
    raise AssertionError("operations go on for ever")
