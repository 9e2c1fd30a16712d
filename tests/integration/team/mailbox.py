"""A mail server (aiosmtpd) that keeps what it is given."""

import asyncio
import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope, Session
from tests.support.waiting import eventually


class Mailbox:
    """Listens on 127.0.0.1; `refuse` makes it turn every letter away for now, `never` an address for good."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refuse = False
        self.never: set[str] = set()
        self.port = 0
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, hostname="mailbox", loop=loop), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def letter_to(self, address: str, *, count: int = 1) -> EmailMessage:
        """The newest letter to `address`, once there are so many."""

        async def arrived() -> EmailMessage:
            letters = [letter for letter in self.letters if letter["To"] == address]
            assert len(letters) >= count
            return letters[-1]

        return await eventually(arrived)

    async def link_to(self, address: str, path: str, *, count: int = 1) -> str:
        """The token of the newest link under `path` that was sent to `address`."""
        found = re.search(rf"/{path}/([\w-]+)", text_of(await self.letter_to(address, count=count)))
        assert found is not None
        return found.group(1)

    async def to(self, address: str, *, count: int = 1) -> str:
        """The text of the newest letter to `address`."""
        return text_of(await self.letter_to(address, count=count))

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, _: list[str]) -> str:  # noqa: N802
        if self.refuse:
            return "451 not now"
        envelope.mail_from = address
        return "250 ok"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, _: list[str]) -> str:  # noqa: N802
        if address in self.never:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        return "250 kept"


def text_of(letter: EmailMessage, form: str = "plain") -> str:
    part = letter.get_body((form,))
    assert part is not None
    return str(part.get_content())
