"""What may reach a terminal: text in any encoding, and nothing that a terminal takes for a command."""

import codecs
import logging
import os
import re
import sys
from typing import Final, TextIO

_JOINERS: Final = "\u200c\u200d"
"""Letters of Persian and Indic scripts need them, and they move nothing but the letter beside them."""
_PLAIN: Final = {"→": "->", "–": "-", "…": "...", "·": "-", "“": '"', "”": '"'}
_ERRORS: Final = "labelstream"


def visible(text: str) -> str:
    """`text` on one line, with control and format characters written as escapes such as `\\x1b`.

    Keys of a bucket and names may contain any of them; raw, they would move the cursor or turn the text around.
    """
    return text if text.isprintable() else "".join(map(_visible, text))


def printable_json(text: str) -> str:
    """JSON with characters as escapes that a terminal would obey, or that the encoding of stdout does not have."""
    if not text.isprintable():
        text = "".join(each if each.isprintable() else _escaped(each) for each in text)
    return text if speaks_unicode(sys.stdout) else _BEYOND_ASCII.sub(lambda found: _escaped(found[0]), text)


_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]")


def speaks_unicode(stream: TextIO) -> bool:
    return (stream.encoding or "utf-8").lower().startswith("utf")


def accept_any_encoding() -> None:
    """Characters that the terminal's encoding lacks are replaced or written as escapes; nothing fails for them."""
    codecs.register_error(_ERRORS, _replaced)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=_ERRORS)


def silence_libraries() -> None:
    """aiokafka logs each failed attempt; what a person needs to know comes as the error's one sentence."""
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())


def abandon_output() -> None:
    """Whoever read stdout is gone (`| head`). What is still buffered goes nowhere, instead of failing at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _visible(character: str) -> str:
    return character if character.isprintable() or character in _JOINERS else ascii(character)[1:-1]


def _escaped(character: str) -> str:
    """As JSON writes it: `\\u` and four digits, twice beyond the first plane."""
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))


def _replaced(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_PLAIN.get(each) or ascii(each)[1:-1] for each in lacking), error.end
