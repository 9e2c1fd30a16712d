"""Which texts of a filter find which paths."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from label_service.domain.matching import PathPattern, folded


@pytest.mark.parametrize(
    ("text", "path", "found"),
    [
        ("CAT", "a/cat.png", True),
        ("Cat*", "a/cat.png", True),
        ("A/*", "a/cat.png", True),
        ("at*", "a/cat.png", False),
        ("/c*", "a/cat.png", False),
        ("e\u0301", "\u00c9.png", True),
        ("e", "\u00c9.ng", False),
        ("strasse", "Stra\u00dfe", True),
        ("*", "anything", True),
        ("a*b", "xa*by", True),
    ],
)
def test_prefix_and_contains_follow_one_rule(text: str, path: str, found: bool) -> None:
    assert PathPattern(text).matches(path) is found


@given(st.text())
def test_case_and_form_make_no_difference(text: str) -> None:
    assert folded(text) == folded(unicodedata.normalize("NFD", text)) == folded(unicodedata.normalize("NFC", text))
    assert folded(folded(text)) == folded(text)
