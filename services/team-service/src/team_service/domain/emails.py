"""E-mail addresses in the one form in which they are stored and compared."""

from typing import NewType

from labelstream_common.email_addresses import InvalidEmailAddress, email_address
from labelstream_common.errors import Invalid

Email = NewType("Email", str)


class InvalidEmail(Invalid):
    code = "invalid-email"


def normalised(text: str) -> Email:
    """The address in lower case and normal form C. Raises InvalidEmail. No name server is asked."""
    try:
        return Email(email_address(text))
    except InvalidEmailAddress as error:
        raise InvalidEmail(str(error), pointer="/email") from error
