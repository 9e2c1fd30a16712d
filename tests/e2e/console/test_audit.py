"""The audit of the platform tells by name what each act was about."""

from playwright.async_api import expect
from tests.e2e.console.gallery import Job
from tests.e2e.console.people import Person

from labelstream import AsyncClient


async def test_jobs_and_teams_are_shown_by_name(ada: Person, client: AsyncClient, job: Job) -> None:
    team = await client.teams.create(f"Night shift of {job.name}")
    await ada.go("/audit")
    table = ada.page.get_by_role("table", name="Audit")
    await expect(table.get_by_role("row").filter(has_text=job.name).first).to_be_visible()
    await expect(table.get_by_role("row").filter(has_text=team.name).first).to_be_visible()
