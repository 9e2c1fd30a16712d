"""A whole session without a mouse: from the sign-in to the sign-out."""

from playwright.async_api import Page, expect
from tests.e2e.console.desk import Desk
from tests.e2e.console.gallery import Gallery, Job
from tests.e2e.console.people import Account, People, Person


async def test_a_whole_labeling_session_by_keyboard_alone(
    people: People, admin: Account, gallery: Gallery, job: Job
) -> None:
    ada = await people.stranger()
    page, keys = ada.page, ada.page.keyboard
    await ada.go("/")
    await expect(page.get_by_role("textbox", name="E-mail")).to_be_focused()
    await keys.type(admin.email)
    await keys.press("Tab")
    await keys.type(admin.password)
    await keys.press("Enter")
    await expect(page.get_by_role("heading", name="Label Data")).to_be_visible()
    await tab_to(page, job.name)
    await keys.press("Enter")
    desk = Desk(Person(admin, ada.context, page, ada.watch, ada.url), job)
    await desk.expect_counts(unlabeled=120)
    paths = await desk.paths()

    # Select three by Space and range, give a label by its key.
    await keys.press("ArrowRight")
    await keys.press("Space")
    await keys.press("Shift+ArrowRight")
    await keys.press("Shift+ArrowRight")
    await expect(page.get_by_text("3 selected")).to_be_visible()
    await keys.press("7")
    await desk.expect_counts(unlabeled=117, labeled=3)
    await gallery.expect_labels(job, {path: ["7"] for path in paths[:3]})

    # Undo it.
    await keys.press("Control+z")
    await desk.expect_counts(unlabeled=120, labeled=0)
    await expect(desk.tile(paths[0])).to_be_visible()

    # All of the page, but for one, with a new label from the Label box.
    await keys.press("Control+a")
    await expect(page.get_by_text("100 selected")).to_be_visible()
    await keys.press("Home")
    await keys.press("Space")
    await expect(page.get_by_text("99 selected")).to_be_visible()
    await keys.press("l")
    await expect(page.get_by_role("combobox", name="Label")).to_be_focused()
    await keys.type("written")
    await keys.press("Enter")
    await desk.expect_counts(unlabeled=21, labeled=99)
    await keys.press("Escape")

    # The next ones in focus, one of them a hard example, and back again.
    await keys.press("f")
    await expect(page.get_by_text("1 of 21")).to_be_visible()
    await keys.press("h")
    await keys.press("1")
    await expect(page.get_by_text("2 of 21")).to_be_visible()
    await keys.press("Backspace")
    await expect(page.get_by_text("1 of 21")).to_be_visible()
    await expect(page.get_by_role("list", name="Labels of this image")).to_contain_text("1")
    await keys.press("g")
    await desk.expect_counts(unlabeled=20)

    # The brush by its label's key twice, and all but one of the page.
    await keys.press("2")
    await keys.press("2")
    await expect(page.get_by_role("button", name="The rest of this page is “2”")).to_be_visible()
    await tab_to(page, "The rest of this page is “2”")
    await keys.press("Enter")
    await desk.expect_counts(unlabeled=0)
    await keys.press("Escape")
    await expect(page.get_by_text("Every image is labeled")).to_be_visible()

    # The labeled ones: a filter, the preview, deleting one.
    await tab_to(page, "Labeled 120")
    await keys.press("Enter")
    await expect(desk.tile(paths[5])).to_be_visible()
    await keys.press("/")
    await keys.type("0005")
    await expect(desk.tiles).to_have_count(1)
    await keys.press("Escape")
    await keys.press("Home")
    await keys.press("Enter")
    await expect(page.get_by_role("dialog")).to_contain_text("1 of 1")
    await keys.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)

    # Every key is told.
    await keys.press("?")
    await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    await keys.press("Escape")

    # The stream of changes ends with the session.
    ada.watch.expected |= {401}
    await tab_to(page, f"Your account: {admin.name}")
    await keys.press("Enter")
    await page.get_by_role("menuitem", name="Sign out").wait_for()
    for _ in range(12):
        if await page.get_by_role("menuitem", name="Sign out").evaluate("(item) => item === document.activeElement"):
            break
        await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()


async def test_a_key_can_be_changed_and_changed_back(people: People, admin: Account, job: Job) -> None:
    desk = await Desk(await people.sign_in(admin), job).open()
    keys = desk.page.keyboard
    await keys.press("?")
    await expect(desk.dialog.get_by_role("button", name="now Ctrl+A")).to_be_visible()
    await desk.dialog.get_by_role("button", name="Change the key of “Select the image”, now Space").click()
    await keys.press("x")
    await expect(desk.dialog.get_by_role("button", name="Change the key of “Select the image”, now X")).to_be_visible()
    await keys.press("Escape")
    await keys.press("ArrowRight")
    await keys.press("x")
    await expect(desk.page.get_by_text("1 selected")).to_be_visible()
    await keys.press("?")
    await desk.dialog.get_by_role("button", name="Reset all keys").click()
    await expect(desk.dialog.get_by_role("button", name="now Space")).to_be_visible()


async def tab_to(page: Page, name: str) -> None:
    """Tab until the focus is on the control of this name: that it can be reached is what is tested."""
    for _ in range(150):
        await page.keyboard.press("Tab")
        found: str = await page.evaluate(
            "() => { const at = document.activeElement;"
            " return at.getAttribute('aria-label') ?? at.textContent.replace(/\\s+/g, ' ').trim(); }"
        )
        if found == name or found.replace(" ", "") == name.replace(" ", ""):
            return
    raise AssertionError(f"the Tab key never reaches {name!r}")
