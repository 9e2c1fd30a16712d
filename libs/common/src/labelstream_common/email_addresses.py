"""The rule for e-mail addresses, shared by every service that takes one: what one accepts, no other refuses later."""

from typing import Final

from email_validator import EmailNotValidError, validate_email

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
        raise InvalidEmailAddress(f"An e-mail address has at most {MAX_CHARACTERS} characters.")
    typed = text.strip()
    suffix = _PUBLIC_SUFFIX if typed.lower().rpartition("@")[2].rpartition(".")[2] in _PRIVATE else ""
    try:
        found = validate_email(typed + suffix, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise InvalidEmailAddress(str(error)) from error
    return found.normalized.lower().removesuffix(suffix)
