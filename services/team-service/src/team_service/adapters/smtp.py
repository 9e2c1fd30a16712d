"""E-mail through an SMTP server."""

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Literal

import aiosmtplib

from labelstream_common.clock import Clock
from labelstream_common.telemetry import get_logger
from team_service.application.ports import Letter
from team_service.domain.mail import MailNotConfigured, MailServerAway

log = get_logger(__name__)

_TIMEOUT = 15.0


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
    """Without a server it is there, and says that it is not configured."""

    def __init__(self, server: SmtpServer | None, clock: Clock) -> None:
        self._server = server
        self._clock = clock

    @property
    def configured(self) -> bool:
        return self._server is not None

    async def send(self, letter: Letter) -> None:
        server = self._server
        if server is None:
            raise MailNotConfigured
        try:
            await aiosmtplib.send(
                self._message(letter, server),
                hostname=server.host,
                port=server.port,
                username=server.username,
                password=server.password,
                use_tls=server.security == "tls",
                start_tls={"starttls": None, "tls": False, "none": False}[server.security],
                timeout=_TIMEOUT,
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            log.warning("mail.letter.refused", host=server.host, error=type(error).__name__)
            raise MailServerAway from error

    def _message(self, letter: Letter, server: SmtpServer) -> EmailMessage:
        message = EmailMessage()
        message["From"] = Address("Labelstream", addr_spec=server.sender)
        message["To"] = Address(addr_spec=letter.to)
        message["Subject"] = " ".join(letter.subject.split())
        message["Date"] = self._clock.now()
        message["Message-ID"] = make_msgid(domain=server.sender.rpartition("@")[2])
        message.set_content(letter.text)
        return message
