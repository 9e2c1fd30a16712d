"""The public keys that tokens are verified with, as team-service publishes them (JWKS, RFC 7517).

They are fetched on first need, again every five minutes, and at once (though at most every two seconds) when a token
names a key that is not there: so a rotation needs no restart, and a flood of made-up key ids no traffic.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import httpx
import orjson
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from labelstream_common.auth.outgoing import service_client
from labelstream_common.errors import Unavailable
from labelstream_common.telemetry import get_logger

log = get_logger(__name__)

_REFRESH_AFTER = 300.0
_REFETCH_AT_MOST_EVERY = 2.0
_TIMEOUT = 5.0
_MOST_BYTES = 256 * 1024


class KeysUnavailable(Unavailable):
    """No key has been fetched yet, so no token can be judged."""

    code = "keys-unavailable"

    def __init__(self) -> None:
        super().__init__("The keys for verifying access tokens cannot be fetched at the moment.", retry_after=1.0)


class PublicKeys:
    """Keys by their id. `fetch` gives the JWKS document; by default it is read from `url` over HTTP.

    `ca_file`: certificates that sign the server's own (None: the system's).
    """

    def __init__(
        self, url: str, fetch: Callable[[], Awaitable[bytes]] | None = None, *, ca_file: str | None = None
    ) -> None:
        self._url = url
        self._ca_file = ca_file
        self._fetch = fetch or self._fetch_over_http
        self._keys: Mapping[str, OKPKey] = {}
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None
        self.generation = 0

    async def find(self, key_id: str) -> OKPKey | None:
        """The key, or None if the newest document that could be had does not name it.

        Waits for a fetch only when the key is not known. Raises KeysUnavailable if none was ever fetched.
        """
        found = self._keys.get(key_id)
        if found is not None:
            self.refresh_if_old()
            return found
        if time.monotonic() - self._tried_at >= _REFETCH_AT_MOST_EVERY or self._fetching is not None:
            await asyncio.shield(self._refresh())
        if not self._keys:
            raise KeysUnavailable
        return self._keys.get(key_id)

    def refresh_if_old(self) -> None:
        """Begins to fetch in the background when the document is older than five minutes. Does not block."""
        now = time.monotonic()
        if now - self._fetched_at > _REFRESH_AFTER and now - self._tried_at > _REFETCH_AT_MOST_EVERY:
            self._refresh()

    async def ready(self) -> bool:
        """Whether tokens can be verified: keys are there, or can be fetched now."""
        if not self._keys and time.monotonic() - self._tried_at >= _REFETCH_AT_MOST_EVERY:
            await asyncio.shield(self._refresh())
        return bool(self._keys)

    def _refresh(self) -> "asyncio.Task[None]":
        if self._fetching is None:
            self._tried_at = time.monotonic()
            self._fetching = asyncio.create_task(self._load(), name="auth.keys.refresh")
        return self._fetching

    async def _load(self) -> None:
        try:
            keys = parse_keys(await self._fetch())
        except (httpx.HTTPError, OSError, ValueError) as error:
            log.warning("auth.keys.unavailable", url=self._url, error=repr(error))
        else:
            self._fetched_at = time.monotonic()
            if keys.keys() != self._keys.keys():
                self.generation += 1  # what was verified with a key that is gone no longer holds
                log.info("auth.keys.changed", key_ids=sorted(keys))
            self._keys = keys
        finally:
            self._fetching = None

    async def _fetch_over_http(self) -> bytes:
        async with service_client(_TIMEOUT, ca_file=self._ca_file) as client:
            answer = await client.get(self._url, headers={"accept": "application/json"})
            answer.raise_for_status()
            return answer.content


def parse_keys(document: bytes) -> dict[str, OKPKey]:
    """The Ed25519 signing keys of a JWKS document by their `kid`. Other keys are ignored; ValueError if it is none."""
    if len(document) > _MOST_BYTES:
        raise ValueError("the key document is too large")
    content = orjson.loads(document)
    entries = content.get("keys") if isinstance(content, dict) else None
    if entries is None:
        raise ValueError("the key document has no list of keys")
    keys: dict[str, OKPKey] = {}
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, dict) or entry.get("kty") != "OKP" or entry.get("crv") != "Ed25519":
            continue
        if isinstance(entry.get("kid"), str) and entry.get("use", "sig") == "sig":
            public = {name: entry[name] for name in ("kty", "crv", "x", "kid") if name in entry}
            try:
                keys[entry["kid"]] = OKPKey.import_key(public)
            except (JoseError, ValueError):
                continue  # a key that cannot be read verifies nothing; the others still do
    return keys
