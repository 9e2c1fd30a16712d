"""What a password must be like. How it is stored is the business of an adapter."""

from labelstream_common.errors import Invalid

SHORTEST = 8
# argon2 takes any length; a limit keeps a request from making the server hash megabytes.
LONGEST = 1024


class WeakPassword(Invalid):
    code = "weak-password"


class WrongPassword(Invalid):
    """Not 401: the caller is signed in, and signing in again would not help."""

    code = "wrong-password"

    def __init__(self) -> None:
        super().__init__("This is not the present password.", pointer="/current_password")


def check_password(password: str, *, email: str, pointer: str = "/password") -> None:
    """Length is what counts (NIST SP 800-63B, 3.1.1.2); composition is left to the person. Raises WeakPassword."""
    if len(password) < SHORTEST:
        raise WeakPassword(f"A password has at least {SHORTEST} characters.", pointer=pointer)
    if len(password) > LONGEST:
        raise WeakPassword(f"A password has at most {LONGEST:,} characters.", pointer=pointer)
    if password.strip().lower() == email:
        raise WeakPassword("A password is not the e-mail address.", pointer=pointer)
