"""Imports with `text_labels`: empty texts, endings in either case, and texts that are not images."""

from tests.integration.sync.importing import below, counts, finds_nothing_more, imports, labels_of, put, upload
from tests.integration.sync.people import SignIn, image

from labelstream_common.object_storage import ObjectStore


async def test_an_empty_text_is_no_label_and_the_rest_goes_on(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    await put(store, bucket, "t/1.png", "t/2.png", "t/3.png")
    await store.put(bucket, "t/1.txt", b"")
    await store.put(bucket, "t/2.txt", b"\r\n \n")
    await store.put(bucket, "t/3.txt", b"cat")
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    record = await imports(owner, dataset_id, "text_labels", below(bucket, "t/"))
    assert record["counts"] == counts(imported=3)
    assert await labels_of(owner, dataset_id) == {"t/1.png": [], "t/2.png": [], "t/3.png": ["cat"]}


async def test_a_text_is_found_however_its_ending_is_written(somebody: SignIn, bucket: str, store: ObjectStore) -> None:
    await put(store, bucket, "t/1.JPG", "t/2.jpg", "t/3.Png", "t/4.png", "t/5.PNG", "t/none.png")
    for key in ("t/1.TXT", "t/2.TXT", "t/3.txt", "t/4.tXt", "t/5.Txt"):
        await store.put(bucket, key, f"label-{key[2]}".encode())
    await store.put(bucket, "t/alone.TXT", b"cat")
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    record = await imports(owner, dataset_id, "text_labels", below(bucket, "t/"))
    assert record["counts"] == counts(imported=6, rejected=1)
    assert [one["path"] for one in record["rejected"]] == ["t/alone.TXT"]
    found = await labels_of(owner, dataset_id)
    assert {path: labels for path, labels in found.items() if path != "t/none.png"} == {
        path: [f"label-{path[2]}"] for path in found if path != "t/none.png"
    }
    record = await imports(owner, dataset_id, "images", below(bucket, "t/"), labeling_status="labeled")
    assert record["counts"]["rejected"] == 1


async def test_texts_in_capitals_that_were_uploaded_are_imported_once(somebody: SignIn, bucket: str) -> None:
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    await upload(owner, dataset_id, {"in/x.JPG": image("JPEG"), "in/x.TXT": b"cat", "in/y.jpg": image("JPEG")})
    record = await imports(owner, dataset_id, "text_labels", {"kind": "uploads"})
    assert record["counts"] == counts(imported=2)
    assert await labels_of(owner, dataset_id) == {"in/x.JPG": ["cat"], "in/y.jpg": []}
    await finds_nothing_more(owner, dataset_id, "text_labels")


async def test_no_filter_hides_what_cannot_be_accepted(somebody: SignIn, bucket: str, store: ObjectStore) -> None:
    await put(store, bucket, "d/cat/1.png", "d/dog/2.png")
    await store.put(bucket, "d/cat/empty.png", b"")
    await store.put(bucket, "d/cat/drawing.svg", b"<svg/>")
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    record = await imports(owner, dataset_id, "directory_labels", below(bucket, "d/"), include_labels=["cat"])
    assert record["counts"] == counts(imported=1, rejected=2)
    assert record["rejected"] == [
        {"path": "d/cat/drawing.svg", "line": None, "reason": "It is not an accepted image."},
        {"path": "d/cat/empty.png", "line": None, "reason": "It is empty."},
    ]
    hard = await imports(owner, dataset_id, "directory_labels", below(bucket, "d/"), hard_only=True)
    assert hard["counts"] == counts(rejected=2)


async def test_what_ends_an_export_is_passed_over_wherever_it_lies(
    somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    for key in ("_SUCCESS.json", "d/_SUCCESS.json"):
        await store.put(bucket, key, b'{"count": 3}')
    await put(store, bucket, "a.png", "train/cat/1.png")
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    for mode, rejected in (("images", 0), ("text_labels", 0), ("directory_labels", 1), ("yolo", 1), ("coco", 0)):
        record = await imports(owner, dataset_id, mode, below(bucket))
        assert record["counts"]["rejected"] == rejected, (mode, record)
        assert [one["path"] for one in record["rejected"]] == ["a.png"] * rejected
