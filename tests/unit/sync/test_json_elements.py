"""A document is split as any JSON parser reads it, and whatever it is, either split or refused."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_service.domain.json_elements import MAX_ELEMENT_BYTES, TOO_LARGE, Unreadable, elements

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner), max_leaves=8
)
OBJECTS = st.dictionaries(st.sampled_from(("a", "b", "c", "other")), VALUES)


@given(OBJECTS, st.booleans())
def test_the_elements_of_lists_are_those_that_a_parser_reads(value: dict[str, Any], indented: bool) -> None:
    document = json.dumps(value, indent=2 if indented else None, ensure_ascii=indented).encode()
    wanted = {name: each for name, each in value.items() if isinstance(each, list)}
    lists = {name: [json.loads(raw) for raw in some] for name, some in _split(document, set(wanted)).items()}
    assert lists == wanted


@given(st.binary(max_size=60) | OBJECTS.map(lambda value: json.dumps(value).encode()[:-1]))
def test_what_is_no_json_object_is_split_or_refused(document: bytes) -> None:
    with suppress(Unreadable):  # refused, which is as good
        _split(document, {"a"})


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"[]",
        b"{",
        b'{"a":[1}',
        b'{"a":[1,]}',
        b'{"a":[1 2]}',
        b'{"a":1}',
        b'{"a":[]} x',
        b"{1:2}",
        b'{"a":[1],}',
        b'{"a":["x',
    ],
)
def test_what_is_broken_outside_of_elements_is_refused(document: bytes) -> None:
    with pytest.raises(Unreadable):
        _split(document, {"a"})


def test_a_document_that_is_nested_without_an_end_is_refused_at_once() -> None:
    for document in (b'{"x":' + b"[" * 1_000_000, b'{"a":[' + b'{"b":' * 500_000, b'{"a":["' + b"\\" * 1_000_000):
        with pytest.raises(Unreadable):
            _split(document, {"a"})


def test_an_element_above_a_megabyte_is_passed_over_and_not_held() -> None:
    large = {"path": "x" * 1_500_000, "more": [{"n": number, "escaped": '\\"' * 10} for number in range(50_000)]}
    value = {"other": [large, {"deep": [large]}], "a": [1, large, "\\" * 2_000_000, {"b": 2}], "text": "y" * 3_000_000}
    document = json.dumps(value).encode()
    assert _split(document, {"a"}) == {"a": [b"1", TOO_LARGE, TOO_LARGE, b'{"b": 2}']}


def test_an_element_of_a_megabyte_is_given() -> None:
    largest = json.dumps("x" * (MAX_ELEMENT_BYTES - 2)).encode()
    assert len(largest) == MAX_ELEMENT_BYTES
    for end in (b"]}", b"]}" + b" " * 10):
        assert _split(b'{"a":[' + largest + end, {"a"}) == {"a": [largest]}
    larger = json.dumps("x" * (MAX_ELEMENT_BYTES - 1)).encode()
    assert _split(b'{"a":[' + larger + b"]}", {"a"}) == {"a": [TOO_LARGE]}


@pytest.mark.parametrize(
    "document",
    [
        b'{"a":[' + b"1" * 2_000_000 + b"]}",
        b'{"' + b"n" * 2_000_000 + b'":1}',
        b'{"other":[' + b"[" * 20 + b'"' + b"x" * 2_000_000 + b'"' + b"]" * 20 + b"]}",
        b'{"other":"' + b"x" * 2_000_000,
        b'{"other":["' + b"x" * 2_000_000 + b'"}}',
    ],
)
def test_what_is_large_and_broken_or_no_text_is_refused(document: bytes) -> None:
    with pytest.raises(Unreadable):
        _split(document, {"a"})


def _split(document: bytes, lists: set[str]) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    for name, raw in elements(document, lists):
        found.setdefault(name, [])
        if raw:
            found[name].append(raw)
    return found
