"""Which addresses an object store may have: public ones, and those private ones that an operator has named.

A name is resolved when a connection is made, every address that it has is judged, and the connection goes to exactly
the address that was judged: a name that resolves to something else a moment later changes nothing.

Invalid
└── AddressRefused          the store's name leads to an address that may not be reached
"""

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

from labelstream_common.errors import Invalid

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

# Addresses of IPv4 inside IPv6 (RFC 6052), which translators pass on.
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
_LAST_32_BITS = 0xFFFF_FFFF


class AddressRefused(Invalid):
    """What anybody may read names no host: where a store is, and what its name leads to, is for who entered it."""

    code = "address-refused"
    title = "This address may not be reached"

    def __init__(self, host: str) -> None:
        super().__init__(
            "The object store has an address that may not be reached. An administrator can test its source."
        )
        self.host = host

    @property
    def explained(self) -> str:
        """For whoever entered the address."""
        return (
            f"{self.host!r} leads to a private, local or reserved address. Give a public one, or have the operator "
            "name it in LABELSTREAM_PRIVATE_ENDPOINTS."
        )


@dataclass(frozen=True)
class Reach:
    """`hosts` are names, as `minio.internal` or `minio.internal:9000`; `networks` hold addresses that are allowed."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, named: str) -> "Reach":
        """From names, addresses and networks, separated by commas. Raises ValueError for what is none."""
        hosts: set[str] = set()
        networks: list[Network] = []
        for part in filter(None, (each.strip().lower() for each in named.split(","))):
            try:
                networks.append(ipaddress.ip_network(part))
            except ValueError:
                if "/" in part or "@" in part or not part.rpartition(":")[0 if ":" in part else 2]:
                    raise ValueError(f"{part!r} is not a host, host:port, address or network.") from None
                hosts.add(part)
        return cls(frozenset(hosts), tuple(networks))

    def addresses(self, host: str, port: int) -> Sequence[str]:
        """The addresses of `host`, all of which may be connected to. Blocks.

        Raises AddressRefused if one of them may not, and OSError if the name has none.
        """
        try:
            found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        except UnicodeError as error:  # an empty or overlong part: the name cannot be in DNS
            raise socket.gaierror(socket.EAI_NONAME, str(error)) from error
        if not {host.lower(), f"{host.lower()}:{port}"}.isdisjoint(self.hosts):
            return found
        if not all(self.allows(address) for address in found):
            raise AddressRefused(host)
        return found

    def allows(self, address: str) -> bool:
        """Whether an address, as the resolver spells it, is public or named."""
        try:
            every = _inside(ipaddress.ip_address(address.partition("%")[0]))
        except ValueError:
            return False  # it cannot be judged, so it is not allowed
        return all(_is_public(each) or any(each in network for network in self.networks) for each in every)


def _inside(address: Address) -> Sequence[Address]:
    """The address and those of IPv4 that it carries: each of them is where the packets may end."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    carried = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _TRANSLATED:
        carried.append(ipaddress.IPv4Address(int(address) & _LAST_32_BITS))
    inner = [each for each in carried if each is not None]
    return inner if address.ipv4_mapped or address in _TRANSLATED else [address, *inner]


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def pool_within(reach: Reach, **options: object) -> urllib3.PoolManager:
    """A pool whose connections go to addresses within `reach` only. `options` are urllib3's."""

    def connected(connection: HTTPConnection) -> socket.socket:
        try:
            addresses = reach.addresses(connection.host, connection.port or connection.default_port)
        except socket.gaierror as error:
            raise NameResolutionError(connection.host, connection, error) from error
        failed: OSError | None = None
        for address in addresses:
            try:
                return create_connection(
                    (address, connection.port or connection.default_port),
                    connection.timeout,
                    socket_options=connection.socket_options,
                )
            except OSError as error:
                failed = error
        if isinstance(failed, TimeoutError):
            raise ConnectTimeoutError(connection, f"No address answered in time: {failed}") from failed
        raise NewConnectionError(connection, f"Cannot connect to any address: {failed}") from failed

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return connected(self)

    class Encrypted(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return connected(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    pool = urllib3.PoolManager(**options)  # type: ignore[arg-type]  # urllib3 types each option
    pool.pool_classes_by_scheme = {"http": PlainPool, "https": EncryptedPool}
    return pool
