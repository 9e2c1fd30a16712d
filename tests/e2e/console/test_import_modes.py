"""Every way of *Add data* by mouse: each import mode with its filters, preview, cancel, another store, own files."""

import io
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa  # type: ignore[import-untyped]  # it ships no types
import pyarrow.parquet as pq  # type: ignore[import-untyped]  # it ships no types
import pytest
from playwright.async_api import Request, expect
from tests.e2e.conftest import Door
from tests.e2e.console.desk import Desk
from tests.e2e.console.gallery import Gallery, png
from tests.e2e.console.people import Person
from tests.support.tls import port_before

from labelstream import AsyncClient

LABELS = {"1": ["cat"], "2": ["cat", "dog"], "3": ["dog"], "4": ["bird"]}
HARD = ("1", "4")
IN_FOLDERS = {"cat/1": ["cat"], "dog/3": ["dog"], "bird/4": ["bird"]}
Files = Mapping[str, bytes]
MANY = 400_000


@dataclass(frozen=True)
class Mode:
    """An import mode as the console calls it, and data for it. `labels` are those that its images get, by path."""

    name: str
    path: str
    labels: Mapping[str, list[str]]
    files: Callable[[str], Files]
    is_file: bool = True
    knows_hard: bool = True


PICTURES = {f"pics/{name}.png": labels for name, labels in LABELS.items()}


def manifest(bucket: str) -> Files:
    kind = "modelarts/image_classification"
    lines = [
        {
            "source": f"s3://{bucket}/pics/{name}.png",
            "hard": name in HARD,
            "annotation": [{"name": label, "type": kind} for label in labels],
        }
        for name, labels in LABELS.items()
    ]
    return {"labels.manifest": "\n".join(json.dumps(line) for line in lines).encode()}


def csv(_: str) -> Files:
    rows = [f"pics/{name}.png,{'|'.join(labels)},{str(name in HARD).lower()}" for name, labels in LABELS.items()]
    return {"labels.csv": "\n".join(["path,labels,hard", *rows, "pics/missing.png,cat,"]).encode()}


def parquet(_: str) -> Files:
    columns = {"path": [*PICTURES], "labels": [*LABELS.values()], "hard": [name in HARD for name in LABELS]}
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return {"labels.parquet": out.getvalue()}


def coco(_: str) -> Files:
    kinds = ["cat", "dog", "bird"]
    document = {
        "images": [{"id": int(name), "file_name": f"pics/{name}.png"} for name in LABELS],
        "annotations": [
            {"image_id": int(name), "category_id": kinds.index(label)}
            for name, labels in LABELS.items()
            for label in labels
        ],
        "categories": [{"id": number, "name": name} for number, name in enumerate(kinds)],
    }
    return {"labels.json": json.dumps(document).encode()}


def texts(_: str) -> Files:
    return {f"pics/{name}.txt": "\n".join(labels).encode() for name, labels in LABELS.items()}


def nothing(_: str) -> Files:
    return {}


SIDES = {"cat/1": "train/cat/1", "dog/3": "val/dog/3", "bird/4": "test/bird/4"}
MODES = [
    Mode("Text files", "pics/", PICTURES, texts, is_file=False, knows_hard=False),
    Mode("Manifest", "labels.manifest", PICTURES, manifest),
    Mode("CSV", "labels.csv", PICTURES, csv),
    Mode("Parquet", "labels.parquet", PICTURES, parquet),
    Mode("COCO", "labels.json", PICTURES, coco, knows_hard=False),
    Mode(
        *("YOLO classification", "yolo/", {f"yolo/{SIDES[path]}.png": labels for path, labels in IN_FOLDERS.items()}),
        *(nothing, False, False),
    ),
    Mode(
        *("Directory names", "dirs/", {f"dirs/{path}.png": labels for path, labels in IN_FOLDERS.items()}),
        *(nothing, False, False),
    ),
]


class Adding:
    """*Add data* of a labeling job, open in front of a person."""

    def __init__(self, desk: Desk, pictures: Path) -> None:
        self._desk = desk
        self._pictures = pictures
        self.dialog = desk.dialog

    async def open(self) -> "Adding":
        await self._desk.button("Add data").click()
        await self._desk.page.get_by_role("menuitem", name="Add data").click()
        return self

    async def choose(self, mode: Mode, bucket: str) -> None:
        await self.dialog.get_by_label("Data source").select_option("manifest" if mode.is_file else "bucket")
        await self.dialog.get_by_label("Import mode").select_option(label=mode.name)
        await self.dialog.get_by_label("Import path").fill(f"{bucket}/{mode.path}")

    async def filter(self, include: str = "", exclude: str = "", *, hard: bool = False) -> None:
        """Opens the filters if they are closed."""
        if not await self.dialog.get_by_label("Include labels").is_visible():
            await self.dialog.get_by_text("Filters", exact=True).click()
        await self.dialog.get_by_label("Include labels").fill(include)
        await self.dialog.get_by_label("Exclude labels").fill(exclude)
        await self.dialog.get_by_label("Only hard examples").set_checked(hard)

    async def previews(self, found: int, *, imported: int) -> None:
        await self.dialog.get_by_role("button", name="Preview").click()
        await self._ended(f"Preview, Done: {_images(found)} found", imported)

    async def imports(self, found: int, *, imported: int) -> None:
        await self.dialog.get_by_role("button", name="OK").click()
        await self._ended(f"Done: {_images(found)} found", imported)
        await expect(self.dialog.get_by_text("The images are in the dataset.", exact=False)).to_be_visible()

    async def _ended(self, words: str, imported: int) -> None:
        await expect(self.dialog.get_by_text(words, exact=True)).to_be_visible()
        number = self.dialog.get_by_role("term").filter(has_text="Imported").locator("xpath=../dd")
        await expect(number).to_have_text(str(imported))

    async def photograph(self, name: str) -> None:
        await self._desk.page.screenshot(path=self._pictures / f"{name}.png")

    async def close(self) -> None:
        await self.dialog.get_by_role("button", name="Close").last.click()
        await expect(self.dialog).to_have_count(0)


def _images(count: int) -> str:
    return "1 image" if count == 1 else f"{count} images"


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name)
async def test_a_mode_is_previewed_filtered_and_imported(
    ada: Person, gallery: Gallery, tmp_path: Path, mode: Mode
) -> None:
    dataset_id, own = await gallery.dataset(mode.name, {"first.png": png(20, 20)})
    job = await gallery.job(dataset_id, f"{mode.name} {secrets.token_hex(3)}", [], own)
    bucket = f"e2e-{secrets.token_hex(4)}"
    images = {path: png(20, 20, (30 * number, 90, 40)) for number, path in enumerate(mode.labels)}
    await gallery.put(bucket, {**images, **mode.files(bucket)})
    unfit = 1 if mode.name == "CSV" else 0
    desk = await Desk(ada, job).open(status="all")
    adding = await Adding(desk, tmp_path).open()
    await adding.choose(mode, bucket)
    await expect(adding.dialog.get_by_label("Labeling status")).to_have_value("labeled")
    await adding.previews(len(images) + unfit, imported=len(images))
    await adding.photograph("previewed")
    await desk.expect_counts(all=1)

    await adding.filter("cat, dog", "dog")
    await adding.previews(1 + unfit, imported=1)
    await adding.imports(1 + unfit, imported=1)
    await adding.photograph("filtered")
    await adding.close()
    only_cat = {path: labels for path, labels in mode.labels.items() if labels == ["cat"]}
    await desk.expect_counts(all=2, labeled=1)
    await gallery.expect_labels(job, only_cat)

    if mode.knows_hard:
        await adding.open()
        await adding.choose(mode, bucket)
        await adding.filter(hard=True)
        await adding.previews(2, imported=1)
        await adding.imports(2, imported=1)
        await adding.photograph("hard")
        await adding.close()
        await desk.expect_counts(all=3, labeled=2)
        await gallery.expect_labels(job, {**only_cat, "pics/4.png": ["bird"]})

    await adding.open()
    await adding.choose(mode, bucket)
    await adding.imports(len(images) + unfit, imported=len(images) - (2 if mode.knows_hard else 1))
    await adding.close()
    await desk.expect_counts(all=1 + len(images), labeled=len(images))
    await gallery.expect_labels(job, mode.labels)


async def test_a_long_import_is_cancelled(ada: Person, gallery: Gallery, tmp_path: Path) -> None:
    dataset_id, own = await gallery.dataset("Long", {"first.png": png(20, 20)})
    job = await gallery.job(dataset_id, f"Long {secrets.token_hex(3)}", [], own)
    bucket = f"e2e-{secrets.token_hex(4)}"
    rows = (f"nowhere/{number:07}.png,cat" for number in range(MANY))
    await gallery.put(bucket, {"labels.csv": "\n".join(["path,labels", *rows]).encode()})
    desk = await Desk(ada, job).open(status="all")
    adding = await Adding(desk, tmp_path).open()
    await adding.choose(replace(MODES[2], path="labels.csv"), bucket)
    await adding.dialog.get_by_role("button", name="OK").click()
    await expect(adding.dialog.get_by_text("Working:", exact=False)).to_be_visible()
    await adding.photograph("working")
    await adding.dialog.get_by_role("button", name="Cancel").click()
    await expect(adding.dialog.get_by_text("Cancelled:", exact=False)).to_be_visible()
    await adding.photograph("cancelled")
    await adding.close()
    await desk.button("Add data").click()
    await desk.page.get_by_role("menuitem", name="View historical records").click()
    record = desk.dialog.get_by_role("listitem").filter(has_text="CSV")
    await expect(record.get_by_text("Cancelled", exact=True)).to_be_visible()
    await expect(record.get_by_text("second", exact=False)).to_be_visible()
    assert ada.account is not None
    await expect(record.get_by_text(f"by {ada.account.name or ada.account.email}", exact=False)).to_be_visible()
    await adding.photograph("record")


async def test_a_path_may_lie_in_another_object_store(
    ada: Person, gallery: Gallery, door: Door, client: AsyncClient, tmp_path: Path
) -> None:
    dataset_id, own = await gallery.dataset("Elsewhere", {"first.png": png(20, 20)})
    job = await gallery.job(dataset_id, f"Elsewhere {secrets.token_hex(3)}", [], own)
    bucket = f"e2e-{secrets.token_hex(4)}"
    await gallery.put(bucket, {"dirs/cat/1.png": png(20, 20)})
    store = door.status["s3"]
    address = urlsplit(store["endpoint"])
    async with port_before(str(address.hostname), address.port or 80, local=door.source_port) as port:
        other = await client.sources.create(
            "Archive",
            endpoint=f"http://127.0.0.1:{port}",
            access_key=store["access_key"],
            secret_key=store["secret_key"],
            buckets=[bucket],
        )
        desk = await Desk(ada, job).open(status="all")
        adding = await Adding(desk, tmp_path).open()
        await adding.choose(MODES[-1], bucket)
        await adding.dialog.get_by_label("Object store").select_option(label="Archive")
        await adding.photograph("store")
        await adding.previews(1, imported=1)
        await adding.imports(1, imported=1)
        await adding.close()
        await gallery.expect_labels(job, {"dirs/cat/1.png": ["cat"]})
        records = [each async for each in client.imports.list(dataset_id)]
        assert {each.settings.source_id for each in records} == {other.id}
        await desk.button("Add data").click()
        await desk.page.get_by_role("menuitem", name="View historical records").click()
        await expect(desk.dialog.get_by_text("Archive", exact=False).first).to_be_visible()
        await adding.photograph("record")


async def test_a_preview_of_own_files_sends_nothing_and_what_is_not_sent_is_listed(
    ada: Person, gallery: Gallery, door: Door, client: AsyncClient, tmp_path: Path
) -> None:
    dataset_id, own = await gallery.dataset("Own files", {"first.png": png(20, 20)})
    job = await gallery.job(dataset_id, f"Own files {secrets.token_hex(3)}", [], own)
    folder = tmp_path / "own"
    folder.mkdir()
    contents = {"a.png": png(20, 20), "l.csv": b"path,labels\na.png,cat\n", "notes.doc": b"x", "empty.png": b""}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    with (folder / "large.png").open("wb") as large:
        large.truncate(25 * 1024 * 1024 + 1)
    ada.watch.stores.add(urlsplit(door.status["s3"]["endpoint"]).netloc)
    ada.watch.expected.add(422)  # the file that is too large is named by a refusal
    sent: list[Request] = []
    ada.context.on("request", lambda request: sent.append(request) if request.method != "GET" else None)
    desk = await Desk(ada, job).open(status="all")
    adding = await Adding(desk, tmp_path).open()
    dialog = adding.dialog
    await dialog.get_by_label("Import mode").select_option(label="CSV")
    await dialog.locator('input[type="file"]').first.set_input_files(sorted(folder.iterdir()))
    await expect(dialog.get_by_text("3 files chosen")).to_be_visible()
    await expect(dialog.get_by_text("2 files are not sent")).to_be_visible()
    await dialog.get_by_role("button", name="Preview").click()
    await expect(dialog.get_by_text("Would be sent: 2 images and 1 file of labels", exact=False)).to_be_visible()
    await adding.photograph("preview")
    assert not [request.url for request in sent if "uploads" in request.url or "imports" in request.url]

    await dialog.get_by_role("button", name="OK").click()
    await expect(dialog.get_by_text("Done: 1 image found", exact=True)).to_be_visible()
    await expect(dialog.get_by_text("3 files are not sent")).to_be_visible()
    await adding.photograph("sent")
    async with desk.page.expect_download() as downloading:
        await dialog.get_by_role("button", name="Download the list").click()
    await (await downloading.value).save_as(tmp_path / "not-sent.ndjson")
    lines = map(json.loads, (tmp_path / "not-sent.ndjson").read_text().splitlines())
    told = {line["path"]: line["reason"] for line in lines}
    assert told == {
        "empty.png": "It is empty.",
        "large.png": "An image must have 1 to 26,214,400 bytes.",
        "notes.doc": "The file extension is not that of an image or a file of labels.",
    }
    await adding.close()
    await gallery.expect_labels(job, {"a.png": ["cat"]})


async def test_a_file_of_labels_above_the_limit_of_an_image_is_sent_and_read(
    ada: Person, gallery: Gallery, door: Door, tmp_path: Path
) -> None:
    dataset_id, own = await gallery.dataset("Large", {"first.png": png(20, 20)})
    job = await gallery.job(dataset_id, f"Large {secrets.token_hex(3)}", [], own)
    file = tmp_path / "large.csv"
    file.write_text("path,labels,note\n" + f"first.png,cat,{'x' * 900_000}\n" * 30)
    ada.watch.stores.add(urlsplit(door.status["s3"]["endpoint"]).netloc)
    desk = await Desk(ada, job).open(status="all")
    adding = await Adding(desk, tmp_path).open()
    await adding.dialog.get_by_label("Import mode").select_option(label="CSV")
    await adding.dialog.locator('input[type="file"]').first.set_input_files(file)
    await adding.imports(30, imported=1)  # the other lines say the same again
    await adding.close()
    await gallery.expect_labels(job, {"first.png": ["cat"]})
