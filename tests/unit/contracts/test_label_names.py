"""The table of good and bad label names."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelstream_contracts.label_names import InvalidLabelName, label_name

GOOD = {
    "latin": "cat",
    "digits": "0123456789",
    "hyphen-and-underscore": "night-shift_2",
    "hyphen-first": "-cat",
    "underscore-alone": "_",
    "chinese": "白猫",
    "arabic, right to left": "قطة",
    "hebrew": "חתול",
    "devanagari, vowels are marks": "हिन्दी",
    "thai, tones are marks": "แมวน้ำ",
    "arabic-indic digits": "٤٢",
    "supplementary plane letter": "𠀋",
    "longest": "x" * 1024,
    "longest outside the basic plane": "𠀋" * 1024,
    "persian, letters that do not join": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "bengali, conjunct that is not formed": "\u0995\u09cd\u200c\u09b7",
    "sinhala, conjunct that is formed": "\u0dc1\u0dca\u200d\u0dbb\u0dd3",
    "letter with a mark that has no composed form": "q\u0307",
}

BAD = {
    "empty": "",
    "too long": "x" * 1025,
    "very long": "x" * 1_000_000,
    "space": "black cat",
    "leading space": " cat",
    "newline": "cat\n",
    "tab": "\tcat",
    "nul": "ca\x00t",
    "slash": "animals/cat",
    "dot": "cat.dog",
    "emoji": "🐈",
    "keycap emoji": "1\ufe0f\u20e3",
    "mark without a letter": "\u0301cat",
    "mark after a hyphen": "-\u0301",
    "zero width space": "ca\u200bt",
    "zero width joiner": "ca\u200dt",
    "zero width non-joiner in latin": "ca\u200ct",
    "zero width non-joiner at the end": "\u0645\u06cc\u200c",
    "zero width joiner at the end": "\u0dc1\u0dca\u200d",
    "zero width joiner between arabic letters": "\u0645\u200d\u062e",
    "two joiners": "\u0995\u09cd\u200c\u200c\u09b7",
    "joiner at the beginning": "\u200c\u0645",
    "joiner after a hyphen": "\u0645-\u200c\u062e",
    "mark after a joiner": "\u0dc1\u0dca\u200d\u0dd3",
    "byte order mark": "\ufeffcat",
    "right-to-left override": "\u202ecat",
    "variation selector": "cat\ufe0f",
    "hangul filler": "\u3164",
    "lone surrogate": "\ud800",
    "superscript digit": "m²",
    "fraction": "½",
    "formula": "=1+1",
    "private use": "\ue000",
    "unassigned": "\u0378",
}


@pytest.mark.parametrize("name", GOOD.values(), ids=GOOD.keys())
def test_name_is_taken_as_it_is(name: str) -> None:
    assert label_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("name", BAD.values(), ids=BAD.keys())
def test_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidLabelName):
        label_name(name)


def test_two_spellings_of_one_name_are_one() -> None:
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    assert composed != decomposed
    assert label_name(composed) == label_name(decomposed) == composed


def test_length_is_counted_after_normalisation() -> None:
    assert len(label_name("e\u0301" * 1024)) == 1024


def test_refusal_names_the_character() -> None:
    with pytest.raises(InvalidLabelName, match=r"Character 6 \(' ', U\+0020\)"):
        label_name("black cat")


@given(st.text(max_size=40))
def test_accepted_name_stays_as_it_is(text: str) -> None:
    try:
        name = label_name(text)
    except InvalidLabelName:
        return  # only accepted names matter here
    assert label_name(name) == name
    assert unicodedata.is_normalized("NFC", name)
