"""The rule for names of people, teams, jobs and datasets, shared by every service that takes one.

A name is one line that people can see. Characters without a shape of their own are refused: control characters, breaks
of lines, and format characters, of which some turn the text around them (U+202E) or hide in it. The joiners U+200C and
U+200D are allowed between other characters, since scripts such as Persian need them.
"""

import unicodedata
from typing import Final

_REFUSED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS: Final = frozenset("\u200c\u200d")


class InvalidName(ValueError):
    """A text that cannot be a name; its message is a sentence for the person who typed it."""


def one_line_name(text: str, longest: int) -> str:
    """`text` without surrounding space, in Unicode normal form C. Raises InvalidName."""
    # Normal form C makes one character of four at most; what is longer need not be normalised to be refused.
    if len(text) > 4 * longest + 1_000:
        raise InvalidName(f"A name must have 1 to {longest} characters; this one has {len(text):,}.")
    name = unicodedata.normalize("NFC", text.strip())
    if not 1 <= len(name) <= longest:
        raise InvalidName(f"A name must have 1 to {longest} characters; this one has {len(name):,}.")
    for place, character in enumerate(name):
        if character in _JOINERS and 0 < place < len(name) - 1:
            continue
        if unicodedata.category(character) in _REFUSED:
            raise InvalidName(f"A name cannot contain invisible characters such as U+{ord(character):04X}.")
    return name
