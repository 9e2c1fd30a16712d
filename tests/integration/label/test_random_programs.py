"""Random programs of several clients against the real service, beside a model in plain Python.

The seeds of a run can be given: `LABEL_PROGRAM_SEEDS=1,2,3`.
"""

import asyncio
import os
import random
from typing import Any

import pytest
from joserfc.jwk import OKPKey
from tests.integration.label.clients import worker
from tests.integration.label.conftest import SignIn, running
from tests.integration.label.exactness import check_counters, check_history, operations_ended, shown
from tests.integration.label.program import NAMES, Program, dice_of
from tests.integration.label.workplace import Job, Workplace, sample

from label_service.settings import Settings
from labelstream_common.runtime import Role

SEEDS = [int(seed) for seed in os.environ.get("LABEL_PROGRAM_SEEDS", "11,12,13").split(",")]


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
