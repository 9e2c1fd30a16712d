"""A certificate of one's own, and TLS in front of a server that speaks none."""

import asyncio
import contextlib
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.support.servers import listening


class Certificate(NamedTuple):
    """PEM files of a certificate for this machine that signs itself."""

    certificate: Path
    key: Path


def certificate_in(folder: Path) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "labelstream tests")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    found = Certificate(folder / "certificate.pem", folder / "key.pem")
    found.certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    found.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return found


@asynccontextmanager
async def tls_before(host: str, port: int, certificate: Certificate) -> AsyncIterator[int]:
    """The local port at which TLS is spoken on behalf of that server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)

    async with port_before(host, port, tls=context) as local:
        yield local


@asynccontextmanager
async def port_before(host: str, port: int, *, local: int = 0, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The local port (any if it is 0) at which that server can be reached as well."""

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection(host, port)
        await asyncio.gather(_copy(reader, inner_writer), _copy(inner_reader, writer))

    async with listening(pass_on, port=local, tls=tls) as reached:
        yield reached


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        with contextlib.suppress(OSError):  # one side hung up: so does the other
            while piece := await reader.read(65_536):
                writer.write(piece)
                await writer.drain()
    finally:
        with contextlib.suppress(OSError, RuntimeError):  # it is closed already, or its loop is
            writer.close()
