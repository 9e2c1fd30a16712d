"""Accounts: who can sign in, and what they are on the platform as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
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


# Access tokens live 60 minutes; clocks may differ by some.
REMEMBERED_ENDED = timedelta(minutes=65)
MOST_ENDED = 200


class AccountNotFound(NotFound):
    code = "account-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such account.")


class EmailTaken(Conflict):
    code = "email-taken"

    def __init__(self) -> None:
        super().__init__(
            "There is already an account with this e-mail address, or somebody was added by it.", pointer="/email"
        )


class LastAdministrator(Conflict):
    """Without an administrator nobody could make one again."""

    code = "last-administrator"

    def __init__(self) -> None:
        super().__init__("This is the last administrator who can sign in. Make someone else an administrator first.")


@dataclass(frozen=True, slots=True)
class EndedCredential:
    """A session or an API key that has ended, kept until its last access token has expired."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """Access tokens of an earlier `epoch`, and those of an ended credential, are invalid everywhere."""

    id: AccountId
    email: Email
    name: str
    role: AccountRole
    created_at: datetime
    disabled: bool = False
    version: int = 1
    password_hash: str | None = field(default=None, repr=False)
    epoch: int = 0
    ended: tuple[EndedCredential, ...] = ()

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
        """The account with what is given; the same one, of the same version, if that changes nothing.

        Disabling also ends its access tokens, so that enabling it again brings none of them back.
        """
        after = replace(
            self,
            email=self.email if email is None else email,
            name=self.name if name is None else name,
            role=self.role if role is None else role,
            disabled=self.disabled if disabled is None else disabled,
        )
        if after == self:
            return self
        if after.disabled and not self.disabled:
            after = replace(after, epoch=self.epoch + 1, ended=())
        return replace(after, version=self.version + 1)

    def with_password(self, password_hash: str) -> "Account":
        """The account with another password. Every access token ends."""
        return replace(self, password_hash=password_hash).with_tokens_ended()

    def with_tokens_ended(self) -> "Account":
        """Every access token that was issued until now becomes invalid."""
        return replace(self, epoch=self.epoch + 1, ended=(), version=self.version + 1)

    def moved_to(self, email: Email, ended: Sequence[str], now: datetime) -> "Account":
        """The account at another address, with the access tokens of those sessions ended, one version on."""
        after = self
        for credential in ended:
            after = after.with_credential_ended(credential, now)
        return replace(after, email=email, version=self.version + 1)

    def with_credential_ended(self, credential: str, now: datetime) -> "Account":
        """The access tokens of one session or API key become invalid; if very many ended lately, all of them do."""
        recent = tuple(each for each in self.ended if each.at > now - REMEMBERED_ENDED and each.id != credential)
        if len(recent) >= MOST_ENDED:
            return self.with_tokens_ended()
        return replace(self, ended=(*recent, EndedCredential(credential, now)), version=self.version + 1)


def check_administrators(before: Account, after: Account, others: int) -> None:
    """`others`: administrators who can sign in besides this one. Raises LastAdministrator."""
    if before.administers and not after.administers and others == 0:
        raise LastAdministrator
