"""Deleting a label through the gateway, and a person's labels one by one: what P6 and P12 measure, as workers."""

import asyncio
import uuid
from time import perf_counter

import msgspec

from bench.http_load import LoadClient
from bench.load import cancelled, samples_of, watched
from bench.spread import percentiles
from bench.worker import Result, Task

_PERSONS_PAUSE = 0.05


async def delete(task: Task) -> Result:
    """Delete a label; `hidden_ms` is the time to the reply, after which the label must be gone from the label set."""
    client = await LoadClient.open(task["url"], task["token"], 1)
    async with watched(task) as watcher:
        watching = asyncio.create_task(watcher.watch())
        began = perf_counter()
        path = f"/jobs/{task['job_id']}/labels/{task['label_id']}"
        await client.send(client.request("DELETE", path, key=str(uuid.uuid4())))
        hidden = perf_counter() - began
        listed = await client.send(client.request("GET", f"/jobs/{task['job_id']}/labels?limit=1000"))
        assert task["label_id"].encode() not in listed.body, "the label is still shown"
        await watcher.saw(task["count"])
        seconds = max(watcher.seen_at.values()) - began
        await cancelled(watching)
    client.close()
    return {
        "hidden_ms": hidden * 1000,
        "seconds": seconds,
        "rate": task["count"] / seconds,
        "twice": watcher.twice,
    }


async def person(task: Task) -> Result:
    """Label one image after another: `count` of them, or until what the request `meanwhile` began has ended."""
    client = await LoadClient.open(task["url"], task["token"], 2)
    operation = await _begun(client, task)
    times: list[float] = []
    for sample in samples_of(task):
        body = msgspec.json.encode({"sample_ids": [sample], "add": [task["label"]]})
        request = client.request("POST", f"/jobs/{task['job_id']}/annotations", body, key=str(uuid.uuid4()))
        sent = perf_counter()
        await client.send(request)
        times.append(perf_counter() - sent)
        if operation and await _ended(client, operation):
            break
        await asyncio.sleep(_PERSONS_PAUSE)
    client.close()
    return {"changes": len(times), **percentiles(times)}


async def _begun(client: LoadClient, task: Task) -> str:
    """The id of the operation that `meanwhile` (a method and a path) begins; empty without one."""
    if "meanwhile" not in task:
        return ""
    method, path = task["meanwhile"]
    answer = await client.send(client.request(method, path, key=str(uuid.uuid4())))
    return str(msgspec.json.decode(answer.body)["id"])


async def _ended(client: LoadClient, operation: str) -> bool:
    """Whether it has succeeded. Raises RuntimeError if it ended otherwise."""
    answer = await client.send(client.request("GET", f"/operations/{operation}"))
    state = msgspec.json.decode(answer.body)["state"]
    if state in {"failed", "cancelled"}:
        raise RuntimeError(f"the operation {state}")
    return bool(state == "succeeded")
