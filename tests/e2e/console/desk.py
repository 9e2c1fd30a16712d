"""The labeling page as a person uses it: by what can be seen on it."""

from urllib.parse import urlencode

from playwright.async_api import Locator, Page, expect
from tests.e2e.console.gallery import Job
from tests.e2e.console.people import Person


class Desk:
    """A person at the labeling page of a job."""

    def __init__(self, person: Person, job: Job) -> None:
        self.person = person
        self.page: Page = person.page
        self.job = job

    async def open(self, **search: str | list[str]) -> "Desk":
        """Opens the page and waits until its images are there."""
        await self.person.go(f"/jobs/{self.job.id}" + (f"?{urlencode(search, doseq=True)}" if search else ""))
        await expect(self.page.get_by_role("navigation", name="Statuses")).to_be_visible()
        await expect(self.page.locator('[data-count="all"]')).not_to_have_text("…")
        return self

    @property
    def tiles(self) -> Locator:
        return self.page.locator("[data-item]")

    def tile(self, path: str) -> Locator:
        return self.page.locator(f'[data-path="{path}"]')

    def box(self, path: str) -> Locator:
        """The box at the upper left of a thumbnail."""
        return self.tile(path).get_by_role("checkbox")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    async def paths(self) -> list[str]:
        """The images on the page that are in sight or near, in their order."""
        await expect(self.tiles.first).to_be_visible()
        found: list[str] = await self.tiles.evaluate_all("(tiles) => tiles.map((tile) => tile.dataset.path)")
        return found

    async def choose(self, *paths: str) -> None:
        for path in paths:
            await self.box(path).click()

    async def give(self, label: str) -> None:
        """By the *Label* box and *OK*."""
        await self.page.get_by_role("combobox", name="Label").fill(label)
        await self.button("OK").click()

    async def tab(self, status: str) -> None:
        await self.page.locator(f'a:has([data-count="{status}"])').click()
        await expect(self.page.locator(f'a[data-current]:has([data-count="{status}"])')).to_be_visible()

    async def expect_counts(self, **counts: int) -> None:
        for status, count in counts.items():
            await expect(self.page.locator(f'[data-count="{status}"]')).to_have_text(f"{count:,}")

    async def expect_labels(self, path: str, *labels: str) -> None:
        """What a thumbnail says of its labels."""
        for label in labels:
            await expect(self.tile(path)).to_contain_text(label)

    async def expect_saved(self) -> None:
        """Nothing waits for the server any more."""
        await expect(self.page.get_by_text("Saving", exact=False)).to_have_count(0)
        await expect(self.page.get_by_label("Not saved yet")).to_have_count(0)

    def selected_label(self, name: str) -> Locator:
        """A line of *Labels of Selected Images*."""
        return self.page.locator(f'[data-selected-label="{name}"]')

    def listed_label(self, name: str) -> Locator:
        """A line of *All labels*."""
        return self.page.locator(f'[data-label-row="{name}"]')
