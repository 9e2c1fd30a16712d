"""E-mail through an SMTP server, or into the mailbox where there is none."""

import re
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Final, Literal

import aiosmtplib

from labelstream_common.clock import Clock
from labelstream_common.telemetry import get_logger
from team_service.domain.mail import LetterRefused, MailServerAway, PostedLetter

log = get_logger(__name__)

_TIMEOUT: Final = 15.0
_LONGEST_REASON: Final = 200
_PERMANENT: Final = 500


@dataclass(frozen=True)
class SmtpServer:
    """`security`: `starttls` upgrades where the server can, `tls` begins encrypted, `none` never is."""

    host: str
    port: int
    sender: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    security: Literal["starttls", "tls", "none"] = "starttls"


class SmtpMail:
    configured = True

    def __init__(self, server: SmtpServer, clock: Clock) -> None:
        self._server = server
        self._clock = clock

    async def send(self, posted: PostedLetter) -> None:
        server = self._server
        try:
            await aiosmtplib.send(
                self._message(posted),
                hostname=server.host,
                port=server.port,
                username=server.username,
                password=server.password,
                use_tls=server.security == "tls",
                start_tls={"starttls": None, "tls": False, "none": False}[server.security],
                timeout=_TIMEOUT,
            )
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            log.warning("mail.letter.refused", host=server.host, letter_id=posted.id, error=type(error).__name__)
            raise _told(error) from error

    def _message(self, posted: PostedLetter) -> EmailMessage:
        letter, sender = posted.letter, self._server.sender
        message = EmailMessage()
        message["From"] = Address("Labelstream", addr_spec=sender)
        message["To"] = Address(addr_spec=letter.to)
        message["Subject"] = " ".join(letter.subject.split())
        message["Date"] = self._clock.now()
        # The same each time: who gets a letter twice can tell.
        message["Message-ID"] = f"<{posted.id}@{sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        return message


class MailboxMail:
    """Letters that are sent arrive at once: in the mailbox, where an administrator reads them."""

    configured = True

    async def send(self, posted: PostedLetter) -> None:
        return None


class NoMail:
    configured = False

    async def send(self, posted: PostedLetter) -> None:
        raise MailServerAway("No mail server is configured.")


def _told(error: Exception) -> LetterRefused | MailServerAway:
    """Why a letter was not sent. Of what the server says, its code and words; never what was sent to it."""
    about = error.recipients[0] if isinstance(error, aiosmtplib.SMTPRecipientsRefused) and error.recipients else error
    code, words = getattr(about, "code", None), getattr(about, "message", "")
    if not isinstance(code, int):
        return MailServerAway()
    reason = _visible(f"{code} {words}")
    is_final = code >= _PERMANENT and not isinstance(error, aiosmtplib.SMTPAuthenticationError)
    if is_final and isinstance(
        error, aiosmtplib.SMTPRecipientsRefused | aiosmtplib.SMTPDataError | aiosmtplib.SMTPRecipientRefused
    ):
        return LetterRefused(f"The mail server refused the letter: {reason}")
    return MailServerAway(f"The mail server did not take the letter: {reason}")


def _visible(text: str) -> str:
    return re.sub(r"[^\x20-\x7e]+", " ", text).strip()[:_LONGEST_REASON]
