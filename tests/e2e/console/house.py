"""A platform in which every page has something to show, and the odd content that it has to bear."""

import re
import secrets
from dataclasses import dataclass

from tests.e2e.console.gallery import DIGITS, Gallery, Job, digit_of, digits, png
from tests.e2e.console.people import Account
from tests.support.waiting import eventually

from labelstream import AsyncClient, TeamSettings

LONGEST = "interminable-" * 78 + "0123456789"
ARABIC = "قطة_سوداء"
ODD = {
    "portrait.png": png(40, 900),
    "panorama.png": png(1600, 60),
    "point.png": png(1, 1),
    "transparent.png": png(200, 200, (40, 80, 200, 90), "RGBA"),
    "broken.png": b"\x89PNG\r\n\x1a\nthis is no picture",
    "🍎 fruit/🍐 été 中文.png": png(64, 64, (200, 60, 60)),
    f"{'deep/' * 30}{'x' * 200}.png": png(64, 64),
}
"""Images of every shape."""


@dataclass(frozen=True)
class House:
    job: Job
    """Something of everything; its dataset has two versions."""
    dealt: Job
    """Dealt out to a labeler, with an acceptance that is open."""
    odd: Job
    """The longest label, one from right to left, two hundred on one image, images of every shape; one in the trash."""
    many: Job
    """Ten thousand labels."""
    team_id: str
    invitation: str
    """The path of a link to join."""


async def furnished_house(client: AsyncClient, gallery: Gallery, ben: Account, job: Job) -> House:
    for name in ("V001", "V002"):
        await client.operations.wait(await client.versions.publish(job.dataset_id, name, job_id=job.id))
    return House(
        job=job,
        dealt=await _dealt(client, gallery, ben),
        odd=await _odd(client, gallery),
        many=await _many(gallery),
        team_id=await _team(client),
        invitation=await _invitation(client, job),
    )


async def _dealt(client: AsyncClient, gallery: Gallery, ben: Account) -> Job:
    dataset_id, bucket = await gallery.dataset("Digits of winter", digits(24))
    team = TeamSettings(assignment="even", annotators=[{"email": ben.email, "role": "labeler"}])
    job = await gallery.job(dataset_id, "Digits of winter", DIGITS, bucket, team)
    samples = await gallery.samples(job)
    for path in sorted(samples)[:12]:
        await client.annotations.apply(job.id, [samples[path]], add=[digit_of(path)])
    await client.acceptances.open(job.id, sample_count=6, seed=1)
    return job


async def _odd(client: AsyncClient, gallery: Gallery) -> Job:
    dataset_id, bucket = await gallery.dataset("Odd images", {**ODD, "gone.png": png(9, 9)})
    job = await gallery.job(dataset_id, "Odd images", bucket=bucket)
    samples = await gallery.samples(job)
    await client.annotations.apply(job.id, [samples["portrait.png"]], add=[LONGEST, ARABIC])
    await client.annotations.apply(job.id, [samples["panorama.png"]], add=[f"label-{n:03}" for n in range(200)])
    await client.operations.wait(await client.datasets.delete_samples(dataset_id, [samples["gone.png"]]))

    async def inspected() -> None:
        assert (await client.items.stats(job.id)).unreadable == 1

    await eventually(inspected, within=60)
    return job


async def _many(gallery: Gallery) -> Job:
    dataset_id, bucket = await gallery.dataset("Species", digits(4))
    return await gallery.job(dataset_id, "Species", [f"species-{number:05}" for number in range(10_000)], bucket)


async def _team(client: AsyncClient) -> str:
    team = await client.teams.create("Night shift", description="Everybody who labels after dinner.")
    await client.teams.add_member(team.id, f"noor-{secrets.token_hex(3)}@example.org", name="Noor Haddad")
    return team.id


async def _invitation(client: AsyncClient, job: Job) -> str:
    email = f"ivo-{secrets.token_hex(3)}@example.org"
    annotator = await client.annotators.add(job.id, email)
    await client.annotators.send_email(job.id, annotator.id)
    return await eventually(lambda: link_to(client, email))


async def link_to(client: AsyncClient, email: str) -> str:
    """The path of the invitation's link, once its e-mail is there."""
    (letter,) = [letter async for letter in client.mailbox.list() if letter.to == email]
    found = re.search(r"/invitations/[\w-]+", (await client.mailbox.get(letter.id)).text)
    assert found is not None
    return found.group()
