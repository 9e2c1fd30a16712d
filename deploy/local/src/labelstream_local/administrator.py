"""The first administrator: given by the environment, or made at the first start and shown once."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import replace

from labelstream_local import credentials as kept
from labelstream_local.credentials import Credentials
from labelstream_local.directory import DataDirectory

EMAIL, PASSWORD = "LABELSTREAM_ADMIN_EMAIL", "LABELSTREAM_ADMIN_PASSWORD"
_DEFAULT_EMAIL = "admin@labelstream.local"


def decide(directory: DataDirectory, credentials: Credentials) -> Credentials:
    """The credentials with an administrator: decided at the first start, the same ever after.

    A password that the environment gives is used and never written down; what is missing is made up.
    """
    if credentials.admin_email:
        return credentials
    given = os.environ.get(PASSWORD)
    decided = replace(
        credentials,
        admin_email=os.environ.get(EMAIL) or _DEFAULT_EMAIL,
        admin_password="" if given else secrets.token_urlsafe(12),
        admin_shown=bool(given),
    )
    kept.save(directory, decided)
    return decided


def remember_shown(directory: DataDirectory, credentials: Credentials) -> None:
    kept.save(directory, replace(credentials, admin_shown=True))


def environment(credentials: Credentials) -> Mapping[str, str]:
    """What team-service reads: the person's own environment comes before what was kept."""
    password = os.environ.get(PASSWORD) or credentials.admin_password
    if not password:
        return {}
    return {EMAIL: os.environ.get(EMAIL) or credentials.admin_email, PASSWORD: password}
