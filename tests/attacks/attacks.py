"""What a stranger and a member try: each attack asserts that it is refused as documented."""

import asyncio
import secrets
import socket
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import orjson
from tests.attacks.images import BOMB, LARGE
from tests.attacks.target import Attack, Target

AttackOn = Callable[[Target], Attack]
ATTACKS: dict[str, AttackOn] = {}


def attack(function: Callable[[Target], Any]) -> Callable[[Target], Any]:
    """Registers an attack. Inside it, what is not refused as documented fails the test."""
    ATTACKS[function.__name__] = lambda target: lambda: function(target)
    return function


async def statuses(*calls: Any) -> Counter[int]:
    answers = await asyncio.gather(*calls)
    for each in answers:
        if each.status_code in {429, 503}:
            assert int(each.headers["retry-after"]) > 0
    return Counter(each.status_code for each in answers)


@attack
async def many_unknown_fields_without_a_sign_in(target: Target) -> None:
    body = orjson.dumps({f"f{number}": 1 for number in range(250_000)})
    async with httpx.AsyncClient(base_url=f"{target.platform.url}/api/v1", timeout=60) as http:
        found = await statuses(*(http.post("/auth/login", content=body, headers=_JSON) for _ in range(20)))
    assert found == {413: 20}


@attack
async def bodies_that_nest_deeply_or_only_seem_to(target: Target) -> None:
    path = f"/jobs/{target.attacker.job_id}/annotations"
    http = target.attacker.http
    for body in (
        b"[" * 900_000,
        b'{"a":' * 150_000,
        b'"' + b'\\"' * 400_000 + b'"',
        b'{"sample_ids":' + b"[" * 300 + b"]" * 300 + b"}",
    ):
        found = await statuses(*(http.post(path, content=body, headers=_JSON) for _ in range(5)))
        assert set(found) <= {400, 413, 422}, found


@attack
async def predictions_as_large_as_they_may_be(target: Target) -> None:
    """Of images that are not there, nearly all of them: reading the body is what costs."""
    earlier = [f"01900000-0000-7000-8000-{number:012}" for number in range(1_000 - len(target.attacker.samples))]
    labels = [{"name": f"label-{number}-{'x' * 30}", "confidence": 0.5} for number in range(200)]
    ids = [*target.attacker.samples[:1], *earlier]
    body = orjson.dumps([{"sample_id": one, "model": "m" * 256, "labels": labels} for one in ids])
    path = f"/jobs/{target.attacker.job_id}/predictions"
    headers = [_JSON, *({**_JSON, "Idempotency-Key": secrets.token_hex(8)} for _ in range(3))]
    found = await statuses(*(target.attacker.http.post(path, content=body, headers=each) for each in headers))
    assert set(found) <= {200, 202, 429}, found


@attack
async def headers_and_addresses_without_end(target: Target) -> None:
    async with httpx.AsyncClient(base_url=target.platform.url, timeout=60) as http:
        for _ in range(10):
            long_header = await http.get("/api/v1/me", headers={"x-long": "a" * 200_000})
            assert long_header.status_code == 431
    answer = await _raw(target.port, b"GET /api/v1/me?" + b"a" * 1_000_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n")
    assert b" 414 " in answer.split(b"\r\n")[0]
    answer = await _raw(target.port, b"GET /api/v1/me HTTP/1.1\r\nhost: x\r\n" + b"x-a: " + b"b" * 5_000_000)
    assert b" 431 " in answer.split(b"\r\n")[0]


@attack
async def connections_that_begin_and_wait(target: Target) -> None:
    writers = []
    for _ in range(300):
        _, writer = await asyncio.open_connection("127.0.0.1", target.port)
        writer.write(b"POST /api/v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-length: 10000\r\n")
        writers.append(writer)
    await asyncio.sleep(3)
    for writer in writers:
        writer.close()


@attack
async def gzip_objects_that_become_700_megabytes(target: Target) -> None:
    http, dataset = target.attacker.http, target.attacker.dataset_id
    samples = (await http.get(f"/datasets/{dataset}/samples?limit=1000")).json()["items"]
    bomb = next(each["id"] for each in samples if each["path"] == BOMB)
    path = f"/datasets/{dataset}/samples/{bomb}"
    found = await statuses(*(http.get(f"{path}/thumbnail?size={size}") for size in (64, 65, 200, 512, 700, 1024)))
    assert set(found) == {422}, found
    async with http.stream("GET", f"{path}/content") as answer:  # as it lies: 680 kB, and the browser's own to unpack
        assert answer.status_code == 200
        assert answer.headers["content-encoding"] == "gzip"
        assert int(answer.headers["content-length"]) < 2_000_000


@attack
async def thumbnails_of_every_size_at_once(target: Target) -> None:
    http, dataset = target.attacker.http, target.attacker.dataset_id
    paths = [
        f"/datasets/{dataset}/samples/{sample}/thumbnail?size={size}"
        for sample in target.attacker.samples[:50]
        for size in (64, 100, 300, 1000)
    ]
    found = await statuses(*(http.get(path) for path in paths))
    assert set(found) <= {200, 422, 503}, found
    assert found[200] > 0


@attack
async def more_operations_than_anybody_needs(target: Target) -> None:
    http, job = target.attacker.http, target.attacker.job_id
    body = {"filter": {}, "set": ["everything"]}
    found = await statuses(*(http.post(f"/jobs/{job}/annotations", json=body) for _ in range(60)))
    assert set(found) <= {202, 429}, found
    assert found[202] >= 20


@attack
async def streams_and_exports_that_nobody_reads(target: Target) -> None:
    job = f"/api/v1/jobs/{target.attacker.job_id}"
    paths = (*[f"{job}/changes/stream"] * 14, *[f"{job}/export?format=ndjson"] * 3)
    opened = [await _open(target, path) for path in paths]
    found = Counter(status for status, _ in opened)
    assert set(found) <= {200, 429}, found
    streams = Counter(status for status, _ in opened[:14])
    assert streams == {200: 8, 429: 6}
    await asyncio.sleep(2)
    for _, writer in opened:
        writer.close()


@attack
async def whole_images_that_nobody_reads(target: Target) -> None:
    http, dataset = target.attacker.http, target.attacker.dataset_id
    samples = (await http.get(f"/datasets/{dataset}/samples?limit=1000")).json()["items"]
    large = next(each["id"] for each in samples if each["path"] == LARGE)
    path = f"/api/v1/datasets/{dataset}/samples/{large}/content"
    opened = await asyncio.gather(*(_open(target, path) for _ in range(100)))
    found = Counter(status for status, _ in opened)
    assert found == {200: 64, 429: 36}, found
    await asyncio.sleep(2)
    for _, writer in opened:
        writer.close()


@attack
async def passwords_guessed_from_many_pretended_addresses(target: Target) -> None:
    async with httpx.AsyncClient(base_url=f"{target.platform.url}/api/v1", timeout=60) as http:
        found = await statuses(
            *(
                http.post(
                    "/auth/login",
                    json={"email": target.victim.email, "password": f"guess number {number}"},
                    headers={"X-Forwarded-For": f"203.0.113.{number}"},
                )
                for number in range(30)
            )
        )
    assert found == {401: 10, 429: 20}


@attack
async def everything_of_somebody_else(target: Target) -> None:
    http, victim = target.attacker.http, target.victim
    job, dataset, sample = f"/jobs/{victim.job_id}", f"/datasets/{victim.dataset_id}", victim.samples[0]
    reads = [
        *(
            f"{job}{path}"
            for path in ("", "/items", f"/items/{sample}", "/labels", "/stats", "/changes", "/annotators")
        ),
        *(
            f"{job}{path}"
            for path in ("/people", "/progress", "/audit", "/export?format=csv", "/changes/stream", "/diff?from=0&to=1")
        ),
        *(
            f"{dataset}{path}"
            for path in ("", "/samples", f"/samples/{sample}/content", f"/samples/{sample}/thumbnail")
        ),
    ]
    assert await statuses(*(http.get(path) for path in reads)) == {404: len(reads)}
    assert await statuses(*(http.get(path) for path in ("/audit", "/mailbox", "/mailbox/x"))) == {403: 3}
    writes: list[tuple[str, Any]] = [
        (f"{job}/annotations", {"sample_ids": [sample], "add": ["mine"]}),
        (f"{job}/labels", {"name": "mine"}),
        (f"{job}/annotators", {"email": "x@example.org", "role": "manager"}),
        (f"{job}:complete", None),
        (f"{job}:sync", None),
        (f"{dataset}:sync", None),
        (f"{dataset}/uploads", {"files": [{"path": "x.png", "size": 10}]}),
        (f"{dataset}/samples:delete", {"filter": {}, "delete_source": True}),
    ]
    assert await statuses(*(http.post(path, json=body) for path, body in writes)) == {404: len(writes)}
    deletes = [job, dataset]
    assert await statuses(*(http.delete(path) for path in deletes)) == {404: len(deletes)}


@attack
async def what_is_for_administrators(target: Target) -> None:
    http = target.attacker.http
    inside = {"name": "x", "endpoint": "http://169.254.169.254", "access_key": "a", "secret_key": "b"}
    answers = [
        await http.get("/accounts"),
        await http.post("/accounts", json={"email": "me@example.org", "name": "Me", "role": "admin"}),
        await http.post("/sources", json=inside),
        await http.patch("/sources/platform", json={"granted_to": "members"}),
        await http.delete("/sources/platform"),
    ]
    assert [each.status_code for each in answers] == [403] * 5
    body = {"name": "x", "source": {"bucket": "labelstream-thumbnails"}}
    assert (await http.post("/datasets", json=body)).status_code == 422
    body = {"name": "x", "source": {"bucket": "not-there"}}
    assert (await http.post("/datasets", json=body)).json()["code"] == "bucket-not-found"


@attack
async def tokens_that_nobody_signed(target: Target) -> None:
    header, payload, signature = target.attacker.token.split(".")
    unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0"
    forged = [f"{unsigned}.{payload}.", f"{header}.{payload}.{signature[:-4]}AAAA", "x" * 4_000, f"{header}.{payload}"]
    async with httpx.AsyncClient(base_url=f"{target.platform.url}/api/v1") as http:
        calls = [http.get("/me", headers={"Authorization": f"Bearer {token}"}) for token in forged * 5]
        assert await statuses(*calls) == {401: 20}


@attack
async def a_host_of_ones_own(target: Target) -> None:
    async with httpx.AsyncClient(base_url=target.platform.url, headers={"Host": "evil.example"}) as http:
        for path in ("/", "/api/v1", "/api/v1/", "/console", "/jobs/", "/api/v1/docs", "/api/v1/me/"):
            answer = await http.get(path)
            assert "evil.example" not in answer.headers.get("location", "")
            assert "evil.example" not in answer.text


_JSON = {"Content-Type": "application/json"}


async def _raw(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    said = b""
    try:
        writer.write(request)
        said = await asyncio.wait_for(reader.read(4_096), 20)
        await writer.drain()
    except ConnectionError:
        pass  # it hung up on us, as it may
    finally:
        writer.close()
    return said


async def _open(target: Target, path: str) -> tuple[int, asyncio.StreamWriter]:
    """A request whose answer is read as far as its first line, and then no more."""
    stream = socket.create_connection(("127.0.0.1", target.port))
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    reader, writer = await asyncio.open_connection(sock=stream, limit=8_192)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {target.attacker.token}\r\n\r\n".encode())
    line = await asyncio.wait_for(reader.readline(), 20)
    return int(line.split()[1]), writer
