"""Backing services, and services of ours, by TLS: reached with the certificates from the settings, and not without."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pytest
from joserfc.jwk import OKPKey
from pymongo.errors import ServerSelectionTimeoutError
from tests.support.object_stores import ObjectStoreAddress
from tests.support.servers import listening
from tests.support.tls import certificate_in, tls_before

from labelstream_common.auth import KeysUnavailable, PublicKeys, ServiceSignInFailed, ServiceTokens
from labelstream_common.ids import new_id
from labelstream_common.mongo import connect
from labelstream_common.object_storage import ObjectStore, StorageUnavailable, explained


async def test_an_object_store_with_a_certificate_of_ones_own(
    every_object_store: ObjectStoreAddress, tmp_path: Path
) -> None:
    address, certificate = every_object_store, certificate_in(tmp_path)
    server = urlsplit(address.endpoint)
    async with tls_before(str(server.hostname), server.port or 80, certificate) as secured:
        endpoint, keys = f"https://localhost:{secured}", (address.access_key, address.secret_key)
        store = ObjectStore(endpoint, *keys, ca_file=str(certificate.certificate))
        bucket = f"tls-{new_id()}"
        await store.ensure_bucket(bucket)
        await store.put(bucket, "key", b"by TLS")
        assert await store.get(bucket, "key") == b"by TLS"
        assert (await store.presign_get(bucket, "key")).startswith(endpoint)
        store.close()
        stranger = ObjectStore(endpoint, *keys, attempts=0)
        with pytest.raises(StorageUnavailable) as refused:
            await stranger.ping()
        assert "certificate is not trusted" in explained(refused.value)
        stranger.close()


async def test_mongodb_with_a_certificate_of_ones_own(mongodb_url: str, tmp_path: Path) -> None:
    certificate, parts = certificate_in(tmp_path), urlsplit(mongodb_url)
    async with tls_before(str(parts.hostname), parts.port or 27017, certificate) as secured:
        # Direct: the members of the replica set say their own addresses, which speak no TLS.
        user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
        source = "&authSource=admin" if user else ""
        url = f"mongodb://{user}localhost:{secured}/?directConnection=true&serverSelectionTimeoutMS=2000{source}"
        client = connect(url, app_name="tls", ca_file=str(certificate.certificate))
        assert (await client.admin.command("ping"))["ok"] == 1
        await client.close()
        for stranger in (connect(url, app_name="tls"), connect(f"{url}&tls=true", app_name="tls")):
            with pytest.raises(ServerSelectionTimeoutError):
                await stranger.admin.command("ping")
            await stranger.close()


@asynccontextmanager
async def answering(document: bytes) -> AsyncIterator[int]:
    """The port of a server that answers every request with the document."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length or 0))
        told = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(document)
        writer.write(told + document)
        await writer.drain()

    async with listening(answer) as port:
        yield port


async def test_other_services_with_a_certificate_of_ones_own(tmp_path: Path) -> None:
    certificate = certificate_in(tmp_path)
    ca_file, key = str(certificate.certificate), OKPKey.generate_key("Ed25519", parameters={"kid": "one"})
    keys = orjson.dumps({"keys": [key.as_dict(private=False)]})
    async with answering(keys) as plain, tls_before("127.0.0.1", plain, certificate) as secured:
        url = f"https://localhost:{secured}/jwks.json"
        assert await PublicKeys(url, ca_file=ca_file).find("one") is not None
        with pytest.raises(KeysUnavailable):
            await PublicKeys(url).find("one")
    token = orjson.dumps({"access_token": "granted", "expires_in": 3600})
    async with answering(token) as plain, tls_before("127.0.0.1", plain, certificate) as secured:
        url = f"https://localhost:{secured}"
        assert await ServiceTokens(url, "service", "secret", ca_file=ca_file).token() == "granted"
        for stranger in (None, str(tmp_path / "missing.pem")):
            with pytest.raises(ServiceSignInFailed):
                await ServiceTokens(url, "service", "secret", ca_file=stranger).token()
