"""Loopback ports: chosen once, kept in the data directory, reused while they are free.

They are chosen below the range that the kernel hands to outgoing connections. Inside that range a client which keeps
reconnecting to a stopped server can be given the server's own port, and then talks to itself.
"""

import random
import socket
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from labelstream_local.directory import DataDirectory, read_json, write_json

_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
_LOWEST = 20_000


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False  # it is taken, or reserved for somebody else
        return True


def choose(taken: Iterable[int] = ()) -> int:
    """A free port that is not in `taken`. It is not reserved: another program may be faster."""
    taken = set(taken)
    highest = _first_ephemeral() - 1
    if highest - _LOWEST < 1_000:
        highest = 32_000
    while True:
        port = random.randint(_LOWEST, highest)  # noqa: S311 - no secret
        if port not in taken and is_free(port):
            return port


def _first_ephemeral() -> int:
    try:
        return int(_EPHEMERAL.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 32_768  # not Linux, or hidden in a container: Linux's usual value


class Ports:
    """The named ports of one data directory."""

    def __init__(self, directory: DataDirectory) -> None:
        self._file = directory.ports_file
        self._ports: dict[str, int] = {name: int(port) for name, port in read_json(self._file).items()}

    def get(self, name: str) -> int:
        """The port that was claimed last under this name. Raises KeyError before the first claim."""
        return self._ports[name]

    def known(self, name: str) -> int | None:
        return self._ports.get(name)

    def claim(self, name: str) -> int:
        """The same port as last time if nobody else has it now, else a new one."""
        port = self._ports.get(name)
        if port is None or not is_free(port):
            port = self._ports[name] = choose(self._ports.values())
            write_json(self._file, self._ports)
        return port
