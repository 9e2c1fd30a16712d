# Generated from labelstream/aio by generate_blocking.py; change it there.
# ruff: noqa
"""The client: one connection pool, one sign-in, and a room for every noun of the gateway API."""

from types import TracebackType
from typing import Literal, Self, TypeVar

import httpx

from labelstream.addresses import DEFAULT_URL, gateway_url, speaks_tls
from labelstream.blocking.acceptances import Acceptances
from labelstream.blocking.annotators import Annotators
from labelstream.blocking.datasets import Datasets
from labelstream.blocking.history import Changes, Exports
from labelstream.blocking.imports import Imports
from labelstream.blocking.jobs import Jobs
from labelstream.blocking.labeling import Annotations, Items
from labelstream.blocking.labels import Labels
from labelstream.blocking.operations import Operations
from labelstream.blocking.people import Accounts, Audit, Mailbox
from labelstream.blocking.quality import Quality
from labelstream.blocking.sources import Sources
from labelstream.blocking.teams import Teams
from labelstream.blocking.transport import Transport
from labelstream.blocking.versions import Versions
from labelstream.calls import Call, QueryValue
from labelstream.retries import RetryPolicy
from labelstream.tokens import Credentials, Tokens, TokenStore

T = TypeVar("T")


class Client:
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
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.url = gateway_url(url)
        self._http = _http(self.url, timeout, connections, transport)
        credentials = Credentials(token=token, api_key=api_key, email=email, password=password, store=store)
        self._transport = Transport(self._http, credentials, retries or RetryPolicy())
        self.accounts = Accounts(self._transport)
        self.annotators = Annotators(self._transport)
        self.teams = Teams(self._transport)
        self.audit = Audit(self._transport)
        self.mailbox = Mailbox(self._transport)
        self.datasets = Datasets(self._transport)
        self.sources = Sources(self._transport)
        self.versions = Versions(self._transport)
        self.imports = Imports(self._transport)
        self.jobs = Jobs(self._transport)
        self.labels = Labels(self._transport)
        self.items = Items(self._transport)
        self.annotations = Annotations(self._transport)
        self.acceptances = Acceptances(self._transport)
        self.changes = Changes(self._transport)
        self.exports = Exports(self._transport)
        self.operations = Operations(self._transport)
        self.quality = Quality(self._transport)

    def sign_in(self, email: str, password: str) -> Tokens:
        """Sign in now; from here on the client keeps itself signed in."""
        return self._transport.sign_in.with_password(email, password)

    def sign_out(self) -> None:
        """End the session of this client: its tokens are invalid from now on.

        A client that was made with a token, a password or an API key goes on using that.
        """
        self._transport.sign_out()

    def call(
        self,
        method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"],
        path: str,
        into: type[T],
        *,
        query: dict[str, QueryValue] | None = None,
        body: object = None,
    ) -> T:
        """Any call of the gateway API by its path below `/api/v1`, with this client's sign-in, retries and errors."""
        return self._transport.send(Call(method, path, into, query=query or {}, body=body))

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _http(url: str, timeout: float, connections: int, transport: httpx.BaseTransport | None) -> httpx.Client:
    return httpx.Client(
        base_url=url,
        timeout=httpx.Timeout(timeout, connect=5.0),
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        headers={"user-agent": "labelstream-python"},
        transport=transport,
        verify=speaks_tls(url),
    )
