"""What the command line remembers between runs: servers, and the tokens of each, readable by their owner only.

One JSON file, 0600, in the platform's configuration folder; replaced in one step, so that no reader meets half of it.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NotRequired, TypedDict

import msgspec
from platformdirs import user_config_path

from labelstream.errors import LabelstreamError
from labelstream.tokens import Tokens

_LOCK_SECONDS = 30


class BrokenProfiles(LabelstreamError):
    """The file of credentials cannot be read."""

    code = "broken-credentials"


class BrokerArguments(TypedDict):
    bootstrap_servers: str
    security_protocol: str | None
    sasl_mechanism: str | None
    username: str | None
    password: str | None
    ca_file: NotRequired[str | None]


class Broker(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Kafka: where it is and how to sign in there, as `subscribe` takes it."""

    bootstrap_servers: str
    security_protocol: str | None = None
    sasl_mechanism: str | None = None
    username: str | None = None
    password: str | None = None
    ca_file: str | None = None

    def arguments(self) -> BrokerArguments:
        return BrokerArguments(
            bootstrap_servers=self.bootstrap_servers,
            security_protocol=self.security_protocol,
            sasl_mechanism=self.sasl_mechanism,
            username=self.username,
            password=self.password,
            ca_file=self.ca_file,
        )


class Server(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One Labelstream: who is signed in there, and where its Kafka is."""

    email: str | None = None
    tokens: Tokens | None = None
    api_key: str | None = None
    broker: Broker | None = None


class _Content(msgspec.Struct, kw_only=True):
    current: str | None = None
    servers: dict[str, Server] = {}


class Profiles:
    """The file of credentials. `folder` defaults to the platform's own."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or user_config_path("labelstream")
        self.path = self._folder / "credentials.json"

    def current(self) -> str | None:
        """The URL that was signed in to last."""
        return self._read().current

    def server(self, url: str) -> Server:
        return self._read().servers.get(url) or Server()

    def remember(self, url: str, server: Server) -> None:
        """Keep a server and make it the current one."""
        with self.locked():
            content = self._read()
            content.servers[url] = server
            content.current = url
            self._write(content)

    def forget(self, url: str) -> None:
        """Keep nothing of a server."""
        with self.locked():
            content = self._read()
            content.servers.pop(url, None)
            if content.current == url:
                content.current = None
            self._write(content)

    def store_tokens(self, url: str, tokens: Tokens | None) -> None:
        """Replace a server's tokens, or keep none; the caller holds `locked()`."""
        content = self._read()
        content.servers[url] = msgspec.structs.replace(content.servers.get(url) or Server(), tokens=tokens)
        self._write(content)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Exclusive among processes; for use around reading, renewing and writing. May be entered again."""
        from filelock import FileLock  # noqa: PLC0415  # slow to import, and most commands renew nothing

        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(self._folder / "credentials.lock", timeout=_LOCK_SECONDS, mode=0o600, is_singleton=True):
            yield

    def _read(self) -> _Content:
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=_Content)
        except FileNotFoundError:
            return _Content()  # nobody has signed in yet
        except (OSError, msgspec.DecodeError) as error:
            raise BrokenProfiles(f"{self.path} cannot be read ({error}). Delete it and sign in again.") from error

    def _write(self, content: _Content) -> None:
        fresh = self.path.with_name(f".credentials.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(content), indent=2))
        fresh.replace(self.path)


class ServerTokens:
    """The TokenStore of one server in the file of credentials."""

    def __init__(self, profiles: Profiles, url: str) -> None:
        self._profiles = profiles
        self._url = url
        self.locked = profiles.locked

    def read(self) -> Tokens | None:
        return self._profiles.server(self._url).tokens

    def write(self, tokens: Tokens) -> None:
        self._profiles.store_tokens(self._url, tokens)

    def forget(self) -> None:
        if self.read() is not None:
            self._profiles.store_tokens(self._url, None)
