"""Pages, feeds and exports that are read while others label, add and remove."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import pytest
from tests.integration.label.program import dice_of
from tests.integration.label.replay import Replay
from tests.integration.label.workplace import Desk, Export, Job, Workplace, sample
from tests.support.waiting import eventually

LARGE = 4_500
"""More than two chunks of an export: each is read at a moment of its own."""


class Others:
    """People who label the even ones of a job's images, whose dataset moves on meanwhile."""

    def __init__(self, workplace: Workplace, job: Job) -> None:
        self._workplace = workplace
        self._job = job
        self._touched = job.ids[::2]
        self._gone = sorted(job.samples.values(), key=lambda one: one.sample_id)[:6:2]
        self._stop = asyncio.Event()
        self.changes = 0

    @property
    def untouched(self) -> list[str]:
        return self._job.ids[1::2]

    async def work(self) -> None:
        turn = 0
        while not self._stop.is_set():
            turn += 1
            first = turn * 997 % len(self._touched)
            edit = {"set": [f"l{turn % 5}", "other"][: turn % 3], "hard": turn % 4 == 0}
            self.changes += (await self._job.desk.annotate(self._touched[first : first + 20], **edit))["changed"]
            if turn % 5 == 0:
                await self._move_on(turn)

    async def _move_on(self, turn: int) -> None:
        known = self._gone[turn // 5 % len(self._gone)]
        dataset_id, path = self._job.dataset_id, known.path
        await self._workplace.publish(
            sample(dataset_id, path, known.sample_id, 2 * turn, removed=True),
            sample(dataset_id, f"img/more-{turn}.png", labels=["came"]),
            sample(dataset_id, path, known.sample_id, 2 * turn + 1),
        )

    async def go_on(self) -> None:
        """Waits until they have changed something more."""
        before = self.changes

        async def more() -> None:
            assert self.changes > before

        await eventually(more)

    def stop(self) -> None:
        self._stop.set()


@asynccontextmanager
async def others_at(workplace: Workplace, job: Job) -> AsyncIterator[Others]:
    others = Others(workplace, job)
    working = asyncio.create_task(others.work())
    try:
        await others.go_on()
        yield others
    finally:
        others.stop()
        await working


async def pages_between_changes(desk: Desk, path: str, others: Others, **params: Any) -> list[dict[str, Any]]:
    """All of a list, with changes between one page and the next."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = await desk.get(path, limit=25, **params, **cursor)
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}
        await others.go_on()


def legs_of_untouched(job: Job, sort: str) -> list[list[str]]:
    """The order of the untouched images, as this file makes them: those that have the field, and those without it.

    The latter come last whichever way the list goes.
    """
    mine, predicted, plain = job.ids[1:80:2], job.ids[81:100:2], job.ids[101::2]
    match sort:
        case "added":
            return [job.ids[1::2]]
        case "path":
            path_of = {one.sample_id: path for path, one in job.samples.items()}
            return [sorted(job.ids[1::2], key=path_of.__getitem__)]
        case "labeled_at":  # they are labeled one by one
            return [mine, predicted + plain]
        case _:  # the confidences are .5, .6, .7, .8, .5 and so on; the less of it, the harder
            return [[one for step in (3, 2, 1, 0) for one in predicted[step::4]], mine + plain]


@pytest.mark.parametrize("sort", ["added", "path", "labeled_at", "hardness"])
async def test_pages_keep_what_nobody_touched_once_and_in_order(workplace: Workplace, sort: str) -> None:
    job = await workplace.job(120)
    for place, sample_id in enumerate(job.ids[1:80:2]):
        await job.desk.annotate([sample_id], add=[f"mine-{place % 3}"])
    predicted = [
        {"sample_id": sample_id, "labels": [{"name": "mine-0", "confidence": 0.5 + place % 4 / 10}], "model": "net"}
        for place, sample_id in enumerate(job.ids[81:100:2])
    ]
    assert (await job.desk.post("predictions", predicted))["changed"] == 10
    async with others_at(workplace, job) as others:
        untouched = set(others.untouched)
        quiet = {
            "": [one for leg in legs_of_untouched(job, sort) for one in leg],
            "-": [one for leg in legs_of_untouched(job, sort) for one in reversed(leg)],
        }
        assert set(quiet[""]) == set(quiet["-"]) == untouched
        for direction in ("", "-"):
            read = [
                one["sample_id"]
                for one in await pages_between_changes(job.desk, "items", others, sort=f"{direction}{sort}")
            ]
            kept = [one for one in read if one in untouched]
            assert sorted(kept) == others.untouched
            assert kept == quiet[direction]
            assert len(set(read)) == len(read)
        labeled = await pages_between_changes(job.desk, "items", others, status="labeled", sort=sort)
        assert sorted(one["sample_id"] for one in labeled if one["sample_id"] in untouched) == job.ids[1:80:2]


async def test_feed_and_diff_read_in_pages_are_what_they_are_in_one(workplace: Workplace) -> None:
    job = await workplace.job(60)
    desk = job.desk
    async with others_at(workplace, job) as others:
        await others.go_on()
        seq = await desk.seq()
        difference = await desk.pages("diff", **{"from": 2, "to": seq})
        assert difference
        assert await pages_between_changes(desk, "diff", others, **{"from": 2, "to": seq}) == difference
        read: list[dict[str, Any]] = []
        while len(read) < seq + 200:
            read += (await desk.get("changes", after=len(read), limit=30))["items"]
            assert [entry["seq"] for entry in read[-30:]] == list(range(len(read) - len(read[-30:]) + 1, len(read) + 1))
    assert (await desk.feed())[: len(read)] == read


@pytest.mark.parametrize(("form", "size"), [("ndjson", LARGE), ("csv", 90), ("manifest", 90)])
async def test_export_broken_off_goes_on_to_the_same_bytes(workplace: Workplace, form: str, size: int) -> None:
    job = await workplace.job(size)
    desk = job.desk
    async with others_at(workplace, job) as others:
        whole = await desk.export(format=form)
        seq = whole.last["seq"]
        head = 1 if form == "csv" else 0
        rows = whole.rows[head:]
        assert whole.last["count"] == len(rows) >= size - 3
        ids = [row["sample_id"] for row in (await desk.export(as_of=seq)).items]
        for place in (0, 29, len(ids) // 2, len(ids) - 1):
            await others.go_on()
            rest = await desk.export(format=form, as_of=seq, after=ids[place])
            assert rest.rows[head:] == rows[place + 1 :]
            check_last_line(rest)
        await others.go_on()
        assert (await desk.export(format=form, as_of=seq)).content == whole.content


def check_last_line(export: Export) -> None:
    body = export.content[: export.content.rindex(b"\n", 0, -1) + 1] if export.rows else b""
    assert hashlib.sha256(body).hexdigest() == export.last["sha256"]


async def test_export_of_now_is_the_replay_of_the_feed_to_its_seq(workplace: Workplace) -> None:
    """What is written while the rows stream stays out of all of them, or is in all."""
    job = await workplace.job(LARGE)
    desk = job.desk
    exports: list[Export] = []
    async with others_at(workplace, job) as others:
        overtaken = False
        while len(exports) < 4 or not overtaken:
            exports.append(await desk.export())
            overtaken |= bool((await desk.get("changes", after=exports[-1].last["seq"], limit=1))["items"])
            await others.go_on()
    assert all(earlier.last["seq"] < later.last["seq"] for earlier, later in pairwise(exports))
    replay, feed = Replay(), await desk.feed()
    for entry in feed:
        replay.apply(entry)
        for export in exports:
            if export.last["seq"] == entry["seq"]:
                assert Replay.shown(export.items) == replay.items()


@pytest.mark.parametrize("sort", ["labeled_at", "-labeled_at"])
async def test_list_by_time_shows_everything_once_and_in_its_first_order_while_people_label(
    workplace: Workplace, sort: str
) -> None:
    job = await workplace.job(30)
    desk, dice = job.desk, dice_of(7)
    labeled = dice.sample(job.ids, 24)
    for sample_id in labeled:
        await desk.annotate([sample_id], add=["cat"])
    unlabeled = [one for one in job.ids if one not in labeled]
    first = labeled + unlabeled if sort == "labeled_at" else labeled[::-1] + unlabeled[::-1]
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await desk.get("items", limit=4, sort=sort, **cursor)
        found += [item["sample_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
        await desk.annotate(dice.sample(job.ids, 5), add=[dice.choice(["dog", "bird"])])
        await desk.annotate(dice.sample(job.ids, 3), set=[])
    assert found == first
    assert await desk.ids(sort=sort) != first  # by now the order is another


@pytest.mark.parametrize("sort", ["hardness", "-hardness"])
async def test_list_by_hardness_shows_everything_once_and_in_its_first_order_while_models_propose(
    workplace: Workplace, sort: str
) -> None:
    job = await workplace.job(30)
    desk, dice = job.desk, dice_of(11)

    async def propose(ids: list[str], label: str) -> None:
        await desk.post(
            "predictions",
            [
                {
                    "sample_id": one,
                    "labels": [{"name": label, "confidence": dice.randint(500, 999) / 1000}],
                    "model": "m",
                }
                for one in ids
            ],
        )

    sure, others = job.ids[:6], job.ids[6:]
    await desk.annotate(sure, add=["sure"])
    await propose(sure[:4], "sure")
    await propose(dice.sample(others, 18), "cat")
    first = await desk.ids(sort=sort)
    assert len(set(first)) == 30
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await desk.get("items", limit=4, sort=sort, **cursor)
        found += [item["sample_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
        await propose(dice.sample(others, 5), dice.choice(["dog", "cat"]))
        seq = await desk.seq()
        await propose(sure, "sure")  # nothing to see, but how uncertain the model is
        assert await desk.seq() == seq
    assert found == first
    assert await desk.ids(sort=sort) != first  # by now the order is another
