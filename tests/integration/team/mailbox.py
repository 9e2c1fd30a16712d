"""A mail server that keeps what it is given: enough of SMTP (RFC 5321) for one client."""

import asyncio
import re
from email import message_from_bytes
from email.message import Message
from email.policy import default


class Mailbox:
    """Listens on 127.0.0.1; `refuse` makes it turn every letter away."""

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.refuse = False
        self.port = 0
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    def link_to(self, address: str, path: str) -> str:
        """The token of the newest link under `path` that was sent to `address`."""
        letter = next(letter for letter in reversed(self.letters) if letter["To"] == address)
        found = re.search(rf"/{path}/([\w-]+)", letter.get_content())  # type: ignore[attr-defined]  # an EmailMessage
        assert found is not None
        return found.group(1)

    def to(self, address: str) -> str:
        """The text of the newest letter to `address`."""
        letter = next(letter for letter in reversed(self.letters) if letter["To"] == address)
        return str(letter.get_content())  # type: ignore[attr-defined]  # an EmailMessage

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
            else:
                writer.write(b"250 ok\r\n")
            await writer.drain()
        writer.close()
