"""The merged API description, asked from the services when it is first needed and again after a minute."""

import asyncio
import time
from collections.abc import Mapping

import httpx

from labelstream_gateway.edge.openapi import Document, merge
from labelstream_gateway.routing import Target

_FRESH_FOR = 60.0


class ServiceSilent(Exception):
    """A service did not give its description; the text is its name."""


class ApiDescription:
    def __init__(self, clients: Mapping[Target, httpx.AsyncClient], *, version: str) -> None:
        self._clients = clients
        self._version = version
        self._document: Document | None = None
        self._asked_at = 0.0

    async def document(self) -> Document:
        """Raises ServiceSilent."""
        if self._document is None or time.monotonic() - self._asked_at > _FRESH_FOR:
            documents = await asyncio.gather(*(self._ask(target) for target in self._clients))
            named = {target.value: document for target, document in zip(self._clients, documents, strict=True)}
            self._document = merge(named, version=self._version)
            self._asked_at = time.monotonic()
        return self._document

    async def _ask(self, target: Target) -> Document:
        try:
            answer = await self._clients[target].get("/openapi.json")
            answer.raise_for_status()
            document: Document = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ServiceSilent(target.value) from error
        return document
