"""Files of this computer for a dataset on another object store than the platform's."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import expect
from tests.e2e.conftest import Door
from tests.e2e.console.gallery import Gallery, png
from tests.e2e.console.people import Person
from tests.support.tls import port_before

from labelstream import AsyncClient


@asynccontextmanager
async def dataset_elsewhere(door: Door, client: AsyncClient, gallery: Gallery, host: str) -> AsyncIterator[str]:
    """A dataset on a source of that name, which is the platform's store by another port."""
    bucket = f"e2e-{secrets.token_hex(4)}"
    await gallery.put(bucket, {"first.png": png(20, 20)})
    store = door.status["s3"]
    address = urlsplit(store["endpoint"])
    async with port_before(str(address.hostname), address.port or 80, local=door.source_port):
        source = await client.sources.create(
            f"Archive at {host}",
            endpoint=f"http://{host}:{door.source_port}",
            access_key=store["access_key"],
            secret_key=store["secret_key"],
            buckets=[bucket],
        )
        dataset = await client.datasets.create("Elsewhere", bucket=bucket, source_id=source.id)
        await client.operations.wait(await client.datasets.synchronize(dataset.id))
        yield dataset.id


async def send(person: Person, dataset_id: str, file: Path) -> None:
    await asyncio.to_thread(file.write_bytes, png(20, 20, (9, 90, 40)))
    await person.go(f"/datasets/{dataset_id}")
    await person.page.get_by_role("button", name="Add data").click()
    await person.page.get_by_role("menuitem", name="Add data").click()
    dialog = person.page.get_by_role("dialog")
    await dialog.locator('input[type="file"]').first.set_input_files(file)
    await dialog.get_by_role("button", name="OK").click()


async def test_files_are_sent_to_another_store_that_the_operator_allows(
    ada: Person, gallery: Gallery, door: Door, client: AsyncClient, tmp_path: Path
) -> None:
    async with dataset_elsewhere(door, client, gallery, "127.0.0.1") as dataset_id:
        ada.watch.stores.add(f"127.0.0.1:{door.source_port}")
        await send(ada, dataset_id, tmp_path / "new.png")
        await expect(ada.page.get_by_text("Done: 1 image found", exact=True)).to_be_visible()
        assert sorted([sample.path async for sample in client.datasets.samples(dataset_id)]) == ["first.png", "new.png"]


async def test_where_the_page_may_not_send_files_it_says_what_to_do_instead(
    ada: Person, gallery: Gallery, door: Door, client: AsyncClient, tmp_path: Path
) -> None:
    async with dataset_elsewhere(door, client, gallery, "localhost") as dataset_id:
        store = f"http://localhost:{door.source_port}"
        ada.watch.forbidden.add(store)
        await send(ada, dataset_id, tmp_path / "new.png")
        dialog = ada.page.get_by_role("dialog")
        await expect(dialog.get_by_text(f"Files cannot be sent from this page to {store}", exact=False)).to_be_visible()
        await expect(dialog.get_by_text("LABELSTREAM_UPLOAD_ORIGINS", exact=False)).to_be_visible()
        command = f"labelstream import DIR --dataset {dataset_id}"
        await expect(dialog.get_by_text(command, exact=True)).to_be_visible()
        await ada.page.screenshot(path=tmp_path / "forbidden.png")
        assert [sample.path async for sample in client.datasets.samples(dataset_id)] == ["first.png"]
