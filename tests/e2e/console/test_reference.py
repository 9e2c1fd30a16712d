"""The API reference: every call is there, and can be tried by whoever is signed in, or with an access token."""

import json
from typing import Any

from playwright.async_api import Locator, Page, expect
from tests.e2e.console.gallery import Gallery
from tests.e2e.console.people import Account, People
from tests.e2e.console.soundness import axe

from labelstream import AsyncClient

_PATIENCE_MS = 60_000
"""Swagger UI reads the whole document before it shows a call: seconds, and more on a busy machine."""


def call(page: Page, operation_id: str) -> Locator:
    return page.locator(f"[id$=-{operation_id}].opblock")


async def tried(page: Page, operation_id: str, *, body: dict[str, Any] | None = None, **fields: str) -> tuple[int, Any]:
    """Opens a call, fills in what is given, executes it; the status and the answer that the page shows."""
    block = call(page, operation_id)
    await block.locator(".opblock-summary-control").click()
    for name, value in fields.items():
        await block.get_by_placeholder(name, exact=True).fill(value)
    if body is not None:
        await block.locator("textarea.body-param__text").fill(json.dumps(body))
    await block.get_by_role("button", name="Execute").click()
    answer = block.locator(".live-responses-table")
    status = int(await answer.locator("tbody td.response-col_status").first.inner_text())
    return status, json.loads(await answer.locator(".highlight-code pre").first.inner_text())


async def test_every_call_is_in_the_reference_with_its_example(people: People, client: AsyncClient) -> None:
    anybody = await people.stranger()
    await anybody.go("/api/v1/docs")
    await expect(anybody.page.get_by_role("status")).to_contain_text("You are not signed in")
    reply = await anybody.context.request.get(f"{anybody.url}/api/v1/openapi.json")
    document = await reply.json()
    wanted = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    await expect(anybody.page.locator(".opblock")).to_have_count(len(wanted))
    for operation_id in wanted:
        await expect(call(anybody.page, operation_id)).to_have_count(1)
    await call(anybody.page, "annotate").locator(".opblock-summary-control").click()
    await expect(call(anybody.page, "annotate").locator("textarea.body-param__text")).to_contain_text("sample_ids")


async def test_a_signed_in_person_reads_and_changes_without_a_token(
    people: People, admin: Account, gallery: Gallery, shared_digits: tuple[str, str]
) -> None:
    ada = await people.sign_in(admin)
    await ada.go("/api/v1/docs")
    await expect(ada.page.get_by_role("status")).to_contain_text("You are signed in")
    status, me = await tried(ada.page, "get_me")
    assert (status, me["email"]) == (200, admin.email)
    dataset_id, _ = shared_digits
    body = {"name": "Made in the reference", "dataset_id": dataset_id, "type": "image_classification"}
    status, job = await tried(ada.page, "create_job", body=body)
    assert (status, job["name"]) == (201, "Made in the reference")
    assert (await gallery.client.jobs.get(job["id"])).name == job["name"]
    status, found = await tried(ada.page, "get_job", job_id=job["id"])
    assert (status, found["id"]) == (200, job["id"])


async def test_an_access_token_works_where_nobody_is_signed_in(people: People, admin: Account) -> None:
    anybody = await people.stranger()
    anybody.watch.expected.add(401)
    await anybody.go("/api/v1/docs")
    status, problem = await tried(anybody.page, "get_me")
    assert (status, problem["code"]) == (401, "token-missing")
    login = {"email": admin.email, "password": admin.password}
    status, tokens = await tried(anybody.page, "login", body=login)
    assert status == 200
    await anybody.page.locator(".auth-wrapper .authorize").first.click()
    dialog = anybody.page.locator(".modal-ux")
    await dialog.locator("input[type=text]").first.fill(tokens["access_token"])
    await dialog.locator("button.modal-btn.authorize").first.click()
    await dialog.locator(".btn-done").first.click()
    await call(anybody.page, "get_me").get_by_role("button", name="Execute").click()
    answer = call(anybody.page, "get_me").locator(".live-responses-table")
    await expect(answer.locator("tbody td.response-col_status").first).to_contain_text("200")
    await expect(answer).to_contain_text(admin.email)
    status, created = await tried(anybody.page, "add_team", body={"name": "By token"})
    assert (status, created["name"]) == (201, "By token")


async def test_the_consoles_pages_load_nothing_of_the_reference(people: People, admin: Account) -> None:
    ada = await people.sign_in(admin)
    await ada.go("/")
    await expect(ada.page.get_by_role("heading", name="Label Data")).to_be_visible()
    assert not [each.url for each in ada.watch.bodies if "/assets/reference" in each.url]


async def test_the_reference_is_accessible(people: People) -> None:
    """Of one tag, which has calls of every kind: all others are made of the same parts."""
    anybody = await people.stranger()
    await anybody.go("/api/v1/docs")
    await anybody.page.locator(".operation-filter-input").fill("annotations")
    await expect(anybody.page.locator(".opblock-tag-section")).to_have_count(1)
    await call(anybody.page, "annotate").locator(".opblock-summary-control").click()
    body = call(anybody.page, "annotate").locator("textarea.body-param__text")
    await expect(body).to_be_visible(timeout=_PATIENCE_MS)
    for theme in ("light", "dark"):
        await anybody.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        faults = await axe(anybody.page)
        assert not faults, f"{theme}: " + "\n".join(faults)
