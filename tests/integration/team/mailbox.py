"""A mail server that keeps what it is given: enough of SMTP (RFC 5321) for one client."""

import asyncio
import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

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
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
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

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mailbox\r\n")
        while line := await reader.readline():
            command = line.split(b" ", 1)[0].strip().upper()
            if command == b"DATA":
                writer.write(b"354 go on\r\n")
                content = await reader.readuntil(b"\r\n.\r\n")
                self.letters.append(message_from_bytes(content[:-5], policy=default))
                writer.write(b"250 kept\r\n")
            elif command == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            elif command == b"MAIL" and self.refuse:
                writer.write(b"451 not now\r\n")
            elif command == b"RCPT" and any(each.encode() in line for each in self.never):
                writer.write(b"550 5.1.1 no such mailbox\r\n")
            else:
                writer.write(b"250 ok\r\n")
            await writer.drain()
        writer.close()


def text_of(letter: EmailMessage, form: str = "plain") -> str:
    part = letter.get_body((form,))
    assert part is not None
    return str(part.get_content())
