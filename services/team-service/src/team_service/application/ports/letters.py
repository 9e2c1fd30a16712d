"""E-mails, and the links in them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from labelstream_common.mongo import Page, PageParams
from team_service.application.ports.transactions import Work
from team_service.domain.accounts import AccountId
from team_service.domain.emails import Email
from team_service.domain.links import EmailChange, Invitation, PasswordReset
from team_service.domain.mail import LetterId, LetterStatus, PostedLetter
from team_service.domain.members import MemberId
from team_service.domain.secrets import Digest


class Links(Protocol):
    async def add_invitation(self, invitation: Invitation, work: Work) -> None: ...

    async def invitation(self, token: Digest, work: Work | None = None) -> Invitation:
        """Raises LinkNotFound."""

    async def use_invitations(self, email: Email, now: datetime, work: Work) -> None:
        """Marks every invitation of this address as used."""

    async def add_password_reset(self, reset: PasswordReset, work: Work) -> None: ...

    async def password_reset(self, token: Digest, work: Work | None = None) -> PasswordReset:
        """Raises LinkNotFound."""

    async def add_email_change(self, change: EmailChange, work: Work) -> None: ...

    async def email_change(self, token: Digest, work: Work | None = None) -> EmailChange:
        """Raises LinkNotFound."""

    async def open_email_change(self, account_id: AccountId, now: datetime) -> EmailChange | None:
        """The one that the account has yet to confirm."""

    async def use_email_changes(self, account_id: AccountId, now: datetime, work: Work) -> None:
        """Marks every change of address of this account as used."""

    async def use_password_resets(self, account_id: AccountId, now: datetime, work: Work) -> None:
        """Marks every password reset of this account as used."""


class Letters(Protocol):
    """E-mails on their way, and what became of them."""

    async def add(self, posted: PostedLetter, work: Work) -> None: ...

    async def page(self, wish: PageParams) -> Page[PostedLetter]: ...

    async def get(self, letter_id: LetterId) -> PostedLetter:
        """Raises LetterNotFound."""

    async def latest(self, member_ids: Sequence[MemberId]) -> Mapping[MemberId, LetterStatus]:
        """What became of the last letter to each of these annotators who was written to."""


class Mail(Protocol):
    @property
    def configured(self) -> bool:
        """Whether letters can be sent at all."""

    async def send(self, posted: PostedLetter) -> None:
        """Hands the letter to the mail server. Raises MailServerAway or LetterRefused: then it was not sent."""
