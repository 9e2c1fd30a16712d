"""A page ends when it reaches 4 MB."""

import json
from collections.abc import Iterator

from labelstream_common.http import PAGE_BYTES, encoded_page


def views(count: int, size: int, taken: list[int]) -> Iterator[dict[str, str]]:
    for number in range(count):
        taken.append(number)
        yield {"id": str(number), "text": "x" * size}


def test_a_page_that_fits_is_whole_and_keeps_its_cursor() -> None:
    page = json.loads(bytes(encoded_page(views(10, 100, []), str, "next").body))
    assert (len(page["items"]), page["next_cursor"]) == (10, "next")


def test_a_page_ends_at_four_megabytes_and_goes_on_where_it_ended() -> None:
    taken: list[int] = []
    answer = encoded_page(views(1_000, 100_000, taken), lambda count: f"after {count}", None)
    page = json.loads(bytes(answer.body))
    assert len(answer.body) < PAGE_BYTES + 1_000
    assert (len(page["items"]), page["next_cursor"]) == (39, "after 39")
    assert len(taken) == 40  # the others were not even made


def test_one_row_is_always_given() -> None:
    page = json.loads(bytes(encoded_page(views(2, PAGE_BYTES * 2, []), lambda count: f"after {count}", None).body))
    assert (len(page["items"]), page["next_cursor"]) == (1, "after 1")
