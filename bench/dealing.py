"""P20: a job's items dealt out to its labelers, and a share of them to one who joins."""

import asyncio
from collections.abc import Sequence
from time import perf_counter
from typing import Any
from uuid import uuid4

from motor.motor_asyncio import AsyncIOMotorClient

from bench.measuring import Bench
from bench.report import Measurement
from bench.spread import Spread
from label_service.domain.dealing import OpenItem, Round, deal, quotas
from labelstream import TeamSettings

_PEOPLE, _PIECE = 8, 1_000
_LEAST = 2_000.0


async def p20(bench: Bench) -> Measurement:
    """The job is there; the clock runs from the moment that its items are to be dealt until nothing is left to do."""
    size = bench.sizes.bulk
    prepared = await bench.job_of(size)
    heads: Any = AsyncIOMotorClient(bench.running.mongodb)["labelstream_label"]["jobs"]
    async with bench.running.client() as client:
        for _ in range(_PEOPLE - 1):
            await _joins(client, prepared.job_id)
        began = perf_counter()
        await client.jobs.update(prepared.job_id, team=TeamSettings(assignment="even"))
        await _dealt(heads, prepared.job_id, _PEOPLE - 1, size)
        dealt = perf_counter() - began
        began = perf_counter()
        await _joins(client, prepared.job_id)
        await _dealt(heads, prepared.job_id, _PEOPLE, size)
        joined = perf_counter() - began
    heads.database.client.close()
    pure = _pure(5 * size)
    ours = Spread.of([size / dealt])
    return Measurement(
        id="P20",
        work=f"deal {size:,} items out to {_PEOPLE - 1} labelers, then a share to one more",
        unit="items/s",
        ours=ours,
        floor=None,
        ratio=None,
        goal=f"≥ {_LEAST:,.0f} items/s",
        met=ours.median >= _LEAST,
        details={"seconds till the one who joins has a share": joined, **pure},
    )


async def _joins(client: Any, job_id: str) -> None:
    email = f"{uuid4().hex}@labelstream.local"
    await client.accounts.create(email, name="Labeler", role="annotator", password=uuid4().hex)
    await client.annotators.add(job_id, email)


async def _dealt(heads: Any, job_id: str, people: int, size: int) -> None:
    """Until no round is under way and everybody has their share, by the head that dealing keeps."""
    async with asyncio.timeout(120 + size / 500):
        while True:
            head = await heads.find_one({"_id": job_id}, {"dealing": 1, "shares": 1})
            dealing, shares = head.get("dealing") or {}, head.get("shares") or {}
            loads = sorted(share["total"] for share in shares.values())
            if len(dealing.get("people", ())) == people == len(loads) and dealing["round"] is None:
                assert sum(loads) == size, f"{sum(loads)} of {size} are dealt"
                assert loads[-1] - loads[0] <= 1, f"uneven: {loads}"
                return
            await asyncio.sleep(0.1)


def _pure(size: int) -> dict[str, object]:
    """The rules alone, piece by piece as the service calls them: dealing, and a round when one of 50 leaves."""
    people = [f"person-{number:02}" for number in range(50)]
    ids = [f"{number:09}" for number in range(size)]
    loads = dict.fromkeys(people, 0)
    hands: dict[str, tuple[str, ...]] = {}
    began = perf_counter()
    for place in range(0, size, _PIECE):
        dealt = deal(map(OpenItem, ids[place : place + _PIECE]), people, loads, overlap=1, seed=str(place))
        hands |= dealt.loose
        loads = dealt.loads
    first = perf_counter() - began
    began = perf_counter()
    _redealt(ids, hands, people[1:], loads)
    again = perf_counter() - began
    return {f"rules alone, {size:,} items, µs each": first / size * 1e6, "when one leaves": again / size * 1e6}


def _redealt(ids: Sequence[str], hands: dict[str, tuple[str, ...]], people: list[str], had: dict[str, int]) -> None:
    loads: dict[str, int] = {person: had[person] for person in people}
    round_ = Round(quota=quotas(people, loads, len(ids), "again"), ahead=loads)
    for place in range(0, len(ids), _PIECE):
        items = [OpenItem(one, loose=hands[one]) for one in ids[place : place + _PIECE]]
        dealt = deal(items, people, loads, overlap=1, seed=str(place), round_=round_)
        loads = dealt.loads
        round_ = Round(quota=round_.quota, ahead=dealt.ahead)
    assert max(loads.values()) - min(loads.values()) <= 1
