"""E-mail addresses in the one form in which they are stored and compared."""

from typing import NewType

from email_validator import EmailNotValidError, validate_email

from labelstream_common.errors import Invalid

Email = NewType("Email", str)

LONGEST = 254

# Names inside a company's own network or on one machine. The validator knows the public network only, so they are
# shown to it below a name of that.
_PRIVATE = frozenset({"local", "localhost", "test"})
_PUBLIC_SUFFIX = ".example"


class InvalidEmail(Invalid):
    code = "invalid-email"


def normalised(text: str) -> Email:
    """The address in lower case and normal form C. Raises InvalidEmail. No name server is asked."""
    if len(text) > LONGEST:
        raise InvalidEmail(f"An e-mail address has at most {LONGEST} characters.", pointer="/email")
    typed = text.strip()
    suffix = _PUBLIC_SUFFIX if typed.lower().rpartition("@")[2].rpartition(".")[2] in _PRIVATE else ""
    try:
        found = validate_email(typed + suffix, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise InvalidEmail(str(error), pointer="/email") from error
    return Email(found.normalized.lower().removesuffix(suffix))
