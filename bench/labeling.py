"""P1 to P3 and P13: labeling in bulk, one by one, by one hand, and the way to the subscriber."""

import msgspec

from bench.measuring import EVERY_ITEM, SINGLE_ITEMS, Bench, ratio_of
from bench.report import Measurement
from bench.spread import Spread


async def p1(bench: Bench) -> Measurement:
    """Bulk labeling through HTTP till a Kafka subscriber has seen every event."""
    job, sizes = await bench.labeling_job(), bench.sizes
    ours, floor, last = [], [], {}
    shape = {"count": sizes.bulk, "chunk": sizes.chunk, "connections": sizes.bulk_connections}
    for repeat in range(sizes.repeats):
        last = await bench.work("load.bulk", job, label=f"bulk_{repeat}", **shape)
        ours.append(last["rate"])
        floor.append(
            (await bench.work("floors.update_many", job, change=bench.next_change(EVERY_ITEM), **shape))["rate"]
        )
        assert last["twice"] == 0, f"{last['twice']} events came twice"
    details: dict[str, object] = {
        "till replied": f"{sizes.bulk / last['replied_seconds']:,.0f}/s",
        "request p50": f"{last['p50_ms']:.0f} ms",
        "p99": f"{last['p99_ms']:.0f} ms",
    }
    work = f"label {sizes.bulk:,} items, {sizes.chunk:,} a request, till every event is with a subscriber"
    return ratio_of("P1", work, ours, floor, unit="items/s", least=0.45, details=details)


async def p2(bench: Bench) -> Measurement:
    """One label a request."""
    job, sizes = await bench.labeling_job(), bench.sizes
    ours, floor, spreads, last = [], [], [], {}
    shape = {"count": sizes.singles, "connections": sizes.single_connections}
    for repeat in range(sizes.repeats):
        last = await bench.work("load.singles", job, label=f"single_{repeat}", **shape)
        ours.append(last["rate"])
        spreads.append(last["p99_ms"] / last["p50_ms"])
        change = bench.next_change(SINGLE_ITEMS)
        floor.append((await bench.work("floors.find_one_and_update", job, change=change, **shape))["rate"])
    steadiness = Spread.of(spreads).median
    details: dict[str, object] = {
        "p50": f"{last['p50_ms']:.1f} ms",
        "p99": f"{last['p99_ms']:.1f} ms",
        "p99/p50": steadiness,
    }
    work = f"one label a request, {sizes.single_connections} connections"
    found = ratio_of("P2", work, ours, floor, unit="items/s", least=0.6, details=details)
    return msgspec.structs.replace(
        found,
        goal=f"{found.goal}; p99 ≤ 4 × p50",
        met=found.met and steadiness <= 4,
    )


async def p3(bench: Bench) -> Measurement:
    """From the reply to the subscriber's hands."""
    job, sizes = await bench.labeling_job(), bench.sizes
    ours, floor, over_p50, over_p99 = [], [], [], []
    shape = {"count": sizes.paced_rate * sizes.paced_seconds, "rate": sizes.paced_rate, "connections": 32}
    for repeat in range(sizes.repeats):
        bare = await bench.work("floors.produce_and_consume", job, **shape)
        mine = await bench.work("load.paced", job, label=f"paced_{repeat}", **shape)
        assert mine["twice"] == 0, f"{mine['twice']} events came twice"
        ours.append(mine["p50_ms"])
        floor.append(bare["p50_ms"])
        over_p50.append(mine["p50_ms"] - bare["p50_ms"])
        over_p99.append(mine["p99_ms"] - bare["p99_ms"])
    p50, p99 = Spread.of(over_p50).median, Spread.of(over_p99).median
    return Measurement(
        id="P3",
        work=f"from reply to subscriber, p50, at {sizes.paced_rate} changes/s",
        unit="ms",
        ours=Spread.of(ours),
        floor=Spread.of(floor),
        ratio=None,
        goal="p50 ≤ 5 ms, p99 ≤ 25 ms over the floor",
        met=p50 <= 5 and p99 <= 25,
        details={"p50 over": f"{p50:.1f} ms", "p99 over": f"{p99:.1f} ms"},
    )


async def p13(bench: Bench) -> Measurement:
    """One client, one label a request: the hand of one person."""
    job, sizes = await bench.labeling_job(), bench.sizes
    ours, floor, slowest, floor_slowest = [], [], [], []
    for repeat in range(sizes.repeats):
        change = bench.next_change(SINGLE_ITEMS)
        bare = await bench.work("floors.transaction", job, change=change, count=sizes.hand)
        mine = await bench.work("load.alone", job, label=f"hand_{repeat}", count=sizes.hand)
        ours.append(mine["p50_ms"])
        floor.append(bare["p50_ms"])
        slowest.append(mine["p99_ms"])
        floor_slowest.append(bare["p99_ms"])
    p50, p99 = Spread.of(ours), Spread.of(slowest)
    bare_p50, bare_p99 = Spread.of(floor), Spread.of(floor_slowest)
    ratio, slow = p50.median / bare_p50.median, p99.median / bare_p99.median
    return Measurement(
        id="P13",
        work="one label a request, one after the other, p50",
        unit="ms",
        ours=p50,
        floor=bare_p50,
        ratio=ratio,
        goal="p50 ≤ 1.6 ×, p99 ≤ 3 × a bare transaction of the same shape",
        met=ratio <= 1.6 and slow <= 3,
        details={"p99": f"{p99.median:.1f} / {bare_p99.median:.1f} ms = {slow:.2f}"},
    )
