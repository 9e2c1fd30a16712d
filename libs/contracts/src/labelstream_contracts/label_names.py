"""The rule for label names, shared by every service that takes one.

A name is 1 to 1,024 characters: letters and digits of any script, `-` and `_`, compared in Unicode normal form C
(https://www.unicode.org/reports/tr15/). Scripts such as Devanagari and Thai write vowels and tones as combining marks;
a mark therefore belongs to the letter before it. What nobody can see (variation selectors, fillers) is refused,
because two names that look alike would then be two labels. The joiners U+200C and U+200D are allowed between letters
whose script needs them there, as in Persian or Sinhala: RFC 5892, appendix A.1 and A.2.
"""

import unicodedata
from functools import lru_cache
from typing import Final

from idna.core import valid_contextj

MAX_CHARACTERS: Final = 1024

_PUNCTUATION: Final = frozenset("-_")
_JOINERS: Final = frozenset("\u200c\u200d")
# Default-ignorable code points whose category is a letter or a combining mark (DerivedCoreProperties.txt).
_INVISIBLE: Final = frozenset(
    [
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180F, 0x3164, 0xFFA0),
        *range(0x180B, 0x180E),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    ]
)


class InvalidLabelName(ValueError):
    """A text that cannot be a label's name; its message is a sentence for the person who typed it."""


def label_name(text: str) -> str:
    """`text` in normal form C, as it is stored and compared; a name comes back unchanged. Raises `InvalidLabelName`."""
    if not text:
        raise InvalidLabelName("A label name must have at least one character.")
    # Normal form C makes one character of four at most; what is longer need not be normalised to be refused.
    if len(text) > 4 * MAX_CHARACTERS:
        raise InvalidLabelName(_too_long(len(text)))
    name = unicodedata.normalize("NFC", text)
    if len(name) > MAX_CHARACTERS:
        raise InvalidLabelName(_too_long(len(name)))
    _check_characters(name)
    return name


@lru_cache(maxsize=65_536)
def _is_plain(character: str) -> bool:
    """Whether the character may stand anywhere: most names have no other, and need not be read one by one."""
    if character.isalpha() or character.isdecimal():
        return ord(character) not in _INVISIBLE
    return character in _PUNCTUATION


def _check_characters(name: str) -> None:
    if all(map(_is_plain, set(name))):
        return
    bearer = False  # whether a combining mark may follow
    for place, character in enumerate(name, start=1):
        if character.isalpha() or character.isdecimal():
            allowed = bearer = ord(character) not in _INVISIBLE
        elif character in _PUNCTUATION:
            allowed, bearer = True, False
        elif character in _JOINERS:
            allowed, bearer = bearer and _joins(name, place - 1), False
        else:
            allowed = bearer and _combines(character)
        if not allowed:
            raise InvalidLabelName(
                f"Character {place} ({_shown(character)}) is not allowed: "
                "a label name can contain only letters and digits of any script, '-' and '_'."
            )


def _combines(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Mc"} and ord(character) not in _INVISIBLE


def _joins(name: str, place: int) -> bool:
    return name[place + 1 : place + 2].isalpha() and valid_contextj(
        name[max(0, place - 64) : place + 64], min(place, 64)
    )


def _shown(character: str) -> str:
    code = f"U+{ord(character):04X}"
    return f"'{character}', {code}" if character.isprintable() and not unicodedata.combining(character) else code


def _too_long(length: int) -> str:
    return f"A label name has at most {MAX_CHARACTERS:,} characters; this one has {length:,}."
