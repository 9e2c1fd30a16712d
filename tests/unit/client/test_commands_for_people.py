"""Commands about people: annotators, teams, accounts, another owner."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.local_gateway import Answers, LocalGateway, local_gateway, run

from labelstream.cli.exits import Exit

LETTER = {"state": "failed", "at": "2026-01-31T12:00:00.000Z", "reason": "mailbox unavailable"}
LIN = {"id": "a1", "account_id": "acc1", "email": "lin@x.org", "name": "Lin Wei", "role": "labeler", "state": "active"}
LOU = {"id": "a2", "account_id": None, "email": "lou@x.org", "name": "Lou", "role": "reviewer", "state": "invited"}
TWIN = {**LOU, "id": "a3"}
QUEUED = {**LIN, "letter": {**LETTER, "state": "queued", "reason": None}}
TEAM = {"id": "t1", "name": "Nights", "description": ""}
ADA = {"id": "acc9", "email": "ada@x.org", "name": "ada", "role": "member", "disabled": False}
ALREADY = {"code": "already-member", "detail": "They are already there.", "status": 409}
NO_LETTER = {"code": "mail-refused", "detail": "No letter.", "status": 422}
JOB = {"id": "j1", "name": "Cats", "dataset_id": "d1", "state": "active"}


def page(*items: object) -> tuple[int, object]:
    return 200, {"items": items, "next_cursor": None}


ANSWERS: Answers = {
    "GET /api/v1/jobs/j1/annotators": page({**LIN, "letter": LETTER}, LOU),
    "GET /api/v1/jobs/twins/annotators": page(LOU, TWIN),
    "POST /api/v1/jobs/j1/annotators": (201, LIN),
    "PATCH /api/v1/jobs/j1/annotators/a1": (200, {**LIN, "role": "manager"}),
    "POST /api/v1/jobs/j1/annotators/a1:send-email": (200, QUEUED),
    "DELETE /api/v1/jobs/j1/annotators/a1": (200, {"members": 1}),
    "GET /api/v1/teams": page(TEAM),
    "POST /api/v1/teams": (201, TEAM),
    "GET /api/v1/teams/t1": (200, TEAM),
    "PATCH /api/v1/teams/t1": (200, TEAM),
    "DELETE /api/v1/teams/t1": (200, {"members": 2}),
    "GET /api/v1/teams/t1/members": page(LIN, LOU),
    "POST /api/v1/teams/t1/members": (201, LIN),
    "PATCH /api/v1/teams/t1/members/a2": (200, LOU),
    "DELETE /api/v1/teams/t1/members/a2": (200, {"members": 1}),
    "GET /api/v1/accounts": page(ADA),
    "POST /api/v1/accounts": (201, ADA),
    "PATCH /api/v1/accounts/acc9": (200, {**ADA, "disabled": True}),
    "PATCH /api/v1/jobs/j1": (200, JOB),
    "GET /api/v1/jobs/j1/people": page({"id": "acc1", "name": "Lin Wei", "role": "labeler", "active": False}),
    "POST /api/v1/jobs/j1/items:assign": (200, {"change_id": "c", "changed": 1}),
    "GET /api/v1/jobs/j1/items": page(),
}


@pytest.fixture
def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalGateway]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with local_gateway(ANSWERS) as running:
        monkeypatch.setenv("LABELSTREAM_URL", running.url)
        yield running


@pytest.mark.usefixtures("gateway")
def test_annotators_are_listed_with_what_became_of_their_letters() -> None:
    shown = run("annotators", "list", "j1")
    assert shown.exit_code == Exit.DONE, shown.stderr
    for each in ("Lin Wei", "lin@x.org", "labeler", "active", "failed 2026-01-31", "mailbox unavailable", "invited"):
        assert each in shown.stdout
    first, second = run("annotators", "list", "j1", "--json").stdout.splitlines()
    assert (json.loads(first)["letter"]["state"], json.loads(second)["letter"]) == ("failed", None)


def test_people_are_added_and_told_one_after_the_other(gateway: LocalGateway) -> None:
    added = run("annotators", "add", "j1", "lin@x.org", "lou@x.org", "--member", "m1", "--role", "labeler")
    assert added.exit_code == Exit.DONE, added.stderr
    assert added.stdout.count("lin@x.org is in the job as labeler (active): a1") == 3
    assert gateway.writes == [
        ("POST /api/v1/jobs/j1/annotators", {"email": "lin@x.org", "role": "labeler"}),
        ("POST /api/v1/jobs/j1/annotators", {"email": "lou@x.org", "role": "labeler"}),
        ("POST /api/v1/jobs/j1/annotators", {"member_id": "m1", "role": "labeler"}),
    ]
    gateway.asked.clear()
    sent = run("annotators", "add", "j1", "lin@x.org", "--send-email")
    in_job, told = sent.stdout.splitlines()
    assert in_job == "lin@x.org is in the job as labeler (active): a1"
    assert told.startswith("lin@x.org was sent the job as labeler (active; letter: queued 2026-01-31")
    assert gateway.writes == [
        ("POST /api/v1/jobs/j1/annotators", {"email": "lin@x.org"}),
        ("POST /api/v1/jobs/j1/annotators/a1:send-email", None),
    ]


def test_a_letter_that_is_refused_hides_nobody_who_was_added(gateway: LocalGateway) -> None:
    gateway.answers = {**ANSWERS, "POST /api/v1/jobs/j1/annotators/a1:send-email": (422, NO_LETTER)}
    sent = run("annotators", "add", "j1", "lin@x.org", "lou@x.org", "--send-email")
    assert sent.exit_code == Exit.INVALID
    assert sent.stdout.count("is in the job as labeler (active): a1") == 2
    assert sent.stderr.splitlines() == [
        "error: lin@x.org: No letter. [mail-refused]",
        "error: lou@x.org: No letter. [mail-refused]",
    ]
    as_json = run("annotators", "add", "j1", "lin@x.org", "lou@x.org", "--send-email", "--json")
    assert [json.loads(line)["id"] for line in as_json.stdout.splitlines()] == ["a1", "a1"]
    assert json.loads(as_json.stderr.splitlines()[1])["error"]["detail"] == "lou@x.org: No letter."


def test_somebody_who_is_refused_keeps_nobody_else_out(gateway: LocalGateway) -> None:
    gateway.answers = {
        **ANSWERS,
        "POST /api/v1/jobs/j1/annotators": (409, ALREADY),
        "POST /api/v1/teams/t1/members": (409, ALREADY),
    }
    refused = run("annotators", "add", "j1", "lin@x.org", "lou@x.org", "--member", "m1")
    assert (refused.exit_code, refused.stdout) == (Exit.CONFLICT, "")
    assert [line.split()[1] for line in refused.stderr.splitlines()] == ["lin@x.org:", "lou@x.org:", "m1:"]
    assert run("teams", "members", "add", "t1", "lin@x.org", "lou@x.org").exit_code == Exit.CONFLICT
    assert [body for _, body in gateway.writes][3:] == [{"email": "lin@x.org"}, {"email": "lou@x.org"}]


def test_a_letter_to_each_is_tried_and_the_first_refusal_gives_the_exit_code(gateway: LocalGateway) -> None:
    gateway.answers = {**ANSWERS, "POST /api/v1/jobs/j1/annotators/a2:send-email": (409, ALREADY)}
    sent = run("annotators", "send-email", "j1", "lou@x.org", "lin@x.org")
    assert sent.exit_code == Exit.CONFLICT
    assert "lin@x.org was sent the job as labeler" in sent.stdout
    assert "error: lou@x.org: " in sent.stderr


def test_the_role_without_role_is_explained_where_it_differs() -> None:
    in_job = " ".join(run("annotators", "add", "--help").stdout.split())
    assert "Default: labeler; for --member, their role in the team." in in_job


@pytest.mark.parametrize("who", ["a1", "acc1", "lin@x.org", "LIN@X.org"])
def test_an_annotator_is_named_by_id_or_address(gateway: LocalGateway, who: str) -> None:
    assert run("annotators", "role", "j1", who, "manager").exit_code == Exit.DONE
    assert run("annotators", "send-email", "j1", who).exit_code == Exit.DONE
    assert gateway.writes == [
        ("PATCH /api/v1/jobs/j1/annotators/a1", {"role": "manager"}),
        ("POST /api/v1/jobs/j1/annotators/a1:send-email", None),
    ]


def test_nobody_and_more_than_one_are_refused_before_anything_is_sent(gateway: LocalGateway) -> None:
    nobody = run("annotators", "send-email", "j1", "a1", "eve@x.org")
    assert nobody.exit_code == Exit.NOT_FOUND
    assert (
        nobody.stderr.strip()
        == "error: No annotator of this job has the id or e-mail address eve@x.org. [nobody-found]"
    )
    twins = run("annotators", "remove", "twins", "lou@x.org", "--yes")
    assert twins.exit_code == Exit.INVALID
    assert "Give one of these ids: a2, a3. [ambiguous]" in twins.stderr
    assert gateway.writes == []


def test_removing_somebody_asks_first(gateway: LocalGateway) -> None:
    dry = run("annotators", "remove", "j1", "lin@x.org", "--dry-run")
    assert dry.stdout == "Nobody was removed. lin@x.org would be removed from the job.\n"
    assert gateway.writes == [("DELETE /api/v1/jobs/j1/annotators/a1?dry_run=true", None)]
    as_json = run("annotators", "remove", "j1", "lin@x.org", "--dry-run", "--json")
    assert json.loads(as_json.stdout) == {"members": 1}
    gateway.asked.clear()
    refused = run("annotators", "remove", "j1", "lin@x.org", stdin="n\n")
    assert (refused.exit_code, gateway.writes) == (Exit.FAILED, [])
    assert "Remove lin@x.org from job j1?" in refused.stderr
    assert run("annotators", "remove", "j1", "lin@x.org", stdin="y\n").exit_code == Exit.DONE
    assert gateway.writes == [("DELETE /api/v1/jobs/j1/annotators/a1", None)]


def test_a_team_and_its_members(gateway: LocalGateway) -> None:
    assert "Nights" in run("teams", "list").stdout
    assert "lou@x.org" in run("teams", "show", "t1").stdout
    assert "Lin Wei" in run("teams", "members", "list", "t1").stdout
    commands = (
        ("create", "Nights", "--description", "After ten"),
        ("update", "t1", "--name", "Late"),
        ("members", "add", "t1", "lin@x.org", "--role", "reviewer"),
        ("members", "role", "t1", "lou@x.org", "labeler"),
        ("members", "remove", "t1", "lou@x.org", "--yes"),
        ("delete", "t1", "--yes"),
    )
    for command in commands:
        done = run("teams", *command)
        assert done.exit_code == Exit.DONE, done.stderr
    assert gateway.writes == [
        ("POST /api/v1/teams", {"name": "Nights", "description": "After ten"}),
        ("PATCH /api/v1/teams/t1", {"name": "Late"}),
        ("POST /api/v1/teams/t1/members", {"email": "lin@x.org", "role": "reviewer"}),
        ("PATCH /api/v1/teams/t1/members/a2", {"role": "labeler"}),
        ("DELETE /api/v1/teams/t1/members/a2", None),
        ("DELETE /api/v1/teams/t1?dry_run=true", None),
        ("DELETE /api/v1/teams/t1", None),
    ]


def test_removing_a_member_of_a_team_may_be_tried(gateway: LocalGateway) -> None:
    dry = run("teams", "members", "remove", "t1", "lou@x.org", "--dry-run")
    assert dry.stdout == "Nobody was removed. lou@x.org would be removed from the team.\n"
    assert gateway.writes == [("DELETE /api/v1/teams/t1/members/a2?dry_run=true", None)]


def test_an_account_is_made_with_a_password_that_is_never_printed(gateway: LocalGateway) -> None:
    made = run("accounts", "create", "ada@x.org", "--name", "Ada", "--password-stdin", stdin="long secret\n")
    typed = run("accounts", "create", "ada@x.org", stdin="long secret\nlong secret\n")
    waiting = run("accounts", "create", "ada@x.org", "--role", "annotator", "--no-password")
    for each in (made, typed, waiting):
        assert each.exit_code == Exit.DONE, each.stderr
        assert "long secret" not in each.output
    assert "accounts send-reset ada@x.org" in waiting.stderr
    assert [body for _, body in gateway.writes] == [
        {"email": "ada@x.org", "name": "Ada", "role": "member", "password": "long secret"},
        {"email": "ada@x.org", "name": "ada", "role": "member", "password": "long secret"},
        {"email": "ada@x.org", "name": "ada", "role": "annotator"},
    ]


def test_an_account_is_named_by_its_address(gateway: LocalGateway) -> None:
    assert "ada@x.org" in run("accounts", "list", "--role", "member").stdout
    assert run("accounts", "role", "ada@x.org", "admin").exit_code == Exit.DONE
    assert run("accounts", "disable", "ada@x.org", stdin="n\n").exit_code == Exit.FAILED
    assert "disabled" in run("accounts", "disable", "ada@x.org", "--yes").stdout
    assert run("accounts", "enable", "acc9").exit_code == Exit.DONE
    assert gateway.writes == [
        ("PATCH /api/v1/accounts/acc9", {"role": "admin"}),
        ("PATCH /api/v1/accounts/acc9", {"disabled": True}),
        ("PATCH /api/v1/accounts/acc9", {"disabled": False}),
    ]
    assert ("GET /api/v1/accounts?email=ada%40x.org&limit=1000", None) in gateway.asked


@pytest.mark.parametrize(
    ("owner", "account"),
    [("lin@x.org", "acc1"), ("a1", "acc1"), ("acc1", "acc1"), ("ada@x.org", "acc9"), ("acc7", "acc7")],
    ids=str,
)
def test_a_job_is_given_to_another_owner_once_that_is_confirmed(
    gateway: LocalGateway, owner: str, account: str
) -> None:
    refused = run("jobs", "update", "j1", "--owner", owner, stdin="n\n")
    assert (refused.exit_code, gateway.writes) == (Exit.FAILED, [])
    assert f"Give job j1 to {owner}?" in refused.stderr
    given = run("jobs", "update", "j1", "--name", "Cats", "--owner", owner, "--yes")
    assert given.exit_code == Exit.DONE, given.stderr
    assert gateway.writes == [("PATCH /api/v1/jobs/j1", {"name": "Cats", "owner_id": account})]


def test_an_owner_who_cannot_be_found_is_no_owner(gateway: LocalGateway) -> None:
    for who in ("lou@x.org", "a2"):
        not_come = run("jobs", "update", "j1", "--owner", who, "--yes")
        assert not_come.exit_code == Exit.NOT_FOUND
        assert "lou@x.org has not come to this job yet: accepting the invitation makes" in not_come.stderr
    forbidden = {"code": "forbidden", "detail": "Administrators only.", "status": 403}
    gateway.answers = {**ANSWERS, "GET /api/v1/accounts": (403, forbidden)}
    stranger = run("jobs", "update", "j1", "--owner", "eve@x.org", "--yes")
    assert stranger.exit_code == Exit.NOT_FOUND
    assert "Other people are named by the id of their account." in stranger.stderr
    assert gateway.writes == []


def test_items_are_moved_from_one_address_to_another(gateway: LocalGateway) -> None:
    moved = run("items", "assign", "j1", "--assignee", "lin@x.org", "--to", "ada@x.org")
    assert moved.exit_code == Exit.DONE, moved.stderr
    assert gateway.writes == [("POST /api/v1/jobs/j1/items:assign", {"filter": {"assignee": "acc1"}, "to": "acc9"})]
    gateway.asked.clear()
    for who in ("me", "none"):
        assert run("items", "list", "j1", "--assignee", who).exit_code == Exit.DONE
    assert [line for line, _ in gateway.asked] == [
        "GET /api/v1/jobs/j1/items?assignee=me&limit=100",
        "GET /api/v1/jobs/j1/items?assignee=none&limit=100",
    ]


def test_items_are_moved_by_the_ids_that_lists_of_annotators_show(gateway: LocalGateway) -> None:
    assert run("items", "assign", "j1", "s1", "--to", "a1").exit_code == Exit.DONE
    assert [body["to"] for _, body in gateway.writes] == ["acc1"]
    assert run("items", "list", "j1", "--assignee", "a1").exit_code == Exit.DONE
    assert "GET /api/v1/jobs/j1/items?assignee=acc1&limit=100" in [line for line, _ in gateway.asked]


def test_where_annotators_may_not_be_read_an_id_is_that_of_an_account(gateway: LocalGateway) -> None:
    forbidden = {"code": "forbidden", "detail": "Not allowed.", "status": 403}
    gateway.answers = {**ANSWERS, "GET /api/v1/jobs/j1/annotators": (403, forbidden)}
    assert run("items", "list", "j1", "--assignee", "acc1").exit_code == Exit.DONE
    assert "GET /api/v1/jobs/j1/items?assignee=acc1&limit=100" in [line for line, _ in gateway.asked]
    assert run("items", "list", "j1", "--assignee", "lin@x.org").exit_code == Exit.NOT_ALLOWED


@pytest.mark.usefixtures("gateway")
def test_those_who_have_left_a_job_are_among_its_people() -> None:
    assert "removed" in run("jobs", "people", "j1").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("annotators", "add", "j1"),
        ("annotators", "role", "j1", "a1", "owner"),
        ("annotators", "send-email", "j1"),
        ("teams", "update", "t1"),
        ("teams", "members", "add", "t1"),
        ("accounts", "create", "a@b.c", "--no-password", "--password-stdin"),
        ("accounts", "role", "a@b.c", "owner"),
        ("jobs", "update", "j1"),
    ],
)
def test_half_a_command_is_a_usage_error(gateway: LocalGateway, arguments: tuple[str, ...]) -> None:
    assert run(*arguments, stdin="").exit_code == Exit.USAGE
    assert gateway.asked == []
