"""Random programs of several clients against the real service, beside a model in plain Python.

The seeds of a run can be given: `LABEL_PROGRAM_SEEDS=1,2,3`.
"""

import asyncio
import os
import random
from typing import Any

import pytest
from joserfc.jwk import OKPKey
from tests.integration.label.conftest import SignIn, running
from tests.integration.label.program import NAMES, Program, dice_of
from tests.integration.label.replay import Replay
from tests.integration.label.workplace import Desk, Job, Workplace, sample

from label_service.settings import Settings
from labelstream_common.runtime import Role

SEEDS = [int(seed) for seed in os.environ.get("LABEL_PROGRAM_SEEDS", "11,12,13").split(",")]


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
    for status in ("labeled", "unlabeled", "to_confirm"):
        assert stats[status] == sum(item["status"] == status for item in items)
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


@pytest.mark.parametrize("seed", SEEDS)
async def test_service_does_what_the_model_does(workplace: Workplace, seed: int) -> None:
    job = await workplace.job(8)
    people = [job.owner, await workplace.joins(job, "labeler"), await workplace.joins(job, "manager")]
    program = Program(seed, job, people)
    for _ in range(70):
        await program.step()
        assert shown(await job.desk.items()) == program.model.shown()
        assert {name: one["count"] for name, one in (await job.desk.labels()).items()} == program.model.counts()
    await check_counters(job.desk)
    await check_history(job.desk)


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


@pytest.mark.parametrize("seed", SEEDS[:2])
async def test_undoing_everything_gives_the_first_state(workplace: Workplace, seed: int) -> None:
    job = await workplace.job(10)
    dice = dice_of(seed)
    desk = job.desk
    changes: list[str] = []
    for _ in range(30):
        ids = dice.sample(job.ids, dice.randint(1, 10))
        names = dice.sample(NAMES, 2)
        edit: dict[str, Any] = dice.choice(
            [
                {"add": names},
                {"set": names},
                {"remove": names},
                {"hard": True},
                {"replace": {"from": names[0], "to": names[1]}},
            ]
        )
        changes.append((await desk.annotate(ids, **edit))["change_id"])
    feed = await desk.feed()
    made = {entry["change_id"] for entry in feed if entry["kind"] == "item"}
    for change in reversed(changes):
        if change in made:
            reply = await desk.undo(change)
            assert not reply["conflicts"]
            assert reply["changed"] == sum(entry["change_id"] == change for entry in feed if entry["kind"] == "item")
    items = await desk.items()
    assert all((item["labels"], item["hard"], item["status"]) == ([], False, "unlabeled") for item in items)
    assert not any(label["count"] for label in (await desk.labels()).values())
    assert (await desk.stats())["labelers"] == []
    await check_history(desk)


async def worker(dice: random.Random, job: Job, desk: Desk, steps: int) -> None:
    """One client that does not wait for the others; what it is refused must be a refusal that it may get."""
    for _ in range(steps):
        ids, names = dice.sample(job.ids, dice.randint(1, 15)), dice.sample(NAMES, 2)
        roll = dice.random()
        if roll < 0.6:
            edit: dict[str, Any] = dice.choice(
                [{"add": names}, {"set": names}, {"remove": names}, {"hard": dice.random() < 0.5}]
            )
            await desk.annotate(ids, **edit)
        elif roll < 0.7:
            labels = [{"name": name, "confidence": dice.random()} for name in names]
            await desk.post("predictions", [{"sample_id": one, "labels": labels, "model": "net"} for one in ids])
        elif roll < 0.8:
            await desk.post(dice.choice(["items:confirm", "items:reject"]), {"sample_ids": ids})
        elif roll < 0.88:
            entries = [entry for entry in await desk.feed() if entry["kind"] == "item"]
            if entries:
                await desk.undo(dice.choice(entries[-20:])["change_id"])
        else:
            labels_now = await desk.labels()
            if len(labels_now) > 1:
                one, other = dice.sample(sorted(labels_now), 2)
                answer = await random_label_change(dice, desk, labels_now[one], labels_now[other])
                assert answer in {200, 202, 404, 409, 422}


async def random_label_change(dice: random.Random, desk: Desk, label: dict[str, Any], other: dict[str, Any]) -> int:
    match dice.randint(0, 2):
        case 0:
            answer = await desk.call("PATCH", f"labels/{label['id']}", json={"name": dice.choice(NAMES)})
        case 1:
            answer = await desk.call("DELETE", f"labels/{label['id']}")
        case _:
            body = {"from": [label["id"]], "into": other["id"]}
            answer = await desk.call("POST", "labels:merge", json=body)
    return answer.status_code


async def operations_ended(desk: Desk) -> None:
    for _ in range(300):
        found = (await desk.http.get("/operations", params={"limit": 1000})).json()["items"]
        if not any(one["state"] in {"queued", "running"} for one in found):
            assert not [one for one in found if one["state"] == "failed"], found
            return
        await asyncio.sleep(0.1)
    raise AssertionError("operations go on for ever")


@pytest.mark.parametrize("seed", SEEDS[:2])
async def test_many_clients_on_two_replicas_leave_an_exact_job(
    workplace: Workplace, somebody: SignIn, settings: Settings, signing_key: OKPKey, seed: int
) -> None:
    job = await workplace.job(40)
    dice = dice_of(seed)
    async with running(settings, signing_key, list(Role)) as replica:
        there = somebody(at=replica, account_id=job.owner.id).at(job)
        work = [worker(dice_of(dice.random()), job, desk, 15) for desk in (job.desk, there) for _ in range(4)]
        await asyncio.gather(*work, datasets_go_on(workplace, job, dice_of(seed)))
    await asyncio.gather(*(worker(dice_of(dice.random()), job, job.desk, 5) for _ in range(3)))
    await operations_ended(job.desk)
    await check_counters(job.desk)
    await check_history(job.desk)


async def datasets_go_on(workplace: Workplace, job: Job, dice: random.Random) -> None:
    """Samples go, come back and come with labels while people label."""
    paths = sorted(job.samples)
    for turn in range(6):
        path = dice.choice(paths)
        known = job.samples[path]
        await workplace.publish(
            sample(job.dataset_id, path, known.sample_id, 2 * turn + 2, removed=True),
            sample(job.dataset_id, f"more/{turn}.png", labels=dice.sample(NAMES, 2)),
        )
        await asyncio.sleep(0.2)
        await workplace.publish(
            sample(job.dataset_id, path, known.sample_id, 2 * turn + 3, labels=dice.sample(NAMES, 1))
        )
