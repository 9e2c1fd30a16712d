"""Letters: what is sent by e-mail, and what became of each. What could not be sent is tried again for a day."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal, NewType, TypeAlias

from labelstream_common.errors import Conflict, NotFound
from team_service.domain.emails import Email
from team_service.domain.members import MemberId

LetterId = NewType("LetterId", str)
MailLanguage: TypeAlias = Literal["en", "zh"]

# After the first attempt at once; together about a day.
WAITS: Final = tuple(timedelta(seconds=each) for each in (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800))
LETTERS_KEPT: Final = timedelta(days=30)


class MailNotConfigured(Conflict):
    code = "mail-not-configured"

    def __init__(self) -> None:
        super().__init__(
            "No mail server is configured, so nothing was sent. An administrator can set LABELSTREAM_SMTP_HOST."
        )


class LetterNotFound(NotFound):
    """Also where there is no mailbox: then nobody may read what is sent."""

    code = "letter-not-found"

    def __init__(self) -> None:
        super().__init__("There is no such letter.")


class MailboxNotThere(NotFound):
    code = "mailbox-not-there"

    def __init__(self) -> None:
        super().__init__("There is no mailbox: e-mails go through a mail server, or none are sent.")


class MailServerAway(Exception):
    """It did not take the letter now; it may later. Nobody is told but by the letter's state."""

    def __init__(self, reason: str = "The mail server does not answer.") -> None:
        super().__init__(reason)


class LetterRefused(Exception):
    """The mail server will never take it, for example because there is no such mailbox."""


class LetterState(StrEnum):
    """`queued` also stands for letters that are tried again."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail in both its forms. It may hold a link that signs somebody in."""

    to: Email
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LetterStatus:
    """What became of a letter, since `at`. `reason` is why it was not sent, or not yet."""

    state: LetterState
    at: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PostedLetter:
    """A letter on its way. `attempts` were made so far; `member_id` is the annotator that it was sent to as one."""

    id: LetterId
    letter: Letter
    status: LetterStatus
    posted_at: datetime
    attempts: int = 0
    member_id: MemberId | None = None

    @classmethod
    def queued(
        cls, letter_id: LetterId, letter: Letter, now: datetime, member_id: MemberId | None = None
    ) -> "PostedLetter":
        return cls(letter_id, letter, LetterStatus(LetterState.QUEUED, now), now, 0, member_id)


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When a letter is tried again after so many attempts; None: it is given up."""
    return now + WAITS[attempts - 1] if attempts <= len(WAITS) else None
