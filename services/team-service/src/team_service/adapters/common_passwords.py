"""The passwords that are guessed first: the ranked list of zxcvbn, which its authors took from leaks."""

from functools import cache

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from team_service.domain.passwords import MOST_COMMON


@cache
def common_passwords() -> frozenset[str]:
    """The 10,000 most common ones, in lower case."""
    return frozenset(password.lower() for password in FREQUENCY_LISTS["passwords"][:MOST_COMMON])
