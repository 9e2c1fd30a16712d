"""Somebody who labels while others attack, in a process of their own: what the attacker's client costs is not the
platform's. It measures until its standard input ends, and then writes what it measured."""

import asyncio
import sys
import time
from collections.abc import Sequence

import httpx
import msgspec

ENOUGH = 20
_NEXT_LABEL, _NEXT_QUESTION = 0.02, 0.1


class Victim(msgspec.Struct):
    """Whom to be: the platform's address, an access token, and the samples of a job to label."""

    url: str
    token: str
    job_id: str
    samples: Sequence[str]


class Measured(msgspec.Struct):
    """How many seconds each label took and when it began (Unix time), and how long each answer of `/healthz` took.

    The first label is left out: it makes the connection.
    """

    labels: list[float] = []
    began: list[float] = []
    health: list[float] = []

    def labels_since(self, moment: float) -> list[float]:
        return [took for took, began in zip(self.labels, self.began, strict=True) if began >= moment]


async def measure(victim: Victim) -> Measured:
    measured, ends = Measured(), asyncio.Event()

    async def end() -> None:
        await asyncio.to_thread(sys.stdin.buffer.read)
        ends.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(_label(victim, measured, ends))
        group.create_task(_ask(victim, measured, ends))
        group.create_task(end())
    return measured


async def _label(victim: Victim, measured: Measured, ends: asyncio.Event) -> None:
    headers = {"Authorization": f"Bearer {victim.token}"}
    async with httpx.AsyncClient(base_url=f"{victim.url}/api/v1", headers=headers, timeout=60) as http:
        number = 0
        while number <= ENOUGH or not ends.is_set():
            body = {"sample_ids": [victim.samples[number % len(victim.samples)]], "set": [f"l{number % 7}"]}
            at, began = time.time(), time.monotonic()
            answer = await http.post(f"/jobs/{victim.job_id}/annotations", json=body)
            if number > 0:
                measured.labels.append(time.monotonic() - began)
                measured.began.append(at)
            assert answer.status_code == 200, answer.text
            number += 1
            await asyncio.sleep(_NEXT_LABEL)


async def _ask(victim: Victim, measured: Measured, ends: asyncio.Event) -> None:
    async with httpx.AsyncClient(timeout=30) as http:
        while not ends.is_set():
            began = time.monotonic()
            assert (await http.get(f"{victim.url}/healthz")).status_code == 200
            measured.health.append(time.monotonic() - began)
            await asyncio.sleep(_NEXT_QUESTION)


if __name__ == "__main__":
    whom = msgspec.json.decode(sys.stdin.buffer.readline(), type=Victim)
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(measure(whom))))
