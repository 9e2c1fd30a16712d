"""A platform under attack: somebody who labels, somebody who attacks, and what is measured meanwhile.

All traffic is on this machine, and every attack is bounded in count and time. The benchmarks measure with this, too.
"""

import asyncio
import secrets
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import psutil
from msgspec.json import decode, encode
from tests.attacks.images import put_images
from tests.attacks.victim import Measured, Victim

LONG = "a rather long passphrase"
Attack = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Attacked:
    """Where the platform is, how its administrator signs in, and how its own object store is reached."""

    url: str
    data_dir: Path
    s3: Mapping[str, str]
    email: str
    password: str


@dataclass(frozen=True)
class Somebody:
    """An account with a client of its own, and the labeling job that it owns."""

    http: httpx.AsyncClient
    email: str
    token: str
    dataset_id: str = ""
    job_id: str = ""
    samples: Sequence[str] = ()


@dataclass(frozen=True)
class Target:
    """The platform that is attacked. `processes` are those of Labelstream itself, without its backing services."""

    platform: Attacked
    victim: Somebody
    attacker: Somebody
    processes: Sequence[psutil.Process]

    @property
    def port(self) -> int:
        return int(self.platform.url.rpartition(":")[2])

    def told(self) -> dict[str, Any]:
        """All but the clients and processes, as JSON can hold it: see `told_target`."""
        people = {
            name: {key: value for key, value in vars(one).items() if key != "http"}
            for name, one in (("victim", self.victim), ("attacker", self.attacker))
        }
        return {"platform": {**asdict(self.platform), "data_dir": str(self.platform.data_dir)}, **people}

    def memory(self) -> dict[int, int]:
        return {each.pid: each.memory_info().rss for each in self.processes if each.is_running()}

    async def during(self, attack: Attack) -> tuple[Measured, int]:
        """Runs the attack while the victim labels; what was measured, and the largest memory of a process."""
        most = [0]
        watching = asyncio.create_task(self._watch(most))
        victim = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.attacks.victim"), stdin=PIPE, stdout=PIPE, limit=2**26
        )
        try:
            assert victim.stdin is not None
            who = self.victim
            victim.stdin.write(encode(Victim(self.platform.url, who.token, who.job_id, who.samples)) + b"\n")
            await attack()
            victim.stdin.close()
            measured, _ = await victim.communicate()
        finally:
            watching.cancel()
            if victim.returncode is None:
                victim.kill()
                await victim.wait()
        assert victim.returncode == 0, "the victim's process failed: see above"
        return decode(measured, type=Measured), most[0]

    async def ordinary_work(self) -> None:
        """What a person at the console makes the platform do, so that memory at rest is that of a used one."""
        http, dataset, job = self.victim.http, self.victim.dataset_id, self.victim.job_id
        for sample in self.victim.samples:
            for size in (64, 256):
                await http.get(f"/datasets/{dataset}/samples/{sample}/thumbnail?size={size}")
        for path in ("items?limit=1000", "stats", "export?format=ndjson"):
            await http.get(f"/jobs/{job}/{path}")

    async def _watch(self, most: list[int]) -> None:
        while True:
            most[0] = max(most[0], *self.memory().values())
            await asyncio.sleep(0.2)


def near_the_end(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


@asynccontextmanager
async def _client(platform: Attacked, token: str) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {token}"}
    limits = httpx.Limits(max_connections=400)
    async with httpx.AsyncClient(
        base_url=f"{platform.url}/api/v1", headers=headers, timeout=60, limits=limits
    ) as client:
        yield client


async def _token(platform: Attacked, email: str, password: str) -> str:
    async with httpx.AsyncClient(base_url=f"{platform.url}/api/v1") as http:
        answer = await http.post("/auth/login", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])


async def _job(platform: Attacked, who: Somebody) -> Somebody:
    bucket = f"attacks-{secrets.token_hex(4)}"
    await asyncio.to_thread(put_images, platform.s3, bucket, 60)
    source = {"bucket": bucket}
    dataset = _told(await who.http.post("/datasets", json={"name": "Images", "source": source, "auto_sync": False}))
    operation = _told(await who.http.post(f"/datasets/{dataset['id']}:sync"))
    while operation["state"] in {"queued", "running"}:
        await asyncio.sleep(0.1)
        operation = _told(await who.http.get(f"/operations/{operation['id']}"))
    body = {"name": "Job", "dataset_id": dataset["id"], "type": "image_classification"}
    job = _told(await who.http.post("/jobs", json=body))
    while job["state"] != "active":
        await asyncio.sleep(0.1)
        job = _told(await who.http.get(f"/jobs/{job['id']}"))
    items = _told(await who.http.get(f"/jobs/{job['id']}/items?limit=1000"))["items"]
    samples = [each["sample_id"] for each in items]
    return replace(who, dataset_id=dataset["id"], job_id=job["id"], samples=samples)


def _told(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json()


@asynccontextmanager
async def attacked(platform: Attacked) -> AsyncIterator[Target]:
    """Somebody who labels and somebody who attacks, each with a dataset and a job of their own."""
    admin_token = await _token(platform, platform.email, platform.password)
    emails = [f"{name}-{secrets.token_hex(3)}@example.org" for name in ("victim", "attacker")]
    async with _client(platform, admin_token) as admin:
        for email in emails:
            body = {"email": email, "name": email, "role": "member", "password": LONG}
            assert (await admin.post("/accounts", json=body)).status_code == 201
    tokens = [await _token(platform, email, LONG) for email in emails]
    async with _client(platform, tokens[0]) as first, _client(platform, tokens[1]) as second:
        victim = await _job(platform, Somebody(first, emails[0], tokens[0]))
        attacker = await _job(platform, Somebody(second, emails[1], tokens[1]))
        yield Target(platform, victim, attacker, _processes(platform))


@asynccontextmanager
async def told_target(told: Mapping[str, Any]) -> AsyncIterator[Target]:
    """A target that another process has told, to attack it from this one."""
    platform = Attacked(**{**told["platform"], "data_dir": Path(told["platform"]["data_dir"])})
    victim, attacker = told["victim"], told["attacker"]
    async with _client(platform, victim["token"]) as first, _client(platform, attacker["token"]) as second:
        yield Target(platform, Somebody(first, **victim), Somebody(second, **attacker), ())


def _processes(platform: Attacked) -> list[psutil.Process]:
    """Labelstream's own Python processes of this data directory."""
    found = []
    for process in psutil.process_iter():
        try:
            line = " ".join(process.cmdline())
            ours = str(platform.data_dir) in " ".join(process.environ().values())
        except psutil.Error:
            continue  # it ended meanwhile, or is somebody else's
        if ours and ("labelstream_local.one_process" in line or "_service" in line or "gateway.edge" in line):
            found.append(process)
    assert found, "the platform's own processes were not found"
    return found
