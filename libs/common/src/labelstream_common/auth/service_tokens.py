"""How a service signs in to the others, for work that goes on in the background.

It asks team-service for a token with OAuth2 client credentials, as programs with an API key do. The token is that of a
`service:<name>`, may read everything and change nothing.
"""

import time
from collections.abc import Callable

import httpx
import orjson

from labelstream_common.auth.outgoing import service_client
from labelstream_common.errors import Unavailable

_BEFORE_THE_END = 60.0
_TIMEOUT = 10.0


class ServiceSignInFailed(Unavailable):
    code = "service-sign-in-failed"

    def __init__(self, why: str) -> None:
        super().__init__(f"This service cannot sign in to the others at the moment: {why}.", retry_after=5.0)


class ServiceTokens:
    """One service's token, asked for when it is needed and kept until shortly before it ends.

    `url` is where team-service, or the gateway, is reached; `ca_file` as in `PublicKeys`.
    """

    def __init__(
        self,
        url: str,
        name: str,
        secret: str,
        now: Callable[[], float] = time.monotonic,
        *,
        ca_file: str | None = None,
    ) -> None:
        self._ca_file = ca_file
        self._url = f"{url.rstrip('/')}/api/v1/auth/token"
        self._form = {"grant_type": "client_credentials", "client_id": name, "client_secret": secret}
        self._now = now
        self._token = ""
        self._until = float("-inf")

    async def token(self) -> str:
        """Raises ServiceSignInFailed."""
        if self._now() >= self._until:
            await self._ask()
        return self._token

    def forget(self) -> None:
        """It was refused: the next one is asked for."""
        self._until = float("-inf")

    async def _ask(self) -> None:
        try:
            async with service_client(_TIMEOUT, ca_file=self._ca_file) as client:
                answer = await client.post(self._url, data=self._form)
        except (httpx.HTTPError, OSError) as error:
            raise ServiceSignInFailed(repr(error)) from error
        if answer.status_code != httpx.codes.OK:
            raise ServiceSignInFailed(f"the answer was {answer.status_code}")
        granted = orjson.loads(answer.content)
        self._token = granted["access_token"]
        self._until = self._now() + granted["expires_in"] - _BEFORE_THE_END
