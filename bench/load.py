"""Work through the gateway, watched by a Kafka subscriber: what P1 to P3 measure. Each runs as a worker."""

import asyncio
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import msgspec

from bench.http_load import LoadClient
from bench.spread import percentiles
from bench.worker import Result, Task
from labelstream import ItemChanged, Start, Subscription, subscribe

_EVENTS_WITHIN = 180.0


class Watcher:
    """Counts the distinct item changes of one job as they reach a subscriber's hands."""

    def __init__(self, subscription: Subscription) -> None:
        self._subscription = subscription
        self.seen_at: dict[tuple[str, int], float] = {}
        self.twice = 0

    async def watch(self) -> None:
        seen_at = self.seen_at
        async for changes in self._subscription.batches():
            now = perf_counter()
            for change in changes:
                if isinstance(change, ItemChanged):
                    key = (change.sample_id, change.version)
                    self.twice += key in seen_at
                    seen_at.setdefault(key, now)

    async def saw(self, count: int) -> None:
        async with asyncio.timeout(_EVENTS_WITHIN):
            while len(self.seen_at) < count:  # noqa: ASYNC110  # the watcher does no waking
                await asyncio.sleep(0.001)


async def bulk(task: Task) -> Result:
    """Set one label on every item in requests of `chunk`, until the subscriber has seen every event."""
    samples = samples_of(task)
    chunks = [samples[start : start + task["chunk"]] for start in range(0, len(samples), task["chunk"])]
    client = await LoadClient.open(task["url"], task["token"], task["connections"])
    requests = [_labeling(client, task["job_id"], chunk, task["label"]) for chunk in chunks]
    async with watched(task) as watcher:
        watching = asyncio.create_task(watcher.watch())
        began = perf_counter()
        times = await _at_once(client, requests, task["connections"])
        replied = perf_counter() - began
        await watcher.saw(len(samples))
        seconds = max(watcher.seen_at.values()) - began
        await cancelled(watching)
    client.close()
    return {
        "seconds": seconds,
        "replied_seconds": replied,
        "rate": len(samples) / seconds,
        "twice": watcher.twice,
        **percentiles(times),
    }


async def singles(task: Task) -> Result:
    """One label a request, on `connections` at once."""
    client = await LoadClient.open(task["url"], task["token"], task["connections"])
    requests = [_labeling(client, task["job_id"], [sample], task["label"]) for sample in samples_of(task)]
    began = perf_counter()
    times = await _at_once(client, requests, task["connections"])
    seconds = perf_counter() - began
    client.close()
    return {"seconds": seconds, "rate": len(requests) / seconds, **percentiles(times)}


async def alone(task: Task) -> Result:
    """One label a request, one after the other: the hand of one person."""
    client = await LoadClient.open(task["url"], task["token"], 1)
    requests = [_labeling(client, task["job_id"], [sample], task["label"]) for sample in samples_of(task)]
    times = await _at_once(client, requests, 1)
    client.close()
    return dict(percentiles(times))


async def paced(task: Task) -> Result:
    """One label a request at a steady rate; the time from each reply to the subscriber's hands."""
    client = await LoadClient.open(task["url"], task["token"], task["connections"])
    samples = samples_of(task)
    requests = [_labeling(client, task["job_id"], [sample], task["label"]) for sample in samples]
    replied: dict[str, float] = {}

    async def one(sample: str, request: bytes) -> None:
        await client.send(request)
        replied[sample] = perf_counter()

    async with watched(task) as watcher:
        watching = asyncio.create_task(watcher.watch())
        async with asyncio.TaskGroup() as group:
            began = perf_counter()
            for number, (sample, request) in enumerate(zip(samples, requests, strict=True)):
                if (early := began + number / task["rate"] - perf_counter()) > 0:
                    await asyncio.sleep(early)
                group.create_task(one(sample, request))
        await watcher.saw(len(samples))
        await cancelled(watching)
    client.close()
    late = [max(0.0, at - replied[sample]) for (sample, _), at in watcher.seen_at.items()]
    return {"twice": watcher.twice, "events": len(late), **percentiles(late)}


class watched:  # noqa: N801  # read as a word: async with watched(task)
    """A subscriber to the job's changes from now on."""

    def __init__(self, task: Task) -> None:
        self._subscription = subscribe(
            **task["broker"], job=task["job_id"], start=Start.NOW, labels=False, deduplicate=False
        )

    async def __aenter__(self) -> Watcher:
        return Watcher(await self._subscription.__aenter__())

    async def __aexit__(self, *error: object) -> None:
        await self._subscription.__aexit__(None, None, None)


async def _at_once(client: LoadClient, requests: Sequence[bytes], connections: int) -> list[float]:
    waiting: Iterator[bytes] = iter(requests)
    times: list[float] = []

    async def hand() -> None:
        for request in waiting:
            sent = perf_counter()
            await client.send(request)
            times.append(perf_counter() - sent)

    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(hand())
    return times


def _labeling(client: LoadClient, job_id: str, samples: Sequence[str], label: str) -> bytes:
    body = msgspec.json.encode({"sample_ids": samples, "set": [label]})
    return client.request("POST", f"/jobs/{job_id}/annotations", body, key=str(uuid.uuid4()))


def samples_of(task: Task) -> list[str]:
    """The ids of the first `count` samples of the job's dataset."""
    lines = Path(task["samples"]).read_text().split()
    return lines[task.get("first", 0) :][: task["count"]]


async def cancelled(watching: asyncio.Task[None]) -> None:
    """Ends a watcher; raises what had ended it before."""
    if watching.done():
        watching.result()
    watching.cancel()
    with suppress(asyncio.CancelledError):  # we cancelled it
        await watching
