"""Letters of different scripts that look the same: `аdmin` with a Cyrillic а is not `admin`.

The rule is the level "highly restrictive" of Unicode Technical Standard 39 (5.2): a word is written in one script, or
in a mixture that is usual in Chinese, Japanese or Korean. A script is the first word of a letter's Unicode name.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_WORDS: Final = re.compile(r"[^\W\d_]+")
_USUAL_TOGETHER: Final = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)
# Letters of other scripts that nobody can tell from Latin ones (UTS 39, confusables).
_LIKE_LATIN: Final = frozenset("авеёкмнорстухіїјѕһԁԛԝәӏүгп" + "αγικνορτυχωϲϳ")
_OTHERS: Final = frozenset({"CYRILLIC", "GREEK"})


def mixes_scripts(text: str) -> bool:
    """Whether a word of `text` is written in scripts that do not belong together."""
    return any(_is_mixture(_scripts(word)) for word in _WORDS.findall(text))


def imitates_latin(text: str) -> bool:
    """Whether all letters of `text` are Cyrillic or Greek ones that look like Latin ones: `сосо`, but not `мишка`."""
    letters = [letter for word in _WORDS.findall(text) for letter in word.lower()]
    return bool(letters) and all(letter in _LIKE_LATIN for letter in letters) and set(_scripts(letters)) <= _OTHERS


def hides_something(text: str) -> bool:
    """Whether `text` has characters that are not seen or change the direction of what is."""
    joiners = "\u200c\u200d"  # languages of India and Iran need them
    return any(unicodedata.category(character) == "Cf" and character not in joiners for character in text)


def _scripts(letters: str | list[str]) -> Iterator[str]:
    for letter in letters:
        yield unicodedata.name(letter, "UNKNOWN").partition(" ")[0].partition("-")[0]


def _is_mixture(scripts: Iterator[str]) -> bool:
    found = {script for script in scripts if script not in ("MODIFIER", "COMBINING", "FULLWIDTH", "HALFWIDTH")}
    return len(found) > 1 and not any(found <= usual for usual in _USUAL_TOGETHER)
