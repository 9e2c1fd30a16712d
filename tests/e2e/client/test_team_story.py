"""A team job from its opening to its acceptance, and its audit, by commands alone: each person at a terminal of theirs.

Only the link of an invitation is opened in a browser; here the call stands for it that the page behind it makes.
"""

import re
from collections.abc import Sequence

import httpx
from tests.e2e.client.conftest import Cats
from tests.e2e.client.seats import Seat, address
from tests.e2e.conftest import PASSWORD
from tests.support.waiting import eventually

from labelstream.cli.exits import Exit

REASON = "This is a dog"


async def test_a_team_job_from_its_opening_to_its_acceptance_and_its_audit(
    admin: Seat, owner: Seat, cats: Cats
) -> None:
    job = opened(owner, cats)
    lin, lou, rae, max_ = (Seat(owner.door, address(name), owner.folder) for name in ("lin", "lou", "rae", "max"))
    invited = owner.all("annotators", "add", job, lin.email, lou.email, "--send-email")
    invited += owner.all("annotators", "add", job, rae.email, "--role", "reviewer", "--send-email")
    assert [each["role"] for each in invited] == ["labeler", "labeler", "reviewer"]
    for seat, name in ((lin, "Lin Wei"), (lou, "Lou Marsh"), (rae, "Rae Osei")):
        await accepted_invitation(admin, seat, name)

    images = await has(lin, job, cats.count)
    await has(lou, job, cats.count)
    assert lin.one("label", job, *images, "--add", "cat")["changed"] == cats.count
    left = sorted(images)[3:]
    assert lou.one("label", job, *sorted(images)[:3], "--add", "cat")["changed"] == 3

    await replaced(admin, owner, job, leaving=lou, joining=max_)
    assert await has(max_, job, len(left)) == set(left)
    assert max_.one("label", job, *left, "--add", "cat")["changed"] == len(left)

    reviewed(rae, job, left[0], lin, max_)
    accepted(owner, job, cats.count)
    measured(owner, job, cats.count)
    await given_away_and_audited(owner, admin, job)


def opened(owner: Seat, cats: Cats) -> str:
    dataset = owner.one("datasets", "create", cats.name, "--bucket", cats.bucket, "--prefix", cats.prefix)["id"]
    described = ("datasets", "update", dataset, "--labeling-description-file", "-")
    assert owner.one(*described, stdin="# Cat or dog?")["labeling_description"] == "# Cat or dog?"
    owner.one("datasets", "sync", dataset)
    shared = ("--assignment", "even", "--overlap", "2", "--review", "required")
    job = owner.one("jobs", "create", cats.name, "--dataset", dataset, "--label", "cat", "--label", "dog", *shared)
    assert owner.one("jobs", "update", job["id"], "--description", "Ours")["description"] == "Ours"
    return str(job["id"])


async def accepted_invitation(admin: Seat, seat: Seat, name: str) -> None:
    """The link comes from the mailbox; what the page behind it sends is sent here."""

    async def letter() -> str:
        return str(admin.one("mail", "show", "--to", seat.email)["text"])

    link = re.search(rf"{re.escape(seat.door.url)}/invitations/([\w-]+)", await eventually(letter))
    assert link is not None
    async with httpx.AsyncClient(base_url=f"{seat.door.url}/api/v1") as browser:
        body = {"name": name, "password": PASSWORD}
        reply = await browser.post(f"/invitations/{link.group(1)}:accept", json=body)
    assert reply.status_code == 200, reply.text
    seat.sign_in()
    assert seat.one("me")["name"] == name


async def has(seat: Seat, job: str, count: int) -> set[str]:
    """The open images of somebody, once they are `count`."""

    async def open_images() -> set[str]:
        found = seat.samples(job, "--status", "unlabeled")
        assert len(found) == count
        return found

    return await eventually(open_images)


async def replaced(admin: Seat, owner: Seat, job: str, *, leaving: Seat, joining: Seat) -> None:
    """Somebody is removed, and a member of a team comes in their place, who gets what was left undone."""
    dry = owner.says("annotators", "remove", job, leaving.email, "--dry-run")
    assert dry == f"Nobody was removed. {leaving.email} would be removed from the job.\n"
    owner.one("annotators", "remove", job, leaving.email, "--yes")
    assert leaving.email in owner.says("annotators", "list", job, "--removed")

    async def shut_out() -> None:
        assert leaving.run("items", job).exit_code in {Exit.NOT_ALLOWED, Exit.NOT_FOUND}

    await eventually(shut_out)
    team = owner.one("teams", "create", "Nights")["id"]
    member = owner.one("teams", "members", "add", team, joining.email)["id"]
    (added,) = owner.all("annotators", "add", job, "--member", member, "--send-email")
    assert (added["email"], added["role"]) == (joining.email, "labeler")
    await accepted_invitation(admin, joining, "Max Roe")


def reviewed(rae: Seat, job: str, wrong: str, *labelers: Seat) -> None:
    """One image is rejected, and its labelers disagree about it afterwards; so the reviewer decides."""
    pending = ("--status", "labeled", "--review", "pending")
    assert rae.one("review", job, wrong, "--reject", "--reason", REASON)["changed"] == 1
    assert rae.one("review", job, *pending, "--accept", "--grade", "A")["changed"] == 4
    for seat in labelers:
        (sent_back,) = seat.all("items", job, "--review", "rejected")
        assert (sent_back["sample_id"], sent_back["review"]["reason"]) == (wrong, REASON)
    assert labelers[0].one("label", job, wrong, "--set", "dog")["changed"] == 1
    assert rae.samples(job, "--review", "pending") == {wrong}
    answers = {tuple(label["name"] for label in each["labels"]) for each in rae.all("items", "answers", job, wrong)}
    assert answers == {("cat",), ("dog",)}
    assert "Lin Wei" in rae.says("items", "answers", job, wrong)
    assert rae.one("label", job, wrong, "--set", "dog")["changed"] == 1
    assert [each["name"] for each in rae.one("items", "show", job, wrong)["labels"]] == ["dog"]


def accepted(owner: Seat, job: str, count: int) -> None:
    acceptance = owner.one("acceptances", "open", job, "--count", "3", "--seed", "7")["id"]
    sample = [each["sample_id"] for each in owner.all("acceptances", "show", job, acceptance, "--items")]
    assert len(sample) == 3
    owner.one("acceptances", "judge", job, acceptance, *sample, "--accept", "--grade", "A")
    finished = owner.one("acceptances", "finish", job, acceptance, "accept_rest", "--yes")
    assert (finished["result"]["accepted"], finished["result"]["rejected"]) == (count, 0)
    assert owner.samples(job, "--status", "labeled", "--review", "accepted") == owner.samples(job)
    causes = {each["cause"] for each in owner.all("changes", job) if each["kind"] == "item"}
    assert {"consensus", "review", "acceptance"} <= causes


def measured(owner: Seat, job: str, count: int) -> None:
    quality = owner.one("quality", job)
    assert (quality["agreement"]["items"], quality["agreement"]["percent"]) == (count, 1 - 1 / count)
    printed = owner.says("quality", job)
    assert all(each in printed for each in ("agreement 80.0%", "Lin Wei", "Lou Marsh", "Max Roe"))
    assert row_of("Lin Wei", owner.says("progress", job))
    assert len(owner.says("progress", job, "--csv").splitlines()) > 1
    people = {each["name"]: (each["role"], each["active"]) for each in owner.all("jobs", "people", job)}
    assert people["Olive Ng"] == ("owner", True)
    assert people["Lou Marsh"] == ("labeler", False)


def row_of(name: str, table: str) -> Sequence[str]:
    (row,) = [line.split() for line in table.splitlines() if name in line]
    return row


async def given_away_and_audited(owner: Seat, admin: Seat, job: str) -> None:
    account = admin.one("me")["id"]
    owner.one("jobs", "update", job, "--owner", account, "--yes")
    assert owner.one("jobs", "show", job)["job"]["role"] == "manager"
    expected = {
        *("job-created", "acceptance-opened", "acceptance-finished"),
        *("member-added", "invited", "invitation-accepted", "member-removed", "exported", "owner-changed"),
    }

    async def audited() -> None:
        assert expected <= {each["action"] for each in owner.all("audit", "--job", job)}

    await eventually(audited)
    (created,) = admin.all("audit", "--action", "team-created", "--limit", "1")
    assert created["subject"]["kind"] == "team"
