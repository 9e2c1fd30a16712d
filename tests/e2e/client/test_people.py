"""Inviting somebody where nothing was prepared, and seeing who did what: by commands alone, as on the first day."""

import json
import re
import secrets
from typing import Any

import httpx
from tests.e2e.client.conftest import Cats
from tests.e2e.conftest import EMAIL, PASSWORD, Door
from tests.support.waiting import eventually

from labelstream import AsyncClient
from labelstream.cli.exits import Exit


async def _done(door: Door, *arguments: str, stdin: str | None = None) -> list[Any]:
    code, out, err = await door.command(*arguments, "--json", stdin=stdin)
    assert code == Exit.DONE, err
    return [json.loads(line) for line in out.splitlines()]


async def test_an_invitation_from_the_mailbox_leads_into_the_job_and_all_of_it_is_in_the_audit(
    door: Door, cats: Cats
) -> None:
    await _done(door, "login", "--url", door.url, "--email", EMAIL, "--password-stdin", stdin=f"{PASSWORD}\n")
    job, _ = await cats.job(door)
    invited = f"eve-{secrets.token_hex(4)}@example.org"
    async with door.client() as owner:
        annotator = await owner.annotators.add(job, invited)
        sent = await owner.annotators.send_email(job, annotator.id)
        assert sent.letter is not None
        async for _ in owner.exports.rows(job):
            pass

    async def arrived() -> str:
        letters = await _done(door, "mail", "list")
        return next(str(each["id"]) for each in letters if each["to"] == invited)

    letter_id = await eventually(arrived, also=(StopIteration, RuntimeError))
    (letter,) = await _done(door, "mail", "show", letter_id)
    link = re.search(rf"{re.escape(door.url)}/invitations/([\w-]+)", letter["text"])
    assert link is not None, letter["text"]
    assert link.group() in letter["html"]
    async with httpx.AsyncClient(base_url=f"{door.url}/api/v1") as stranger:
        body = {"name": "Eve", "password": PASSWORD}
        for status in (200, 410):
            accepted = await stranger.post(f"/invitations/{link.group(1)}:accept", json=body)
            assert accepted.status_code == status, accepted.text
        assert accepted.json()["code"] == "invitation-used"
    async with AsyncClient(door.url, email=invited, password=PASSWORD) as eve:

        async def works() -> None:
            assert (await eve.jobs.get(job)).role == "labeler"

        await eventually(works)

    async def told() -> list[str]:
        entries = await _done(door, "audit", "--job", job)
        actions = [each["action"] for each in reversed(entries)]
        assert set(actions) == {"job-created", "member-added", "invited", "exported", "invitation-accepted"}
        return actions

    assert (await eventually(told))[:2] == ["job-created", "member-added"]
    (failed,) = await _done(door, "audit", "--action", "account-created", "--limit", "1")
    assert failed["subject"]["kind"] == "account"


async def test_sessions_and_keys_by_command(door: Door) -> None:
    await _done(door, "login", "--url", door.url, "--email", EMAIL, "--password-stdin", stdin=f"{PASSWORD}\n")
    sessions = await _done(door, "sessions", "list")
    assert [each["current"] for each in sessions].count(True) == 1
    options = ("--scope", "read", "--expires", "2100-01-01T00:00:00Z", "--password-stdin")
    (key,) = await _done(door, "keys", "create", "robot", *options, stdin=f"{PASSWORD}\n")
    assert (key["scopes"], key["expires_at"][:4]) == (["read"], "2100")
    code, _, err = await door.command("datasets", "create", "X", "--bucket", "x", "--token", key["secret"])
    assert code != Exit.DONE
    assert "scope" in err
    assert key["id"] in {each["id"] for each in await _done(door, "keys", "list")}
    await _done(door, "keys", "delete", key["id"], "--yes")
    code, _, _ = await door.command("jobs", "list", "--token", key["secret"])
    assert code != Exit.DONE
