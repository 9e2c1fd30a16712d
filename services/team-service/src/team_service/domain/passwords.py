"""What a password must be like. How it is stored is the business of an adapter."""

import unicodedata
from collections.abc import Container

from labelstream_common.errors import Invalid

SHORTEST = 10
MOST_COMMON = 10_000
# argon2 takes any length; a limit keeps a request from making the server hash megabytes.
LONGEST = 1024


class WeakPassword(Invalid):
    code = "weak-password"


class WrongPassword(Invalid):
    """Not 401: the caller is signed in, and signing in again would not help."""

    code = "wrong-password"

    def __init__(self) -> None:
        super().__init__("The current password is wrong.", pointer="/current_password")


def prepared(password: str) -> str:
    """The password as it is compared: RFC 8265, OpaqueString. Two keyboards may type one password differently.

    Spaces of every kind become the ASCII space, and the text gets Unicode normal form C.
    """
    spaced = "".join(" " if unicodedata.category(character) == "Zs" else character for character in password)
    return unicodedata.normalize("NFC", spaced)


def check_password(password: str, *, email: str, common: Container[str], pointer: str = "/password") -> None:
    """Length is what counts (NIST SP 800-63B, 3.1.1.2); composition is left to the person.

    `common` are the passwords that are guessed first, in lower case. Raises WeakPassword.
    """
    if len(password) < SHORTEST:
        raise WeakPassword(f"The password must have at least {SHORTEST} characters.", pointer=pointer)
    if len(password) > LONGEST:
        raise WeakPassword(f"The password can have at most {LONGEST:,} characters.", pointer=pointer)
    if password.strip().lower() in (email, email.partition("@")[0]):
        raise WeakPassword("The password must not be the e-mail address.", pointer=pointer)
    if password.strip().lower() in common:
        raise WeakPassword(f"This is one of the {MOST_COMMON:,} most common passwords.", pointer=pointer)
