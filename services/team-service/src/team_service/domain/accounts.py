"""Accounts: who can sign in, and what they are on the platform as a whole."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from labelstream_common.errors import Conflict, NotFound
from team_service.domain.emails import Email

AccountId = NewType("AccountId", str)


class AccountRole(StrEnum):
    """`admin` may do everything, `member` creates datasets and jobs, `annotator` works in jobs it was added to."""

    ADMIN = "admin"
    MEMBER = "member"
    ANNOTATOR = "annotator"


class AccountNotFound(NotFound):
    code = "account-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such account.")


class EmailTaken(Conflict):
    code = "email-taken"

    def __init__(self) -> None:
        super().__init__("There is already an account with this e-mail address.", pointer="/email")


class LastAdministrator(Conflict):
    """Without an administrator nobody could make one again."""

    code = "last-administrator"

    def __init__(self) -> None:
        super().__init__("This is the last administrator who can sign in. Make another one first.")


@dataclass(frozen=True, slots=True)
class Account:
    id: AccountId
    email: Email
    name: str
    role: AccountRole
    created_at: datetime
    disabled: bool = False
    version: int = 1
    password_hash: str | None = field(default=None, repr=False)

    @property
    def administers(self) -> bool:
        return self.role is AccountRole.ADMIN and not self.disabled

    def changed(
        self,
        *,
        email: Email | None = None,
        name: str | None = None,
        role: AccountRole | None = None,
        disabled: bool | None = None,
    ) -> "Account":
        """The account with what is given; the same one, of the same version, if that changes nothing."""
        after = replace(
            self,
            email=self.email if email is None else email,
            name=self.name if name is None else name,
            role=self.role if role is None else role,
            disabled=self.disabled if disabled is None else disabled,
        )
        return self if after == self else replace(after, version=self.version + 1)

    def with_password(self, password_hash: str) -> "Account":
        """A password is no part of what others follow, so the version stays."""
        return replace(self, password_hash=password_hash)


def check_administrators(before: Account, after: Account, others: int) -> None:
    """`others`: administrators who can sign in besides this one. Raises LastAdministrator."""
    if before.administers and not after.administers and others == 0:
        raise LastAdministrator
