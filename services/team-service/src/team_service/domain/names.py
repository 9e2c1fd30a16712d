"""What people and teams may be called."""

import unicodedata

from labelstream_common.errors import Invalid
from labelstream_common.scripts import hides_something, mixes_scripts
from labelstream_contracts import names

LONGEST_PERSON = 128
LONGEST_TEAM = 64
LONGEST_DESCRIPTION = 256


class InvalidName(Invalid):
    code = "invalid-name"


def person_name(text: str) -> str:
    """A person's name: 1 to 128 visible characters, in normal form C, each word in one alphabet, so
    that nobody looks like somebody else. Raises InvalidName.
    """
    name = _name(text, LONGEST_PERSON)
    if mixes_scripts(name):
        raise InvalidName("A word of this name has letters of different alphabets that look alike.", pointer="/name")
    return name


def team_name(text: str) -> str:
    """A team's name: 1 to 64 visible characters, in normal form C. Raises InvalidName."""
    return _name(text, LONGEST_TEAM)


def description(text: str) -> str:
    """A description: at most 256 characters; lines may break. Raises InvalidName."""
    found = unicodedata.normalize("NFC", text).strip()
    if len(found) > LONGEST_DESCRIPTION:
        raise InvalidName(f"A description can have at most {LONGEST_DESCRIPTION} characters.", pointer="/description")
    if any(_controls(character) and character not in "\n\t" for character in found):
        raise InvalidName("A description cannot contain control characters.", pointer="/description")
    return found


def _name(text: str, longest: int) -> str:
    try:
        found = names.one_line_name(text, longest)
    except names.InvalidName as error:
        raise InvalidName(str(error), pointer="/name") from error
    if hides_something(found):
        raise InvalidName("A name cannot contain invisible characters.", pointer="/name")
    return found


def _controls(character: str) -> bool:
    # Cc: control, Cs: half a surrogate pair, Zl and Zp: breaks of lines and paragraphs.
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
