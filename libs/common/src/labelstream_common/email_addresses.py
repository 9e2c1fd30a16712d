"""The rule for e-mail addresses, shared by every service that takes one: what one accepts, no other refuses later."""

from typing import Final

from email_validator import EmailNotValidError, validate_email

from labelstream_common.scripts import imitates_latin, mixes_scripts

MAX_CHARACTERS: Final = 254

# Names inside a company's own network or on one machine. The validator knows the public network only, so they are
# shown to it below a name of that.
_PRIVATE: Final = frozenset({"local", "localhost", "test"})
_PUBLIC_SUFFIX: Final = ".example"


class InvalidEmailAddress(ValueError):
    """A text that is no e-mail address; its message is a sentence for the person who typed it."""


def email_address(text: str) -> str:
    """`text` in lower case and normal form C, as it is stored and compared; no name server is asked.

    Raises `InvalidEmailAddress`. An address that came from here comes back unchanged.
    """
    if len(text) > MAX_CHARACTERS:
        raise InvalidEmailAddress(f"An e-mail address can have at most {MAX_CHARACTERS} characters.")
    typed = text.strip()
    suffix = _PUBLIC_SUFFIX if typed.lower().rpartition("@")[2].rpartition(".")[2] in _PRIVATE else ""
    try:
        found = validate_email(typed + suffix, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise InvalidEmailAddress(str(error)) from error
    address = found.normalized.lower().removesuffix(suffix)
    if looks_like_another(address):
        raise InvalidEmailAddress(
            "This e-mail address has letters of different alphabets that look alike. Type it on one keyboard."
        )
    return address


def looks_like_another(address: str) -> bool:
    """Whether somebody could take `address` for another one: mixed scripts, or letters that imitate Latin ones."""
    local, _, domain = address.rpartition("@")
    return any(mixes_scripts(part) or imitates_latin(part) for part in (local, *domain.split(".")))
