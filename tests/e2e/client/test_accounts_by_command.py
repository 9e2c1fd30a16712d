"""Accounts, one's own account, datasets and operations by commands, against a whole platform."""

from tests.e2e.client.seats import Seat, address
from tests.e2e.conftest import PASSWORD
from tests.support.waiting import eventually

from labelstream.cli.exits import Exit

ANOTHER = "another long enough phrase"


async def test_an_account_is_made_changed_disabled_and_enabled(admin: Seat) -> None:
    eve = Seat(admin.door, address("eve"), admin.folder)
    made = admin.one("accounts", "create", eve.email, "--role", "annotator", "--no-password")
    assert made["name"] == eve.email.partition("@")[0]
    admin.one("accounts", "send-reset", eve.email)

    async def letter() -> str:
        return str(admin.one("mail", "show", "--to", eve.email)["text"])

    assert f"{admin.door.url}/password-reset/" in await eventually(letter)
    assert admin.one("accounts", "role", eve.email.upper(), "member")["role"] == "member"
    assert eve.email in admin.says("accounts", "list", "--role", "member")
    assert admin.one("accounts", "disable", eve.email, "--yes")["disabled"] is True
    assert admin.one("accounts", "enable", made["id"])["disabled"] is False
    assert admin.run("accounts", "role", address("nobody"), "member").exit_code == Exit.NOT_FOUND


async def test_ones_own_name_and_password_are_changed_and_one_signs_out(owner: Seat) -> None:
    assert owner.one("me", "--name", "Olive O.")["name"] == "Olive O."
    wrong = owner.run("password", "--password-stdin", stdin=f"nonsense\n{ANOTHER}\n")
    assert (wrong.exit_code, "[wrong-password]" in wrong.stderr) == (Exit.INVALID, True), wrong.stderr
    owner.one("password", "--password-stdin", stdin=f"{PASSWORD}\n{ANOTHER}\n")
    assert owner.one("me")["name"] == "Olive O."
    elsewhere = ("login", "--email", owner.email, "--password-stdin")
    assert owner.run(*elsewhere, stdin=f"{PASSWORD}\n").exit_code == Exit.NOT_ALLOWED
    assert owner.run(*elsewhere, stdin=f"{ANOTHER}\n").exit_code == Exit.DONE
    owner.one("logout")
    assert owner.run("me").exit_code == Exit.NOT_ALLOWED


async def test_a_dataset_of_examples_and_its_operations(owner: Seat) -> None:
    dataset = owner.one("datasets", "example")["id"]
    shown = owner.one("datasets", "update", dataset, "--name", "Digits", "--no-auto-sync")
    assert (shown["name"], shown["auto_sync"], shown["sample_count"]) == ("Digits", False, 1797)
    assert "Digits" in owner.says("datasets", "show", dataset)
    (synchronization,) = owner.all("datasets", "synchronizations", dataset)[-1:]
    assert owner.all("datasets", "left-out", dataset, synchronization["id"]) == []
    operations = owner.all("operations", "list")
    assert {each["state"] for each in operations} == {"succeeded"}
    ended = owner.one("operations", "wait", operations[0]["id"])
    assert owner.one("operations", "show", ended["id"]) == ended
    team = owner.one("teams", "create", "Days", "--description", "Until six")["id"]
    assert owner.one("teams", "update", team, "--name", "Mornings")["name"] == "Mornings"
    owner.one("teams", "delete", team, "--yes")
    assert owner.run("teams", "show", team).exit_code == Exit.NOT_FOUND
