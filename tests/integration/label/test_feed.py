"""The feed, the live stream and the topics tell the same, in order, without a hole."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import orjson
import pytest
import pytest_asyncio
import uvicorn
from tests.integration.label.replay import Replay
from tests.integration.label.teams import team_job
from tests.integration.label.workplace import Job, Workplace, member, sample
from tests.support.topics import Message, read_whole
from tests.support.waiting import eventually

from label_service.adapters import change_log
from labelstream_common.messaging import messages
from labelstream_common.runtime import Service
from labelstream_contracts import (
    AnnotationChanged,
    LabelPayload,
    MemberRemoved,
    ProgressChanged,
    ProgressPayload,
    topics,
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def address(service: Service) -> AsyncIterator[str]:
    """The service behind a real socket: streams need one."""
    server = uvicorn.Server(uvicorn.Config(service.app, host="127.0.0.1", port=0, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())

    async def started() -> None:
        assert server.started

    await eventually(started)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/api/v1"
    server.should_exit = True
    await serving


class Stream:
    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def entries(self, count: int) -> list[tuple[int, dict[str, object]]]:
        found: list[tuple[int, dict[str, object]]] = []
        seq = -1
        async with asyncio.timeout(20):
            while len(found) < count:
                line = await anext(self._lines)
                if line.startswith("id: "):
                    seq = int(line[4:])
                elif line.startswith("data: "):
                    found.append((seq, orjson.loads(line[6:])))
        return found

    async def line(self) -> str:
        async with asyncio.timeout(20):
            return await anext(self._lines)

    async def end(self) -> None:
        async with asyncio.timeout(20):
            async for _ in self._lines:
                pass


@asynccontextmanager
async def streaming(address: str, job: Job, client: httpx.AsyncClient, last: str | None) -> AsyncIterator[Stream]:
    headers = dict(client.headers) | ({} if last is None else {"Last-Event-ID": last})
    async with (
        httpx.AsyncClient(timeout=30, headers=headers) as http,
        http.stream("GET", f"{address}/jobs/{job.id}/changes/stream") as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Stream(answer.aiter_lines())


async def busy(workplace: Workplace) -> Job:
    job = await workplace.job(20, labels=["dog"])
    desk = job.desk
    await asyncio.gather(*(desk.annotate(job.ids[turn : turn + 5], add=[f"l{turn}"]) for turn in range(12)))
    gone = job.samples["img/00003.png"]
    removed = sample(job.dataset_id, gone.path, gone.sample_id, 2, removed=True)
    came = sample(job.dataset_id, "new.png", labels=["came"])
    for one in (removed, came):
        job.samples[one.path] = one
    await workplace.publish(removed, came)
    await workplace.follows(job)

    async def both() -> None:
        assert (await desk.call("GET", f"items/{gone.sample_id}")).status_code == 404
        assert (await desk.labels())["came"]["count"] == 1

    await eventually(both)
    labels = await desk.labels()
    await desk.succeeds(await desk.call("DELETE", f"labels/{labels['l0']['id']}"))
    await desk.succeeds(
        await desk.call("POST", "labels:merge", json={"from": [labels["l1"]["id"]], "into": labels["l2"]["id"]})
    )
    await desk.call("PATCH", f"labels/{labels['l4']['id']}", json={"name": "four"})
    return job


async def test_feed_has_no_hole_at_any_page_size(workplace: Workplace) -> None:
    job = await busy(workplace)
    whole = await job.desk.feed()
    assert [entry["seq"] for entry in whole] == list(range(1, len(whole) + 1))
    for limit in (1, 7):
        assert await job.desk.feed(limit=limit) == whole
    assert await job.desk.feed(after=11) == whole[11:]
    end = await job.desk.get("changes", after=len(whole))
    assert end == {"items": [], "next_after": len(whole)}


async def test_topics_tell_what_the_feed_tells(workplace: Workplace, service: Service, kafka_bootstrap: str) -> None:
    job = await busy(workplace)
    feed = await job.desk.feed()
    last = feed[-1]["seq"]

    async def published() -> None:
        found = await read_whole(kafka_bootstrap, [topics.PROGRESS.name])
        assert last in {one.seq for one in own(found)}

    def own(found: list[Message]) -> list[ProgressPayload]:
        payloads = [one.payload for one in found if isinstance(one.payload, ProgressPayload)]
        return [one for one in payloads if one.job_id == job.id]

    await eventually(published, within=30)
    annotations = [
        one for one in await read_whole(kafka_bootstrap, [topics.ANNOTATION.name]) if one.key.startswith(job.id)
    ]
    told = {payload.seq: one for one in annotations if isinstance(payload := one.payload, AnnotationChanged)}
    items = {entry["seq"]: entry for entry in feed if entry["kind"] == "item"}
    assert told.keys() == items.keys()
    for seq, message in told.items():
        assert message.value is not None
        assert {"kind": "item", **orjson.loads(message.value)} == items[seq]
        assert message.envelope.sequence == items[seq]["version"]
        assert message.envelope.id == f"{job.id}:{seq}"
    by_key: dict[str, list[int]] = {}
    for message in annotations:
        if message.payload is not None:
            by_key.setdefault(message.key, []).append(message.envelope.sequence)
    assert all(versions == list(range(1, len(versions) + 1)) for versions in by_key.values())
    ends = [one for one in annotations if one.value is None]
    assert [one.key for one in ends] == [f"{job.id}:{job.samples['img/00003.png'].sample_id}"]
    labels = [one for one in await read_whole(kafka_bootstrap, [topics.LABEL.name]) if one.key == job.id]
    label_entries = [entry for entry in feed if entry["kind"] == "label"]
    assert [one.payload.seq for one in labels if isinstance(one.payload, LabelPayload)] == [
        entry["seq"] for entry in label_entries
    ]
    assert [one.envelope.type for one in labels] == [entry["type"] for entry in label_entries]
    assert len({one.envelope.id for one in [*annotations, *labels]}) == len(annotations) + len(labels)
    progress = own(await read_whole(kafka_bootstrap, [topics.PROGRESS.name]))
    changed = [one for one in progress if isinstance(one, ProgressChanged)]
    assert len(progress) - len(changed) == 1
    stats = await job.desk.stats()
    assert changed[-1].totals.model_dump() == {
        name: stats[name] for name in ("total", "labeled", "unlabeled", "to_confirm", "unreadable")
    }
    counts: dict[str, int] = {}
    for one in changed:
        counts |= one.labels
    assert {label["label_id"]: counts.get(label["label_id"], 0) for label in stats["labels"]} == {
        label["label_id"]: label["count"] for label in stats["labels"]
    }
    given = sum(by.added - by.removed for one in changed for by in one.by)
    assert given == sum(label["count"] for label in stats["labels"])


async def test_replay_of_the_feed_is_the_present(workplace: Workplace) -> None:
    job = await busy(workplace)
    replay = Replay()
    for entry in await job.desk.feed():
        replay.apply(entry)
    assert replay.items() == Replay.shown(await job.desk.items())
    assert sorted(replay.labels.values()) == sorted(await job.desk.labels())


async def test_stream_begins_now_goes_on_from_an_id_or_tells_all(workplace: Workplace, address: str) -> None:
    job = await workplace.job(3)
    desk = job.desk
    await desk.annotate(job.ids, add=["cat"])
    async with (
        streaming(address, job, desk.http, None) as live,
        streaming(address, job, desk.http, "0") as whole,
        streaming(address, job, desk.http, "2") as later,
    ):
        await asyncio.sleep(0.3)
        await desk.annotate(job.ids[:1], add=["dog"])
        feed = await desk.feed()
        expected = [(entry["seq"], entry) for entry in feed]
        assert await live.entries(2) == expected[-2:]
        assert await whole.entries(len(feed)) == expected
        assert await later.entries(len(feed) - 2) == expected[2:]
        await desk.annotate(job.ids, remove=["cat"])
        assert [seq for seq, _ in await live.entries(3)] == list(range(len(feed) + 1, len(feed) + 4))


async def test_stream_of_a_labeler_passes_by_what_others_do(workplace: Workplace, address: str) -> None:
    team = await team_job(workplace, 4, assignment="even")
    people = [await team.joins(), await team.joins()]
    await team.dealt(people)
    mine, others = [await person.at(team.job).ids() for person in people]
    begins = await team.job.desk.seq()
    async with streaming(address, team.job, people[0].http, str(begins)) as stream:
        await people[1].at(team.job).annotate(others, add=["cat"])
        await people[0].at(team.job).annotate(mine[:1], add=["cat"])
        await people[1].at(team.job).annotate(others[:1], hard=True)
        await people[0].at(team.job).annotate(mine[1:], add=["dog"])
        entries = await stream.entries(2)
    assert [entry["sample_id"] for _, entry in entries] == mine
    assert [seq for seq, _ in entries] == [begins + 3, begins + 5]


async def test_stream_says_first_where_it_begins_so_that_a_reconnect_loses_nothing(
    workplace: Workplace, address: str
) -> None:
    job = await workplace.job(2)
    await job.desk.annotate(job.ids, add=["cat"])
    seq = await job.desk.seq()
    for last, begins in ((None, seq), ("1", 1)):
        async with streaming(address, job, job.desk.http, last) as stream:
            assert await stream.line() == f"id: {begins}"
    await job.desk.annotate(job.ids, add=["dog"])  # while nobody listens
    async with streaming(address, job, job.desk.http, str(seq)) as again:
        assert [place for place, _ in await again.entries(3)] == [seq + 1, seq + 2, seq + 3]


async def test_place_beyond_the_end_is_refused_by_feed_and_stream(workplace: Workplace) -> None:
    job = await workplace.job(1)
    seq = await job.desk.seq()
    assert (await job.desk.get("changes", after=seq))["items"] == []
    for answer in (
        await job.desk.call("GET", "changes", params={"after": seq + 1}),
        await job.desk.call("GET", "changes/stream", headers={"Last-Event-ID": str(seq + 1)}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "seq-not-reached")


async def test_page_of_the_feed_reads_what_it_shows(
    workplace: Workplace, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await workplace.job(300)
    for sample_id in job.ids:
        await job.desk.annotate([sample_id], add=["cat"])
    unpacked = 0

    def counting(block: bytes) -> object:
        nonlocal unpacked
        unpacked += 1
        return messages.unpack(block)

    monkeypatch.setattr(change_log, "unpack", counting)
    assert len((await job.desk.get("changes", after=100, limit=1))["items"]) == 1
    assert unpacked <= 2


async def test_stream_ends_when_the_caller_loses_the_job(workplace: Workplace, address: str) -> None:
    job = await workplace.job(1)
    person = workplace.sign_in()
    joined = member(job.id, person.id, "labeler")
    await workplace.publish(joined)

    async def in_it() -> None:
        assert (await person.at(job).call("GET", "labels")).status_code == 200

    await eventually(in_it)
    async with streaming(address, job, person.http, "0") as stream:
        assert len(await stream.entries(1)) == 1
        fields = {**joined.model_dump(), "state": "removed", "version": 2}
        await workplace.publish(MemberRemoved(**fields))
        await stream.end()


@pytest.mark.parametrize("last", ["x", "-1", "1.5", "²", "9" * 5_000])
async def test_bad_last_event_id_is_refused(workplace: Workplace, last: str) -> None:
    job = await workplace.job(0)
    headers = {b"last-event-id": last.encode()}
    answer = await job.desk.http.get(f"/jobs/{job.id}/changes/stream", headers=headers)
    assert answer.status_code == 422, answer.text
