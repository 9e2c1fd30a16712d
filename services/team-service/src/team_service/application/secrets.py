"""New secrets: 256 random bits as text that is safe in a URL."""

import secrets

_BYTES = 32


def new_secret() -> str:
    return secrets.token_urlsafe(_BYTES)
