"""An empty platform leads to the first label without reading anything."""

import secrets
import time

from playwright.async_api import expect
from tests.e2e.console.people import People

from labelstream import AsyncClient


async def test_example_images_lead_to_the_first_label(people: People, client: AsyncClient) -> None:
    email, password = f"cleo-{secrets.token_hex(4)}@example.org", "a long enough passphrase"
    await client.accounts.create(email, name="Cleo Ndiaye", role="member", password=password)
    new = await people.stranger()
    began = time.monotonic()
    await new.go("/")
    await new.page.get_by_role("textbox", name="E-mail").fill(email)
    await new.page.get_by_label("Password", exact=True).fill(password)
    await new.page.keyboard.press("Enter")
    await new.page.get_by_role("button", name="Use example images").click()
    tile = new.page.get_by_role("gridcell").first
    await expect(tile).to_be_visible(timeout=60_000)
    await tile.get_by_role("checkbox").check()
    await new.page.keyboard.press("7")
    await expect(new.page.locator("[data-count=labeled]")).to_have_text("1")
    assert time.monotonic() - began < 60
