"""Lists, operations and exports, as a caller gets them."""

import hashlib

import httpx
import msgspec
import pytest
from tests.support.scripted_gateway import ScriptedGateway

from labelstream import BrokenExport, ItemFilter, OperationFailed, StillRunning
from labelstream.models import ExportEnd, ExportRow

OPERATION = {"id": "label-1", "kind": "annotate", "state": "running", "done": 1, "total": 2}
RESULT = {"change_id": "c", "changed": 2, "unchanged": 0, "counts": {"total": 2, "labeled": 2}}


async def test_a_list_follows_its_cursor_to_the_end(gateway: ScriptedGateway) -> None:
    gateway.then(200, {"items": [{"sample_id": "1", "path": "a"}], "next_cursor": "next"})
    gateway.then(200, {"items": [{"sample_id": "2", "path": "b", "new_field": 1}], "next_cursor": None})
    async with gateway.asynchronous() as client:
        found = [item.sample_id async for item in client.items.list("j", ItemFilter(label=["cat", "dog"], hard=True))]
    assert found == ["1", "2"]
    first, second = (httpx.QueryParams(request.url.query) for request in gateway.requests)
    assert first.get_list("label") == ["cat", "dog"]
    assert first["hard"] == "true"
    assert second["cursor"] == "next"


async def test_ids_are_escaped_in_paths(gateway: ScriptedGateway) -> None:
    gateway.then(200, {"id": "x", "name": "n", "dataset_id": "d"})
    async with gateway.asynchronous() as client:
        await client.jobs.get("../admin?x")
    assert gateway.requests[0].url.raw_path == b"/api/v1/jobs/..%2Fadmin%3Fx"


async def test_labeling_waits_for_its_operation_and_reports_progress(gateway: ScriptedGateway) -> None:
    gateway.then(202, OPERATION)
    gateway.then(200, {**OPERATION, "state": "succeeded", "done": 2, "result": RESULT})
    seen: list[int] = []
    async with gateway.asynchronous() as client:
        result = await client.annotations.apply(
            "j", where=ItemFilter(status="unlabeled"), add=["cat"], on_progress=lambda each: seen.append(each.done)
        )
    assert result.changed == 2
    assert seen == [1, 2]
    assert msgspec.json.decode(gateway.requests[0].content) == {"filter": {"status": "unlabeled"}, "add": ["cat"]}


async def test_what_a_synchronization_left_out_comes_line_by_line(gateway: ScriptedGateway) -> None:
    content = b'{"path": "a.txt", "reason": "no image"}\n{"path": "b.txt", "reason": "no image"}\n'
    gateway.answers.append(httpx.Response(200, content=content))
    async with gateway.asynchronous() as client:
        assert [each.path async for each in client.datasets.left_out("d", "s")] == ["a.txt", "b.txt"]


async def test_changes_go_on_after_a_page_of_which_a_labeler_sees_nothing(gateway: ScriptedGateway) -> None:
    gateway.then(200, {"items": [], "next_after": 1000})
    gateway.then(200, {"items": [{"kind": "label", "seq": 1001}], "next_after": 1001})
    gateway.then(200, {"items": [], "next_after": 1001})
    async with gateway.asynchronous() as client:
        assert [each.seq async for each in client.changes.list("j")] == [1001]


async def test_a_thumbnail_is_bytes(gateway: ScriptedGateway) -> None:
    gateway.answers.append(httpx.Response(200, content=b"\x89PNG"))
    async with gateway.asynchronous() as client:
        assert await client.datasets.thumbnail("d", "s", size=128) == b"\x89PNG"
    assert gateway.requests[0].url.query == b"size=128"


async def test_a_failed_operation_raises_with_its_code(gateway: ScriptedGateway) -> None:
    gateway.then(200, {**OPERATION, "state": "failed", "error": {"code": "bucket-not-found", "detail": "No bucket."}})
    async with gateway.asynchronous() as client:
        with pytest.raises(OperationFailed, match="No bucket") as caught:
            await client.operations.wait("label-1")
    assert caught.value.code == "bucket-not-found"


def test_impatience_leaves_the_operation_running(gateway: ScriptedGateway) -> None:
    for _ in range(5):
        gateway.then(200, OPERATION)
    with gateway.blocking() as client, pytest.raises(StillRunning):
        client.operations.wait("label-1", timeout=0.1)


def exported(*rows: dict[str, object], sha256: str | None = None) -> bytes:
    body = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
    end = {"count": len(rows), "seq": 7, "sha256": sha256 or hashlib.sha256(body).hexdigest()}
    return body + msgspec.json.encode(end) + b"\n"


ROWS = ({"sample_id": "1", "path": "a", "version": 1}, {"sample_id": "2", "path": "b", "version": 0})


async def test_an_export_is_typed_and_checked(gateway: ScriptedGateway) -> None:
    gateway.answers.append(httpx.Response(200, content=exported(*ROWS)))
    async with gateway.asynchronous() as client:
        rows = [row async for row in client.exports.rows("j")]
    assert [row.sample_id for row in rows if isinstance(row, ExportRow)] == ["1", "2"]
    assert isinstance(rows[-1], ExportEnd)
    assert rows[-1].seq == 7


async def test_an_empty_export_is_whole(gateway: ScriptedGateway) -> None:
    gateway.answers.append(httpx.Response(200, content=exported()))
    async with gateway.asynchronous() as client:
        assert len([row async for row in client.exports.rows("j")]) == 1


@pytest.mark.parametrize(
    "content",
    [exported(*ROWS)[:-100], exported(*ROWS, sha256="0" * 64), b""],
    ids=["cut off", "changed on the way", "nothing at all"],
)
async def test_a_broken_export_is_noticed(gateway: ScriptedGateway, content: bytes) -> None:
    gateway.answers.append(httpx.Response(200, content=content))
    async with gateway.asynchronous() as client:
        with pytest.raises(BrokenExport):
            async for _ in client.exports.rows("j"):
                pass


async def test_the_feed_is_read_to_its_end(gateway: ScriptedGateway) -> None:
    gateway.then(200, {"items": [{"kind": "items", "seq": 1}, item_entry(2)], "next_after": 2})
    gateway.then(200, {"items": [], "next_after": 2})
    async with gateway.asynchronous() as client:
        entries = [entry async for entry in client.changes.list("j")]
    assert [entry.seq for entry in entries] == [1, 2]
    assert entries[1].item().after is not None


async def test_server_sent_events_begin_after_a_seq(gateway: ScriptedGateway) -> None:
    gateway.answers.append(httpx.Response(200, content=b"id: 2\ndata: " + msgspec.json.encode(item_entry(2)) + b"\n\n"))
    async with gateway.asynchronous() as client:
        entries = [entry async for entry in client.changes.follow("j", after=1)]
    assert gateway.requests[0].headers["last-event-id"] == "1"
    assert [entry.seq for entry in entries] == [2]


def item_entry(seq: int) -> dict[str, object]:
    after = {"labels": [{"label_id": "l", "name": "cat"}], "status": "labeled", "hard": False}
    return {"kind": "item", "job_id": "j", "sample_id": "s", "version": 1, "seq": seq, "before": None, "after": after}


async def test_a_sample_has_the_labels_that_its_data_brought(gateway: ScriptedGateway) -> None:
    label = {"name": "cat", "confidence": 0.5, "by": None, "at": None, "to_confirm": True}
    gateway.then(200, {"items": [{"id": "1", "path": "a", "labels": [label], "hard": True}], "next_cursor": None})
    async with gateway.asynchronous() as client:
        (sample,) = [each async for each in client.datasets.samples("d")]
    assert [(each.name, each.confidence, each.to_confirm) for each in sample.labels] == [("cat", 0.5, True)]
    assert sample.hard is True


async def test_an_import_says_which_store_it_took_data_from(gateway: ScriptedGateway) -> None:
    settings = {"source": {"kind": "bucket", "bucket": "b"}, "mode": "images", "source_id": "theirs"}
    gateway.then(200, {"id": "i", "dataset_id": "d", "state": "running", "settings": settings, "counts": {}})
    async with gateway.asynchronous() as client:
        record = await client.imports.get("d", "i")
    assert record.settings.source_id == "theirs"
