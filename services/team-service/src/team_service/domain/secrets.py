"""Secrets that the platform makes itself: 256 random bits, known only to who was given them, stored as a digest.

A digest without salt and stretching is enough here: nobody can guess 256 random bits.
"""

import hashlib
import hmac
from typing import NewType

Digest = NewType("Digest", str)


def digest(secret: str) -> Digest:
    """What is stored in place of `secret`. Any text has one, so that a wrong secret is simply not found."""
    return Digest(hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest())


def same(left: Digest, right: Digest) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(left, right)
