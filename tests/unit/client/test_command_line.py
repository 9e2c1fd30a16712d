"""The command line speaks to a real HTTP server here: results, JSON, one sentence for a failure, exit codes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.local_gateway import Answers, local_gateway, run

from labelstream.cli.exits import MEANINGS, Exit

JOB = {"id": "j1", "name": "Cats", "dataset_id": "d1", "state": "active", "progress": {"total": 3, "labeled": 1}}
CAT = {"label_id": "l", "name": "cat", "count": 2}
ANNOTATOR = {"account_id": "ann", "labeled": 3, "accepted": 1, "rejected": 0, "known": {"right": 1, "total": 2}}
QUALITY = {
    "seq": 9,
    "agreement": {"items": 3, "percent": 0.5, "fleiss_kappa": 0.25, "krippendorff_alpha": None},
    "pairs": [{"a": "ann", "b": "ben", "items": 3, "cohen_kappa": 0.25}],
    "annotators": [{**ANNOTATOR, "seconds_median": 2.5, "agrees_with_consensus": 0.75}],
    "confusions": [{"from": ["cat"], "to": ["dog"], "count": 2}],
}
ACCEPTANCE = {
    "id": "a1",
    "state": "open",
    "seed": 7,
    "seq": 12,
    "sample_ratio": 0.3,
    "counts": {"labeled": 9, "sample": 3, "accepted": 0, "rejected": 0, "unjudged": 3},
}
FINISHED = {
    "id": "label-1",
    "kind": "finish-acceptance",
    "state": "succeeded",
    "done": 9,
    "total": 9,
    "result": {"change_id": "f", "accepted": 6, "rejected": 2, "conflicts": [], "conflict_count": 1},
}
BROUGHT_IN = {**FINISHED, "id": "label-2", "kind": "bring-in-left-out-labels", "done": 4}
BROUGHT_IN["result"] = {"changed": 4, "left_out": 2}
ANSWERS: Answers = {
    "GET /api/v1/jobs/j1/quality": (200, QUALITY),
    "GET /api/v1/jobs/j1/people": (
        200,
        {"items": [{"id": "ann", "name": "Ann Lee", "role": "labeler", "active": True}], "next_cursor": None},
    ),
    "GET /api/v1/jobs/j1/progress": (200, b"day,account_id,name,added,removed,reviewed\r\n"),
    "GET /api/v1/jobs/j1/known-answers": (200, {"items": [{"sample_id": "s", "labels": ["cat"]}], "next_cursor": None}),
    "PUT /api/v1/jobs/j1/known-answers": (200, {"items": [], "next_cursor": None}),
    "GET /api/v1/jobs": (200, {"items": [JOB], "next_cursor": None}),
    "GET /api/v1/jobs/j1": (200, JOB),
    "GET /api/v1/jobs/j1/stats": (
        200,
        {"total": 3, "labeled": 2, "labels": [{"label_id": "l", "name": "cat", "count": 2}]},
    ),
    "GET /api/v1/jobs/other": (404, {"code": "job-not-found", "detail": "There is no such job.", "status": 404}),
    "POST /api/v1/auth/login": (200, {"access_token": "a", "expires_in": 3600, "refresh_token": "r"}),
    "GET /api/v1/me": (200, {"id": "a", "email": "ann@example.org", "role": "admin"}),
    "POST /api/v1/jobs/j1/items:review": (
        200,
        {"change_id": "r", "changed": 1, "unchanged": 1, "counts": {"total": 3, "labeled": 2}},
    ),
    "GET /api/v1/jobs/j1/acceptances/a1": (200, ACCEPTANCE),
    "POST /api/v1/jobs/j1/acceptances": (201, ACCEPTANCE),
    "POST /api/v1/jobs/j1/acceptances/a1:judge": (
        200,
        {"changed": 1, "unchanged": 0, "missing": ["x"], "counts": {"labeled": 9, "sample": 3, "unjudged": 2}},
    ),
    "POST /api/v1/jobs/j1/acceptances/a1:finish": (202, FINISHED),
    "GET /api/v1/operations/label-1": (200, FINISHED),
    "POST /api/v1/jobs/j1/left-out-labels:bring-in": (202, BROUGHT_IN),
    "GET /api/v1/operations/label-2": (200, BROUGHT_IN),
    "POST /api/v1/jobs/j1/annotations": (200, {"change_id": "c", "changed": 2, "counts": {"total": 3, "labeled": 2}}),
}


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with local_gateway(ANSWERS) as gateway:
        monkeypatch.setenv("LABELSTREAM_URL", gateway.url)
        yield gateway.url


@pytest.mark.usefixtures("url")
def test_a_list_is_a_table_for_people_and_a_json_document_a_line_for_programs() -> None:
    assert "Cats" in run("jobs", "list").stdout
    (line,) = run("jobs", "list", "--json").stdout.splitlines()
    assert json.loads(line)["progress"]["labeled"] == 1


@pytest.mark.usefixtures("url")
def test_a_job_is_shown_with_exact_counts() -> None:
    shown = run("jobs", "show", "j1")
    assert shown.exit_code == Exit.DONE
    assert "cat" in shown.stdout


@pytest.mark.usefixtures("url")
def test_quality_is_a_table_of_people_and_json_for_programs() -> None:
    shown = run("quality", "j1")
    assert shown.exit_code == Exit.DONE, shown.stderr
    assert "agreement 50.0%, Fleiss' kappa 0.250, Krippendorff's alpha -" in shown.stdout + shown.stderr
    assert "Ann Lee" in shown.stdout
    assert "1/2" in shown.stdout
    assert json.loads(run("quality", "j1", "--json").stdout)["confusions"] == QUALITY["confusions"]


@pytest.mark.usefixtures("url")
def test_progress_as_csv_is_printed_as_it_came() -> None:
    assert run("progress", "j1", "--csv").stdout_bytes == ANSWERS["GET /api/v1/jobs/j1/progress"][1]


@pytest.mark.usefixtures("url")
def test_known_answers_are_put_from_lines_of_json() -> None:
    put = run("known-answers", "put", "j1", "-", stdin='{"sample_id": "s", "labels": ["cat"]}\n')
    assert put.exit_code == Exit.DONE, put.stderr
    assert "1 known answers" in put.stdout + put.stderr
    assert json.loads(run("known-answers", "show", "j1", "--json").stdout) == {"sample_id": "s", "labels": ["cat"]}
    wrong = run("known-answers", "put", "j1", "-", stdin='{"sample_id": "s"}\n')
    assert "Line 1 is not a known answer" in wrong.stderr


@pytest.mark.usefixtures("url")
def test_a_failure_is_one_sentence_with_its_code() -> None:
    failed = run("jobs", "show", "other")
    assert failed.exit_code == Exit.NOT_FOUND
    assert failed.stderr.strip() == "error: There is no such job. [job-not-found]"
    assert failed.stdout == ""


@pytest.mark.usefixtures("url")
def test_a_failure_is_json_for_programs() -> None:
    failed = run("jobs", "show", "other", "--json")
    assert json.loads(failed.stderr)["error"]["code"] == "job-not-found"


@pytest.mark.usefixtures("url")
def test_not_being_signed_in_has_its_own_exit_code() -> None:
    assert run("datasets", "list").exit_code == Exit.NOT_ALLOWED


def test_nobody_listening_has_its_own_exit_code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("time.sleep", lambda _: None)
    failed = run("jobs", "list", "--url", "http://127.0.0.1:1")
    assert failed.exit_code == Exit.UNAVAILABLE
    assert (
        failed.stderr.strip()
        == "error: No answer from http://127.0.0.1:1: [Errno 111] Connection refused. [unreachable]"
    )


def test_sign_in_is_remembered_for_its_owner_only(url: str, tmp_path: Path) -> None:
    done = run("login", "--email", "ann@example.org", "--password-stdin", "--json", stdin="secret\n")
    assert done.exit_code == Exit.DONE
    assert json.loads(done.stdout)["account"]["email"] == "ann@example.org"
    file = tmp_path / "labelstream" / "credentials.json"
    assert file.stat().st_mode & 0o777 == 0o600
    kept = json.loads(file.read_text())
    assert kept["current"] == url
    assert "secret" not in file.read_text()


@pytest.mark.usefixtures("url")
def test_labeling_says_what_changed() -> None:
    assert "2 changed" in run("label", "j1", "s1", "s2", "--add", "cat").stdout
    assert json.loads(run("label", "j1", "-", "--add", "cat", "--json", stdin="s1\ns2\n").stdout)["changed"] == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("label", "j1", "--add", "cat"),
        ("label", "j1", "s1"),
        ("label", "j1", "s1", "--status", "labeled", "--add", "cat"),
        ("jobs", "create"),
    ],
)
def test_half_a_command_is_a_usage_error(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == Exit.USAGE


@pytest.mark.usefixtures("url")
def test_a_review_says_what_changed() -> None:
    result = run("review", "j1", "s1", "s2", "--reject", "--reason", "blurred")
    assert (result.exit_code, "1 changed, 1 unchanged (change r)" in result.stdout) == (0, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("review", "j1", "s1"),
        ("review", "j1", "s1", "--accept", "--reject"),
        ("review", "j1", "--accept"),
        ("acceptances", "open", "j1"),
        ("acceptances", "open", "j1", "--ratio", "0.1", "--count", "3"),
        ("acceptances", "finish", "j1", "a1", "accept_some"),
    ],
)
def test_half_a_review_is_a_usage_error(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == Exit.USAGE


@pytest.mark.usefixtures("url")
def test_an_acceptance_is_opened_judged_shown_and_finished() -> None:
    opened = run("acceptances", "open", "j1", "--ratio", "0.3", "--seed", "7")
    assert "3 of 9 labeled images are in the sample" in opened.stdout
    assert json.loads(run("acceptances", "show", "j1", "a1", "--json").stdout)["seed"] == 7
    judged = run("acceptances", "judge", "j1", "a1", "s1", "--accept", "--grade", "A")
    assert ("1 judged" in judged.stdout, "1 are not in the sample" in judged.stdout) == (True, True)
    finished = run("acceptances", "finish", "j1", "a1", "accept_rest", "--yes")
    assert (finished.exit_code, "6 accepted, 2 rejected (change f)" in finished.stdout) == (0, True)


@pytest.mark.usefixtures("url")
def test_labels_that_were_left_out_are_brought_in() -> None:
    result = run("labels", "bring-in", "j1")
    assert result.exit_code == Exit.DONE, result.output
    assert "4 images changed." in result.output
    assert "2 images still have labels" in result.output


def test_every_exit_code_is_documented() -> None:
    assert set(MEANINGS) == set(Exit)
    assert "Exit codes" in run("--help").stdout


def test_completion_is_offered() -> None:
    assert "--install-completion" in run("--help").stdout
