"""Commands about one's own account, datasets, operations, what happened, and the mailbox."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.local_gateway import Answers, LocalGateway, local_gateway, run

from labelstream.cli.exits import Exit
from labelstream.profiles import Profiles, Server
from labelstream.tokens import Tokens

ADA = {"id": "acc9", "email": "ada@x.org", "name": "ada", "role": "member", "disabled": False}
DATASET = {"id": "d1", "name": "Cats", "source": {"bucket": "b"}, "labeling_description": "# Warm\nor cold?"}
OPERATION = {"id": "o1", "kind": "sync", "state": "running", "done": 3, "total": 9}
FAILED = {**OPERATION, "id": "o2", "state": "failed", "error": {"code": "bucket-gone", "detail": "The bucket is gone."}}
CREATED = {"kind": "label", "seq": 7, "type": "labeling.label.created.v1", "label": {"label_id": "l", "name": "bird"}}
CAME = {
    "kind": "items",
    "seq": 9,
    "type": "items",
    "actor": {"kind": "import", "id": "dataset"},
    "added_ids": ["a", "b"],
}
MERGED = {**OPERATION, "id": "o3", "state": "succeeded", "done": 4}
REVIEWED = {
    "kind": "item",
    "seq": 8,
    "change_id": "c1",
    "at": "2026-01-31T12:00:00.000Z",
    "actor": {"kind": "person", "id": "Lin"},
    "cause": "review",
    "job_id": "j1",
    "dataset_id": "d1",
    "sample_id": "s1",
    "path": "a.png",
    "version": 3,
    "before": {"labels": [{"label_id": "l", "name": "cat"}], "status": "labeled", "hard": False},
    "after": {"labels": [{"label_id": "m", "name": "dog"}], "status": "labeled", "hard": False},
}


def page(*items: object) -> tuple[int, object]:
    return 200, {"items": items, "next_cursor": None}


ANSWERS: Answers = {
    "GET /api/v1/datasets/d1": (200, DATASET),
    "PATCH /api/v1/datasets/d1": (200, DATASET),
    "GET /api/v1/operations": page(OPERATION),
    "GET /api/v1/operations/o2": (200, FAILED),
    "POST /api/v1/operations/o1:cancel": (200, {**OPERATION, "state": "cancelled"}),
    "POST /api/v1/auth/login": (200, {"access_token": "a", "expires_in": 3600, "refresh_token": "r"}),
    "POST /api/v1/auth/logout": (200, {}),
    "GET /api/v1/me": (200, ADA),
    "PATCH /api/v1/me": (200, {**ADA, "new_email": "ada@y.org"}),
    "POST /api/v1/me/password": (200, {}),
    "GET /api/v1/mailbox": page(
        {"id": "l2", "to": "lou@x.org", "subject": "Job", "posted_at": "2026-01-31T12:00:00Z"},
        {"id": "l1", "to": "lin@x.org", "subject": "Job", "posted_at": "2026-01-31T12:00:00Z"},
    ),
    "GET /api/v1/mailbox/l1": (
        200,
        {"id": "l1", "to": "lin@x.org", "subject": "Job", "posted_at": "2026-01-31T12:00:00Z", "text": "http://link"},
    ),
    "GET /api/v1/jobs/j1/items/s1": (
        200,
        {"sample_id": "s1", "path": "a.png", "review": {"state": "rejected", "reason": "blurred"}},
    ),
    "GET /api/v1/jobs/j1/items/s1/answers": page(
        {"by": "acc1", "at": "2026-01-31T12:00:00Z", "labels": [{"label_id": "l", "name": "cat"}], "seconds": 2.5},
        {"by": "acc2", "at": "2026-01-31T12:00:00Z", "labels": None, "seconds": None},
    ),
    "GET /api/v1/jobs/j1/people": page({"id": "acc1", "name": "Lin Wei", "role": "labeler", "active": True}),
    "POST /api/v1/jobs/j1:sync": (202, {**OPERATION, "state": "succeeded", "result": {"added": 3}}),
    "GET /api/v1/datasets/d1/samples/s1": (200, {"id": "s1", "path": "a.png", "width": 8, "height": 9}),
    "GET /api/v1/datasets/d1/samples/s1/content": (200, b"whole"),
    "GET /api/v1/datasets/d1/samples/s1/thumbnail": (200, b"small"),
    "GET /api/v1/datasets/d1/versions/V001/samples": page({"sample_id": "s1", "path": "a.png", "usage": "validation"}),
    "GET /api/v1/sources/platform": (200, {"id": "platform", "name": "Own", "granted_to": "members"}),
    "GET /api/v1/jobs/j1/labels": page(
        {"id": "c0", "name": "cat"}, {"id": "c1", "name": "kitten"}, {"id": "c2", "name": "puss"}
    ),
    "POST /api/v1/jobs/j1/labels:merge": (202, MERGED),
    "GET /api/v1/jobs/j1/changes": (200, {"items": [CREATED, REVIEWED, CAME], "next_after": None}),
}


@pytest.fixture
def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalGateway]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with local_gateway(ANSWERS) as running:
        monkeypatch.setenv("LABELSTREAM_URL", running.url)
        yield running


def test_a_labeling_description_comes_from_a_file_or_from_stdin(gateway: LocalGateway, tmp_path: Path) -> None:
    file = tmp_path / "how.md"
    file.write_text("# Größe")
    assert run("datasets", "update", "d1", "--labeling-description-file", str(file)).exit_code == Exit.DONE
    changed = run("datasets", "update", "d1", "--no-auto-sync", "--labeling-description-file", "-", stdin="# Warm")
    assert "or cold?" in changed.stdout.splitlines()
    assert run("datasets", "show", "d1").stdout.splitlines()[-4:] == ["", "Labeling description:", "# Warm", "or cold?"]
    assert [body for _, body in gateway.writes] == [
        {"labeling_description": "# Größe"},
        {"labeling_description": "# Warm", "auto_sync": False},
    ]


@pytest.mark.usefixtures("gateway")
def test_operations_are_listed_waited_for_and_cancelled() -> None:
    assert "3 of 9" in run("operations", "list", "--state", "running").stdout
    shown = run("operations", "show", "o2")
    assert (shown.exit_code, "The bucket is gone." in shown.stdout) == (Exit.DONE, True)
    waited = run("operations", "wait", "o2")
    assert waited.exit_code == Exit.FAILED
    assert waited.stderr.strip() == "error: The bucket is gone. [bucket-gone]"
    assert json.loads(run("operations", "cancel", "o1", "--json").stdout)["state"] == "cancelled"


def test_a_new_password_keeps_one_signed_in_here(gateway: LocalGateway, tmp_path: Path) -> None:
    assert run("login", "--email", "ada@x.org", "--password-stdin", stdin="old secret\n").exit_code == Exit.DONE
    changed = run("password", "--password-stdin", stdin="old secret\nnew secret\n")
    assert changed.exit_code == Exit.DONE, changed.stderr
    assert gateway.writes[1:] == [
        ("POST /api/v1/me/password", {"current_password": "old secret", "new_password": "new secret"}),
        ("POST /api/v1/auth/login", {"email": "ada@x.org", "password": "new secret"}),
    ]
    kept = (tmp_path / "labelstream" / "credentials.json").read_text()
    assert "secret" not in kept
    assert json.loads(kept)["servers"][gateway.url]["email"] == "ada@x.org"


def test_signing_out_ends_the_session_and_forgets_it(gateway: LocalGateway, tmp_path: Path) -> None:
    assert run("login", "--email", "ada@x.org", "--password-stdin", stdin="secret\n").exit_code == Exit.DONE
    assert run("logout").stdout == f"Signed out of {gateway.url}.\n"
    assert gateway.writes[1:] == [("POST /api/v1/auth/logout", {"refresh_token": "r"})]
    kept = json.loads((tmp_path / "labelstream" / "credentials.json").read_text())
    assert (kept["current"], kept["servers"]) == (None, {})
    again = run("logout")
    assert (again.exit_code, again.stdout) == (Exit.DONE, f"Nobody was signed in to {gateway.url}.\n")
    assert len(gateway.writes) == 2


def test_a_server_that_does_not_end_the_session_is_forgotten_all_the_same(
    gateway: LocalGateway, tmp_path: Path
) -> None:
    broken = {"code": "internal", "detail": "It broke.", "status": 500}
    gateway.answers = {**ANSWERS, "POST /api/v1/auth/logout": (500, broken)}
    for arguments, said in ((("logout",), "forgotten here"), (("logout", "--json"), '"session":"open"')):
        assert run("login", "--email", "ada@x.org", "--password-stdin", stdin="secret\n").exit_code == Exit.DONE
        left = run(*arguments)
        assert (left.exit_code, said in left.stdout) == (Exit.DONE, True), left.output
        assert "could not be ended there, and may still be valid. It broke." in left.stderr
        assert json.loads((tmp_path / "labelstream" / "credentials.json").read_text())["servers"] == {}


def test_a_server_that_is_gone_can_be_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("labelstream.blocking.transport.sleep", lambda _: None)
    profiles, gone = Profiles(tmp_path / "labelstream"), "http://127.0.0.1:1"
    profiles.remember(gone, Server(tokens=Tokens(access_token="a", expires_at=0, refresh_token="r")))
    left = run("logout", "--url", gone)
    assert (left.exit_code, "may still be valid. No answer from" in left.stderr) == (Exit.DONE, True)
    assert profiles.server(gone) == Server()


def test_ones_own_name_and_address_are_changed(gateway: LocalGateway) -> None:
    assert "ada@x.org" in run("me").stdout
    changed = run("me", "--name", "Ada L.", "--email", "ada@y.org", "--password-stdin", stdin="secret\n")
    assert "ada@y.org becomes your address" in changed.stderr
    assert gateway.writes == [
        ("PATCH /api/v1/me", {"name": "Ada L.", "email": "ada@y.org", "current_password": "secret"})
    ]


@pytest.mark.usefixtures("gateway")
def test_what_happened_to_a_job_is_listed() -> None:
    shown = run("changes", "j1", "--after", "6")
    assert shown.exit_code == Exit.DONE, shown.stderr
    for each in ("cat → dog", "review", "Lin", "label.created", "bird", "2026-01-31 12:00:00", "2 added"):
        assert each in shown.stdout
    (line,) = run("changes", "j1", "--limit", "1", "--json").stdout.splitlines()
    assert json.loads(line)["seq"] == 7


def test_labels_are_merged_by_name_though_the_gateway_wants_ids(gateway: LocalGateway) -> None:
    merged = run("labels", "merge", "j1", "kitten", "c2", "--into", "cat")
    assert (merged.exit_code, merged.stdout) == (Exit.DONE, "4 images changed.\n"), merged.stderr
    assert gateway.writes == [("POST /api/v1/jobs/j1/labels:merge", {"from": ["c1", "c2"], "into": "c0"})]
    assert run("labels", "merge", "j1", "kitten", "--into", "dog").exit_code == Exit.NOT_FOUND
    assert len(gateway.writes) == 1


@pytest.mark.usefixtures("gateway")
def test_the_newest_letter_to_an_address_is_shown() -> None:
    assert "http://link" in run("mail", "show", "--to", "Lin@x.org").stdout.splitlines()
    (line,) = run("mail", "list", "--to", "lou@x.org", "--json").stdout.splitlines()
    assert json.loads(line)["id"] == "l2"


@pytest.mark.usefixtures("gateway")
def test_one_item_shows_its_review_and_what_each_person_answered() -> None:
    assert "The review says: blurred" in run("items", "show", "j1", "s1").stdout
    answers = run("items", "answers", "j1", "s1")
    assert answers.exit_code == Exit.DONE, answers.stderr
    assert all(each in answers.stdout for each in ("Lin Wei", "cat", "2.5", "hidden"))


@pytest.mark.usefixtures("gateway")
def test_an_image_is_downloaded_whole_or_as_a_thumbnail(tmp_path: Path) -> None:
    assert "8 × 9" in run("samples", "show", "d1", "s1").stdout
    file = tmp_path / "image.png"
    assert run("samples", "download", "d1", "s1", "-o", str(file)).exit_code == Exit.DONE
    assert file.read_bytes() == b"whole"
    small = run("samples", "download", "d1", "s1", "-o", str(file), "--thumbnail", "64", "--json")
    assert (json.loads(small.stdout)["size"], file.read_bytes()) == (5, b"small")
    refused = run("samples", "download", "d1", "gone", "-o", str(tmp_path / "gone.png"))
    assert (refused.exit_code, list(tmp_path.glob("gone*"))) == (Exit.NOT_ALLOWED, [])


@pytest.mark.usefixtures("gateway")
def test_a_version_and_a_source_are_shown() -> None:
    assert "validation" in run("versions", "samples", "d1", "V001").stdout
    assert "members" in run("sources", "show", "platform").stdout


@pytest.mark.usefixtures("gateway")
def test_a_job_is_synchronized() -> None:
    assert "3 added" in run("jobs", "sync", "j1").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("datasets", "update", "d1"),
        ("datasets", "update", "d1", "--labeling-description", "x", "--labeling-description-file", "-"),
        ("operations", "list", "--state", "asleep"),
    ],
)
def test_half_a_command_is_a_usage_error(gateway: LocalGateway, arguments: tuple[str, ...]) -> None:
    assert run(*arguments, stdin="").exit_code == Exit.USAGE
    assert gateway.asked == []
