"""Who waits behind what: told by the order of answers and of `seq`, never by a clock."""

import asyncio
from itertools import pairwise

from tests.integration.label.workplace import Workplace

FLOODING_JOBS, REQUESTS = 4, 6


async def test_floods_on_other_jobs_leave_a_labeler_behind_a_few_of_their_batches(workplace: Workplace) -> None:
    """More jobs flood than commit at once. Lanes take turns, so each comes before the labeler once or twice."""
    jobs = [await workplace.job(1_000) for _ in range(FLOODING_JOBS)]
    quiet = await workplace.job(1)
    answered: list[str] = []

    async def flood(number: int, turn: int) -> None:
        await jobs[number].desk.annotate(jobs[number].ids, set=[f"l{turn % 2}"])
        answered.append("flood")

    flooding = [asyncio.create_task(flood(number, turn)) for turn in range(REQUESTS) for number in range(FLOODING_JOBS)]
    await asyncio.wait(flooding, return_when=asyncio.FIRST_COMPLETED)
    before = len(answered)
    await quiet.desk.annotate(quiet.ids, add=["cat"])
    waited_behind = len(answered) - before
    assert waited_behind <= 2 * FLOODING_JOBS
    assert len(answered) < len(flooding), "the floods were over"
    await asyncio.gather(*flooding)


async def test_person_waits_behind_a_batch_of_bulk_work_on_the_same_job(workplace: Workplace) -> None:
    job = await workplace.job(2_000)
    desk = job.desk

    async def label_all(label: str) -> None:
        await desk.succeeds(await desk.call("POST", "annotations", json={"filter": {}, "add": [label]}))

    bulk = [asyncio.create_task(label_all(f"bulk-{number}")) for number in range(4)]
    own: list[str] = []
    while not all(labeling.done() for labeling in bulk):
        own.append((await desk.annotate([job.ids[len(own)]], add=["mine"]))["change_id"])
    await asyncio.gather(*bulk)
    entries = [entry for entry in await desk.feed() if entry["kind"] == "item"]
    assert len(entries) == 4 * 2_000 + len(own)
    places = [place for place, entry in enumerate(entries) if entry["change_id"] in set(own)]
    assert len(places) == len(own) > 4, "the bulk work was over too soon"
    # One batch was under way when the person asked; a second one may have begun before the request was there.
    assert max(later - earlier - 1 for earlier, later in pairwise(places)) <= 2_000
