"""How much of a COCO document is held at a time, at the limits and above them."""

from typing import Any

import orjson
import pytest

from sync_service.adapters.spooled_sort import SpooledSort
from sync_service.domain import coco
from sync_service.domain.import_entries import Found
from sync_service.domain.imports import Rejection


def entries_of(document: dict[str, Any]) -> list[Found | Rejection]:
    return list(coco.images_of(orjson.dumps(document), "bucket", SpooledSort))


def with_categories(named: int) -> dict[str, Any]:
    """A document of 300 categories; the annotations of its second image name some of them, each twice."""
    return {
        "images": [{"id": 1, "file_name": "a.png"}, {"id": 2, "file_name": "b.png"}],
        "annotations": [{"image_id": 2, "category_id": number % named} for number in range(2 * named)],
        "categories": [{"id": number, "name": f"label-{number}"} for number in range(300)],
    }


def test_an_image_may_have_annotations_of_two_hundred_categories() -> None:
    first, second = entries_of(with_categories(200))
    assert isinstance(first, Found)
    assert isinstance(second, Found)
    assert not first.labels
    assert {label.name for label in second.labels} == {f"label-{number}" for number in range(200)}
    first, second = entries_of(with_categories(201))
    assert isinstance(first, Found)
    assert second == Rejection("b.png", None, "Image 2 has annotations of more than 200 categories.")


def test_of_the_categories_of_an_image_no_more_are_held_than_it_takes_to_refuse_it() -> None:
    found = coco._Annotations(1)
    for place in range(1_000):
        found.add(place, f"unknown {place}" * 1_000, place if place % 2 else None)
    assert len(found._places) == 201
    assert len(found.of_image(1, "a.png")) < 300


def padded(size: int, category_id: int) -> dict[str, Any]:
    """A category of so many bytes."""
    category = {"id": category_id, "name": "", "more": ""}
    return category | {"more": "x" * (size - len(orjson.dumps(category)))}


def test_the_categories_of_a_document_may_have_sixteen_megabytes() -> None:
    document = with_categories(1)
    document["categories"] = [{"id": 0, "name": "cat"}]
    rest = 16_000_000 - len(orjson.dumps(document["categories"][0]))
    document["categories"] += [padded(800_000, 1)] * 19 + [padded(rest - 19 * 800_000, 2)]
    assert [type(each) for each in entries_of(document)] == [Found, Found]
    document["categories"][-1]["more"] += "x"
    with pytest.raises(coco.NotCoco, match="Its categories have more than 16,000,000 bytes"):
        entries_of(document)
