"""A provider of OpenID Connect that can be told to lie. It checks PKCE, redirect URI and secret like an honest one."""

import asyncio
import base64
import hashlib
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import uvicorn
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from tests.support.waiting import eventually

CLIENT_ID, CLIENT_SECRET = "labelstream", "s3cret & more than that: a long one"


class ScriptedProvider:
    """`claims` go into the ID token of the next code; `sign` makes it, `answer` may replace the whole reply."""

    def __init__(self) -> None:
        self.port = 0
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
        self.claims: dict[str, Any] = {}
        self.sign: Callable[[dict[str, Any]], str] = self.signed
        self.answer: JSONResponse | None = None
        self._codes: dict[str, dict[str, str]] = {}

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self, **more: Any) -> dict[str, Any]:
        return {
            "id": "acme",
            "name": "Acme",
            "issuer": self.issuer,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            **more,
        }

    def approve(self, url: str, **claims: Any) -> str:
        """What a person who signs in there makes of the authorization request: a code. The claims are what it says."""
        request = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert (request["response_type"], request["code_challenge_method"]) == ("code", "S256")
        assert "openid" in request["scope"].split()
        code = f"code-{len(self._codes)}"
        self._codes[code] = request
        now = int(time.time())
        self.claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "u1",
            "iat": now,
            "exp": now + 60,
            "nonce": request["nonce"],
            "email_verified": True,
            **claims,
        }
        return code

    def signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.key)

    def unsigned(self, claims: dict[str, Any]) -> str:
        parts = ({"alg": "none", "typ": "JWT"}, claims)
        return (
            ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."
        )

    def signed_with_the_secret(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(CLIENT_SECRET))

    def signed_by_another(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, RSAKey.generate_key(2048))

    @asynccontextmanager
    async def running(self) -> AsyncIterator["ScriptedProvider"]:
        routes = [
            Route("/.well-known/openid-configuration", self._configuration),
            Route("/keys", self._keys),
            Route("/token", self._token, methods=["POST"]),
        ]
        server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), port=0, log_config=None, lifespan="off"))
        serving = asyncio.create_task(server._serve(None))

        async def started() -> None:
            assert server.started

        await eventually(started)
        self.port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.should_exit = True
            await serving

    async def _configuration(self, _: Request) -> JSONResponse:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                # A liar may well offer what must not be taken.
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            }
        )

    async def _keys(self, _: Request) -> JSONResponse:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def _token(self, request: Request) -> JSONResponse:
        if self.answer is not None:
            return self.answer
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = self._codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        right = (
            asked is not None
            and scheme == "Basic"
            and [unquote(part) for part in base64.b64decode(secret).decode().split(":")] == [CLIENT_ID, CLIENT_SECRET]
            and asked["code_challenge"] == challenge.decode().rstrip("=")
            and asked["redirect_uri"] == form.get("redirect_uri")
        )
        if not right:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "id_token": self.sign(self.claims)})


async def begun(client: httpx.AsyncClient, provider: str = "acme", **query: str) -> str:
    """Begins a sign-in in this browser; where it is sent."""
    answer = await client.get(f"/auth/oidc/{provider}/login", params=query)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def state_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["state"][0]
