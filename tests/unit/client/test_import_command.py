"""`labelstream import` of a folder and of a bucket, and the lists of imports and synchronizations."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.local_gateway import LocalGateway, local_gateway, run

from labelstream.cli.exits import Exit

ADA = {"id": "acc9", "email": "ada@x.org", "name": "Ada", "role": "member"}
DATASET = {"id": "d1", "name": "Cats", "source": {"bucket": "b", "prefix": "in/"}}
RECORD = {
    "id": "i1",
    "dataset_id": "d1",
    "state": "succeeded",
    "settings": {"source": {"kind": "uploads"}, "mode": "images"},
    "counts": {"found": 2, "imported": 2},
    "created_by": "acc9",
    "created_at": "2026-01-31T12:00:00Z",
    "started_at": "2026-01-31T12:00:01Z",
    "finished_at": "2026-01-31T12:01:06.2Z",
}
OTHERS = {**RECORD, "id": "i2", "created_by": "acc1", "state": "running", "finished_at": None}
SYNCHRONIZED = {
    "id": "y1",
    "state": "succeeded",
    "started_by": {"kind": "person", "id": "acc9"},
    "started_at": "2026-01-31T12:00:00Z",
    "finished_at": "2026-01-31T12:00:02.5Z",
    "counts": {"added": 3},
}
BY_ITSELF = {**SYNCHRONIZED, "id": "y2", "started_by": {"kind": "system", "id": "system"}}


@pytest.fixture
def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalGateway]:
    answers = {
        "GET /api/v1/me": (200, ADA),
        "GET /api/v1/datasets/d1": (200, DATASET),
        "GET /api/v1/datasets/d1/imports": (200, {"items": [OTHERS, RECORD], "next_cursor": None}),
        "GET /api/v1/datasets/d1/synchronizations": (200, {"items": [BY_ITSELF, SYNCHRONIZED], "next_cursor": None}),
        "POST /api/v1/datasets/d1/imports": (202, RECORD),
        "PUT /store": (200, {}),
    }
    with local_gateway(answers) as serving:
        monkeypatch.setenv("LABELSTREAM_URL", serving.url)
        monkeypatch.setenv("LABELSTREAM_TOKEN", "t")
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
        serving.scripts["POST /api/v1/datasets/d1/uploads"] = lambda body: _tickets(serving.url, body["files"])
        yield serving


def _tickets(url: str, files: list[dict[str, Any]]) -> tuple[int, object]:
    """Nothing above 100 bytes is taken."""
    errors = [
        {"pointer": f"/files/{number}/size", "detail": "Too large."}
        for number, each in enumerate(files)
        if each["size"] > 100
    ]
    if errors:
        return 422, {"code": "invalid-upload", "detail": "No.", "status": 422, "errors": errors}
    return 200, {"items": [{"path": each["path"], "url": f"{url}/store", "headers": {}} for each in files]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two that are sent, and one for each reason not to."""
    found = tmp_path / "folder"
    (found / "cat").mkdir(parents=True)
    for name, size in (("cat/a.png", 9), ("l.csv", 8), ("large.png", 101), ("empty.png", 0), ("notes.doc", 3)):
        (found / name).write_bytes(b"x" * size)
    return found


NOT_SENT = {"empty.png": "It is empty.", "notes.doc": "The file extension is not that of an image or a file of labels."}


def test_what_is_not_sent_is_listed_and_the_rest_is_imported(gateway: LocalGateway, folder: Path) -> None:
    done = run("import", str(folder), "--dataset", "d1", "--json")
    assert done.exit_code == Exit.DONE, done.stderr
    told = json.loads(done.stdout)
    assert told["counts"]["imported"] == 2
    assert {each["path"]: each["reason"] for each in told["not_sent"]} == {**NOT_SENT, "large.png": "Too large."}
    assert sum(line == "PUT /store" for line, _ in gateway.writes) == 2
    for number in range(12):
        (folder / f"{number:02}.doc").write_bytes(b"x")
    said = run("import", str(folder), "--dataset", "d1")
    assert "Not uploaded: 15 files" in said.stderr
    assert f"13: {NOT_SENT['notes.doc']}" in said.stderr
    assert f"00.doc: {NOT_SENT['notes.doc']}" in said.stderr
    assert "--json lists all of them" in said.stderr


def test_a_folder_without_a_file_to_upload_imports_nothing(gateway: LocalGateway, folder: Path) -> None:
    for name in ("cat/a.png", "l.csv"):
        (folder / name).unlink()
    for options in ((), ("--json",)):
        said = run("import", str(folder), "--dataset", "d1", *options)
        assert said.exit_code == Exit.FAILED
        assert "nothing-uploaded" in said.stderr
        assert "large.png: Too large." in said.stderr
        assert said.stdout == ""
    assert {line for line, _ in gateway.writes} == {"POST /api/v1/datasets/d1/uploads"}
    (folder / "large.png").unlink()
    assert run("import", str(folder), "--dataset", "d1").exit_code == Exit.FAILED
    assert {line for line, _ in gateway.writes} == {"POST /api/v1/datasets/d1/uploads"}


def test_a_dry_run_of_a_folder_sends_nothing(gateway: LocalGateway, folder: Path) -> None:
    said = run("import", str(folder), "--dataset", "d1", "--dry-run")
    assert (said.exit_code, "would upload 2 images and 1 file of labels, 118 bytes" in said.stdout) == (Exit.DONE, True)
    told = json.loads(run("import", str(folder), "--dataset", "d1", "--dry-run", "--json").stdout)
    assert told["would_upload"] == {"images": 2, "files_of_labels": 1, "bytes": 118, "uploaded_already": 0}
    assert {each["path"]: each["reason"] for each in told["not_sent"]} == NOT_SENT
    assert gateway.writes == []


def test_a_ticket_that_waited_too_long_is_asked_for_again(
    gateway: LocalGateway, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = iter(range(0, 10**9, 1_000))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(now)))
    (folder / "large.png").unlink()
    assert run("import", str(folder), "--dataset", "d1").exit_code == Exit.DONE
    asked = [len(body["files"]) for line, body in gateway.writes if line.endswith("/uploads")]
    assert asked == [2, 1, 1]


def test_another_object_store_is_named_by_source(gateway: LocalGateway, folder: Path) -> None:
    done = run("import", "--from", "s3://b/cats/", "--source", "s7", "--dataset", "d1", "--dry-run")
    assert done.exit_code == Exit.DONE, done.stderr
    (asked,) = gateway.writes
    assert asked == (
        "POST /api/v1/datasets/d1/imports?dry_run=true",
        {"mode": "images", "source": {"kind": "bucket", "bucket": "b", "prefix": "cats/"}, "source_id": "s7"},
    )
    assert run("import", str(folder), "--source", "s7", "--dataset", "d1").exit_code == Exit.USAGE
    assert len(gateway.writes) == 1


@pytest.mark.usefixtures("gateway")
def test_records_say_who_and_how_long() -> None:
    running, ended = run("imports", "list", "d1").stdout.splitlines()[-2:]
    assert "acc1" in running
    assert " Ada " in ended
    assert ended.rstrip().endswith("1 min 5 s")
    by_itself, by_ada = run("datasets", "synchronizations", "d1").stdout.splitlines()[-2:]
    assert "the platform" in by_itself
    assert " Ada " in by_ada
    assert " 2.5 s " in by_ada
