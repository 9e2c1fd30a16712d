"""The client: one connection pool, one sign-in, and a room for every noun of the gateway API."""

from types import TracebackType
from typing import Literal, Self, TypeVar

import httpx

from labelstream.addresses import DEFAULT_URL, gateway_url, speaks_tls
from labelstream.aio.acceptances import AsyncAcceptances
from labelstream.aio.annotators import AsyncAnnotators
from labelstream.aio.datasets import AsyncDatasets
from labelstream.aio.history import AsyncChanges, AsyncExports
from labelstream.aio.imports import AsyncImports
from labelstream.aio.jobs import AsyncJobs
from labelstream.aio.labeling import AsyncAnnotations, AsyncItems
from labelstream.aio.labels import AsyncLabels
from labelstream.aio.operations import AsyncOperations
from labelstream.aio.people import AsyncAccounts, AsyncAudit, AsyncMailbox
from labelstream.aio.quality import AsyncQuality
from labelstream.aio.sources import AsyncSources
from labelstream.aio.teams import AsyncTeams
from labelstream.aio.transport import AsyncTransport
from labelstream.aio.versions import AsyncVersions
from labelstream.calls import Call, QueryValue
from labelstream.retries import RetryPolicy
from labelstream.tokens import Credentials, Tokens, TokenStore

T = TypeVar("T")


class AsyncClient:
    """The gateway API of one Labelstream.

    Sign in with `token` (a ready access token), `api_key`, `email` and `password`, or a `store` of tokens. Calls that
    were refused with 429 or 503, or whose connection broke, are repeated under one idempotency key as `retries` says.
    Refusals raise ApiError subclasses with `code` and `errors`. Use it as a context manager, or close it. A `url`
    without scheme or host raises InvalidAddress, which is a ValueError.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        token: str | None = None,
        api_key: str | None = None,
        email: str | None = None,
        password: str | None = None,
        store: TokenStore | None = None,
        retries: RetryPolicy | None = None,
        timeout: float = 30.0,
        connections: int = 100,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.url = gateway_url(url)
        self._http = _http(self.url, timeout, connections, transport)
        credentials = Credentials(token=token, api_key=api_key, email=email, password=password, store=store)
        self._transport = AsyncTransport(self._http, credentials, retries or RetryPolicy())
        self.accounts = AsyncAccounts(self._transport)
        self.annotators = AsyncAnnotators(self._transport)
        self.teams = AsyncTeams(self._transport)
        self.audit = AsyncAudit(self._transport)
        self.mailbox = AsyncMailbox(self._transport)
        self.datasets = AsyncDatasets(self._transport)
        self.sources = AsyncSources(self._transport)
        self.versions = AsyncVersions(self._transport)
        self.imports = AsyncImports(self._transport)
        self.jobs = AsyncJobs(self._transport)
        self.labels = AsyncLabels(self._transport)
        self.items = AsyncItems(self._transport)
        self.annotations = AsyncAnnotations(self._transport)
        self.acceptances = AsyncAcceptances(self._transport)
        self.changes = AsyncChanges(self._transport)
        self.exports = AsyncExports(self._transport)
        self.operations = AsyncOperations(self._transport)
        self.quality = AsyncQuality(self._transport)

    async def sign_in(self, email: str, password: str) -> Tokens:
        """Sign in now; from here on the client keeps itself signed in."""
        return await self._transport.sign_in.with_password(email, password)

    async def sign_out(self) -> None:
        """End the session of this client: its tokens are invalid from now on.

        A client that was made with a token, a password or an API key goes on using that.
        """
        await self._transport.sign_out()

    async def call(
        self,
        method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"],
        path: str,
        into: type[T],
        *,
        query: dict[str, QueryValue] | None = None,
        body: object = None,
    ) -> T:
        """Any call of the gateway API by its path below `/api/v1`, with this client's sign-in, retries and errors."""
        return await self._transport.send(Call(method, path, into, query=query or {}, body=body))

    async def aclose(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()


def _http(url: str, timeout: float, connections: int, transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=url,
        timeout=httpx.Timeout(timeout, connect=5.0),
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        headers={"user-agent": "labelstream-python"},
        transport=transport,
        verify=speaks_tls(url),
    )
