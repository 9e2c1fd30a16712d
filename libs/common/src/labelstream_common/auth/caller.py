"""The account on whose behalf a request is made."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

API_KEY_PREFIX: Final = "lsk."
"""How every API key begins: `lsk.<id>.<random>`."""


class AccountRole(StrEnum):
    """What an account is, apart from any job."""

    ADMIN = "admin"
    MEMBER = "member"
    ANNOTATOR = "annotator"


class KeyScope(StrEnum):
    """What the tokens of an API key may do. `label` and `manage` include `read`."""

    READ = "read"
    LABEL = "label"
    MANAGE = "manage"


@dataclass(frozen=True, slots=True)
class KeyLimits:
    """What an API key may do of what its account may.

    `job_ids` None is every job. A key for certain jobs has no account rights: its caller's role is `annotator`, and
    `of_admin` says that the account is an administrator's, which counts in those jobs.
    """

    scopes: frozenset[KeyScope] = frozenset(KeyScope)
    job_ids: frozenset[str] | None = None
    of_admin: bool = False

    def allows(self, scope: KeyScope) -> bool:
        return scope in self.scopes or (scope is KeyScope.READ and bool(self.scopes))

    def reaches(self, job_id: str) -> bool:
        return self.job_ids is None or job_id in self.job_ids


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated account. What it may do in a job is not in its token: see `labelstream_common.access`.

    `credential` is the session or API key that the token was issued for, `epoch` the account's at that time. `key` is
    set for tokens of API keys.
    """

    account_id: str
    role: AccountRole
    email: str = ""
    epoch: int = 0
    credential: str = ""
    key: KeyLimits | None = None

    @property
    def is_admin(self) -> bool:
        return self.role is AccountRole.ADMIN

    @property
    def is_limited_to_jobs(self) -> bool:
        return self.key is not None and self.key.job_ids is not None

    def allows(self, scope: KeyScope) -> bool:
        """Whether the token may be used in this way; always true for a session's."""
        return self.key is None or self.key.allows(scope)

    def reaches(self, job_id: str) -> bool:
        """Whether the token may be used for a job, whatever the account may do there."""
        return self.key is None or self.key.reaches(job_id)
