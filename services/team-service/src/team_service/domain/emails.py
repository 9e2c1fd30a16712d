"""E-mail addresses in the one form in which they are stored and compared."""

from typing import NewType

from email_validator import EmailNotValidError, validate_email

from labelstream_common.errors import Invalid

Email = NewType("Email", str)

LONGEST = 254


class InvalidEmail(Invalid):
    code = "invalid-email"


def normalised(text: str) -> Email:
    """The address in lower case and normal form C. Raises InvalidEmail.

    No name server is asked, and names inside a company's own network (`.local`, `.lan`) are as good as any.
    """
    if len(text) > LONGEST:
        raise InvalidEmail(f"An e-mail address has at most {LONGEST} characters.", pointer="/email")
    try:
        found = validate_email(text.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise InvalidEmail(str(error), pointer="/email") from error
    return Email(found.normalized.lower())
