"""Search boxes while one types: slowly, in the middle of a word, and with an input method."""

import re
import secrets
from urllib.parse import quote

import pytest
from playwright.async_api import expect
from tests.e2e.console.gallery import Job
from tests.e2e.console.people import Person

# Longer than it takes until what is typed is in the address.
PAUSE = 400

# As an input method does it: the box has the new text before the page is told, and must have it afterwards.
COMPOSED = """
async (box, text) => {
  if (box.value === "") box.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true, data: "" }));
  box.dispatchEvent(new CompositionEvent("compositionupdate", { bubbles: true, data: text }));
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(box, text);
  box.dispatchEvent(new InputEvent("input", { bubbles: true, data: text, isComposing: true }));
  await new Promise(requestAnimationFrame);
  return box.value;
}
"""
ENDED = """
async (box, text) => {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(box, text);
  box.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true, data: text }));
  box.dispatchEvent(new InputEvent("input", { bubbles: true, data: text, inputType: "insertText" }));
  await new Promise(requestAnimationFrame);
  return box.value;
}
"""


@pytest.mark.parametrize("page", ["jobs", "labels"])
async def test_the_caret_stays_and_an_input_method_is_not_disturbed(ada: Person, job: Job, page: str) -> None:
    name = {"jobs": "Search by name", "labels": "Search labels"}[page]
    await ada.go({"jobs": "/", "labels": f"/jobs/{job.id}/labels"}[page])
    box = ada.page.get_by_role("searchbox", name=name)
    sought = secrets.token_hex(3)
    await box.press_sequentially(sought)
    await ada.page.wait_for_timeout(PAUSE)
    await expect(ada.page).to_have_url(re.compile(sought))
    await box.press("Home")
    for letter in "xyz":
        await box.press(letter)
        await ada.page.wait_for_timeout(PAUSE)
    await expect(box).to_have_value(f"xyz{sought}")

    await box.fill("")
    for written in ("n", "ni", "nih", "niha", "nihao"):
        assert await box.evaluate(COMPOSED, written) == written
        await ada.page.wait_for_timeout(PAUSE)
    assert await box.evaluate(ENDED, "你好") == "你好"
    await expect(ada.page).to_have_url(re.compile(quote("你好")))
    await ada.page.reload()
    await expect(box).to_have_value("你好")


async def test_every_letter_is_kept_however_fast_one_types(ada: Person, job: Job) -> None:
    await ada.go("/")
    box = ada.page.get_by_role("searchbox", name="Search by name")
    await box.press_sequentially("the quick brown fox jumps", delay=5)
    await expect(box).to_have_value("the quick brown fox jumps")
    await box.fill(job.name)
    await expect(ada.page.get_by_role("row")).to_have_count(2)
