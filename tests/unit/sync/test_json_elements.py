"""A document is split as any JSON parser reads it, and whatever it is, either split or refused."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_service.domain.json_elements import Unreadable, elements

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


def _split(document: bytes, lists: set[str]) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    for name, raw in elements(document, lists):
        found.setdefault(name, [])
        if raw:
            found[name].append(raw)
    return found
