"""A labeling session by the command line alone."""

import asyncio
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.e2e.client.conftest import Cats
from tests.e2e.conftest import EMAIL, PASSWORD, Door

from labelstream import ItemFilter
from labelstream.cli.exits import Exit


async def done(door: Door, *arguments: str, stdin: str | None = None) -> Any:
    code, out, err = await door.command(*arguments, "--json", stdin=stdin)
    assert code == Exit.DONE, err
    return json.loads(out)


@pytest.fixture
async def signed_in(door: Door) -> Door:
    await done(door, "login", "--url", door.url, "--email", EMAIL, "--password-stdin", stdin=f"{PASSWORD}\n")
    return door


async def test_from_a_bucket_to_labels_by_commands_alone(signed_in: Door, cats: Cats) -> None:
    dataset = await done(signed_in, "datasets", "create", cats.name, "--bucket", cats.bucket, "--prefix", cats.prefix)
    synchronized = await done(signed_in, "datasets", "sync", dataset["id"])
    assert synchronized["result"]["added"] == cats.count
    job = await done(signed_in, "jobs", "create", cats.name, "--dataset", dataset["id"], "--label", "cat")
    assert job["state"] == "active"
    _, out, _ = await signed_in.command("items", job["id"], "--status", "unlabeled", "--json")
    samples = [json.loads(line)["sample_id"] for line in out.splitlines()]
    assert len(samples) == cats.count
    result = await done(signed_in, "label", job["id"], "-", "--add", "cat", stdin="\n".join(samples[:2]))
    assert result["changed"] == 2
    shown = await done(signed_in, "jobs", "show", job["id"])
    assert shown["stats"]["labeled"] == 2
    _, out, _ = await signed_in.command("jobs", "list", "--json")
    assert job["id"] in [json.loads(line)["id"] for line in out.splitlines()]


async def test_watching_shows_what_happens(signed_in: Door, cats: Cats) -> None:
    job, samples = await cats.job(signed_in)
    kafka = signed_in.kafka
    watching = asyncio.create_task(
        signed_in.command(
            *("watch", job, "--from-beginning", "--count", "1", "--json"),
            environment={
                "LABELSTREAM_KAFKA_BOOTSTRAP_SERVERS": kafka["bootstrap_servers"],
                "LABELSTREAM_KAFKA_SECURITY_PROTOCOL": str(kafka["security_protocol"]),
                "LABELSTREAM_KAFKA_SASL_MECHANISM": str(kafka["sasl_mechanism"]),
                "LABELSTREAM_KAFKA_USERNAME": str(kafka["username"]),
                "LABELSTREAM_KAFKA_PASSWORD": str(kafka["password"]),
            },
        )
    )
    await done(signed_in, "label", job, samples[0], "--add", "cat")
    code, out, err = await asyncio.wait_for(watching, 60)
    assert code == Exit.DONE, err
    assert json.loads(out.splitlines()[0])["job_id"] == job


async def test_a_refused_label_changes_nothing_and_names_the_field(signed_in: Door, cats: Cats) -> None:
    job, samples = await cats.job(signed_in)
    code, out, err = await signed_in.command("label", job, samples[0], "--add", "two words", "--json")
    assert (code, out) == (Exit.INVALID, "")
    assert json.loads(err)["error"]["errors"][0]["pointer"].startswith("/add")
    async with signed_in.client() as client:
        assert [item async for item in client.items.list(job, ItemFilter(status="labeled"))] == []


async def test_a_job_that_is_not_there_has_its_own_exit_code(signed_in: Door) -> None:
    code, _, err = await signed_in.command("jobs", "show", "0199c1a0-0001-7000-8000-000000000001")
    assert code == Exit.NOT_FOUND
    assert "[job-not-found]" in err


async def test_an_exported_file_is_whole(signed_in: Door, cats: Cats, tmp_path: Path) -> None:
    job, _ = await cats.job(signed_in)
    file = tmp_path / "cats.ndjson"
    end = await done(signed_in, "export", job, "--output", str(file))
    body, _, last = file.read_bytes().rstrip(b"\n").rpartition(b"\n")
    assert json.loads(last) == end
    assert end["count"] == cats.count
    assert hashlib.sha256(body + b"\n").hexdigest() == end["sha256"]


async def test_a_folder_becomes_labeled_items_and_nothing_is_sent_twice(
    signed_in: Door, cats: Cats, tmp_path: Path
) -> None:
    dataset = await done(
        signed_in, "datasets", "create", f"{cats.name} upload", "--bucket", cats.bucket, "--prefix", f"{cats.name}-up/"
    )
    for name, shade in (("cat/1.png", 1), ("cat/2.png", 2), ("dog/3.png", 3), ("no label!/4.png", 4)):
        place = tmp_path / name
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(_image(shade))
    (tmp_path / "notes.md").write_text("left out")
    imported = ("import", str(tmp_path), "--dataset", dataset["id"], "--mode", "directory_labels")
    dry = await done(signed_in, *imported, "--dry-run")
    assert (dry["would_upload"]["images"], [each["path"] for each in dry["not_sent"]]) == (4, ["notes.md"])
    await done(signed_in, "datasets", "sync", dataset["id"])
    assert (await done(signed_in, "datasets", "show", dataset["id"]))["sample_count"] == 0
    record = await done(signed_in, *imported)
    assert record["counts"] == {"found": 4, "imported": 3, "unchanged": 0, "rejected": 1}
    assert [each["path"] for each in record["not_sent"]] == ["notes.md"]
    _, out, _ = await signed_in.command("imports", "list", dataset["id"], "--json")
    assert [json.loads(line)["dry_run"] for line in out.splitlines()] == [False]
    _, out, _ = await signed_in.command("imports", "rejected", dataset["id"], record["id"], "--json")
    assert json.loads(out)["path"].endswith("no label!/4.png")
    job = await done(signed_in, "jobs", "create", f"{cats.name} upload", "--dataset", dataset["id"])
    shown = await done(signed_in, "jobs", "show", job["id"])
    assert shown["stats"]["labeled"] == 3
    _, out, _ = await signed_in.command("samples", "list", dataset["id"], "--json")
    first = json.loads(out.splitlines()[0])["id"]
    await done(signed_in, "samples", "delete", dataset["id"], first, "--yes")
    _, out, _ = await signed_in.command("samples", "list", dataset["id"], "--deleted", "--json")
    assert json.loads(out)["id"] == first
    restored = await done(signed_in, "samples", "restore", dataset["id"], first)
    assert restored["result"]["restored"] == 1
    cancelled, _, err = await signed_in.command("imports", "cancel", dataset["id"], record["id"], "--json")
    assert cancelled != Exit.DONE
    assert json.loads(err)["error"]["code"] == "import-ended"


def _image(shade: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (shade, 0, 0)).save(out, "PNG")
    return out.getvalue()
