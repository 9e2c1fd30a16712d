"""The account on whose behalf a request is made."""

from dataclasses import dataclass
from enum import StrEnum


class AccountRole(StrEnum):
    """What an account is, apart from any job."""

    ADMIN = "admin"
    MEMBER = "member"
    ANNOTATOR = "annotator"


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated account. What it may do in a job is not in its token: see `labelstream_common.access`."""

    account_id: str
    role: AccountRole
    email: str = ""

    @property
    def is_admin(self) -> bool:
        return self.role is AccountRole.ADMIN
