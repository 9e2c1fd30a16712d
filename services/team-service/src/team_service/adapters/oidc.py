"""A provider of OpenID Connect, over HTTP: discovery, the code's exchange, and the verification of its ID token.

Only signatures with public keys count: no `none`, and none with a shared secret. Endpoints come from the document that
the operator's issuer publishes; nothing is followed elsewhere.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlencode

import httpx
import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from labelstream_common.telemetry import get_logger
from team_service.domain.providers import (
    Identity,
    ProviderAnswerInvalid,
    ProviderRefused,
    ProviderRules,
    ProviderUnavailable,
)

log = get_logger(__name__)

_ALGORITHMS: Final = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"})
_BELIEVED_FOR: Final = 600.0
_KEYS_AGAIN_AFTER: Final = 5.0
_TIMEOUT: Final = 10.0
_MOST_BYTES: Final = 1024 * 1024
_MOST_GROUPS: Final = 1_000
_LEEWAY: Final = 60


@dataclass(frozen=True)
class ProviderSettings:
    rules: ProviderRules
    issuer: str
    client_id: str
    redirect_uri: str
    scopes: Sequence[str]
    groups_claim: str
    client_secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class _Endpoints:
    authorization: str
    token: str
    keys: str
    user_info: str | None
    algorithms: Sequence[str]
    secret_in_form: bool
    read_at: float


class OidcProvider:
    """See `team_service.application.provider_sign_in.Provider`."""

    def __init__(self, settings: ProviderSettings, *, now: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._now = now
        self._endpoints: _Endpoints | None = None
        self._keys: KeySet | None = None
        self._keys_at = float("-inf")
        self._reading = asyncio.Lock()

    @property
    def rules(self) -> ProviderRules:
        return self._settings.rules

    @property
    def issuer(self) -> str:
        return self._settings.issuer

    async def authorization_url(self, *, state: str, nonce: str, challenge: str) -> str:
        endpoint = (await self._discovered()).authorization
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._settings.redirect_uri,
            "scope": " ".join(self._settings.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    async def identity(self, code: str, *, verifier: str, nonce: str) -> Identity:
        tokens = await self._exchange(code, verifier)
        claims = await self._claims(tokens.get("id_token"), nonce)
        about = claims
        if "email" not in claims:
            about = {**await self._user_info(tokens.get("access_token"), claims["sub"]), **claims}
        email, name, groups = about.get("email"), about.get("name"), about.get(self._settings.groups_claim)
        return Identity(
            issuer=self.issuer,
            subject=claims["sub"],
            email=email if isinstance(email, str) else None,
            email_verified=about.get("email_verified") is True,
            name=name if isinstance(name, str) else None,
            groups=_texts(groups),
        )

    async def _exchange(self, code: str, verifier: str) -> Mapping[str, Any]:
        endpoints, settings = await self._discovered(), self._settings
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": settings.redirect_uri,
            "code_verifier": verifier,
        }
        authorization = None
        if settings.client_secret is None or endpoints.secret_in_form:
            form["client_id"] = settings.client_id
            if settings.client_secret is not None:
                form["client_secret"] = settings.client_secret
        else:  # each part form-encoded (RFC 6749, 2.3.1)
            authorization = httpx.BasicAuth(quote(settings.client_id, ""), quote(settings.client_secret, ""))
        status, answer = await self._ask("POST", endpoints.token, data=form, auth=authorization)
        if status != 200:
            log.warning("team.provider.code-refused", provider=self.rules.id, status=status, error=answer.get("error"))
            raise ProviderRefused if status < 500 else ProviderUnavailable
        return answer

    async def _claims(self, token: object, nonce: str) -> dict[str, Any]:
        if not isinstance(token, str) or len(token) > _MOST_BYTES:
            raise ProviderAnswerInvalid("no ID token")
        claims = await self._signed(token)
        registry = jwt.JWTClaimsRegistry(
            now=int(self._now()),
            leeway=_LEEWAY,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self._settings.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            registry.validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            raise ProviderAnswerInvalid(repr(error)) from error
        self._check_audience(claims)
        return claims

    def _check_audience(self, claims: Mapping[str, Any]) -> None:
        """Issued to this client, not only readable by it (OpenID Connect Core, 3.1.3.7)."""
        audience, party = claims["aud"], claims.get("azp")
        if isinstance(audience, list) and len(audience) > 1 and party is None:
            raise ProviderAnswerInvalid("several audiences and no authorized party")
        if party is not None and party != self._settings.client_id:
            raise ProviderAnswerInvalid("issued to another client")
        if not isinstance(claims["sub"], str) or not 1 <= len(claims["sub"]) <= 255:
            raise ProviderAnswerInvalid("no subject")

    async def _signed(self, token: str) -> dict[str, Any]:
        """The claims of a token that a key of the provider has signed; a key that is new is looked for once."""
        algorithms = (await self._discovered()).algorithms
        for again in (False, True):
            keys = await self._key_set(again=again)
            try:
                return dict(jwt.decode(token, keys, algorithms=list(algorithms)).claims)
            except (JoseError, ValueError, TypeError, KeyError) as error:
                if again:
                    raise ProviderAnswerInvalid(repr(error)) from error
        raise ProviderAnswerInvalid("never reached")

    async def _user_info(self, access_token: object, subject: str) -> Mapping[str, Any]:
        endpoint = (await self._discovered()).user_info
        if endpoint is None or not isinstance(access_token, str):
            return {}
        status, answer = await self._ask("GET", endpoint, headers={"Authorization": f"Bearer {access_token}"})
        if status != 200 or answer.get("sub") != subject:
            raise ProviderAnswerInvalid("user info of somebody else")
        return answer

    async def _discovered(self) -> _Endpoints:
        async with self._reading:
            known = self._endpoints
            if known is None or time.monotonic() - known.read_at > _BELIEVED_FOR:
                url = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
                status, document = await self._ask("GET", url)
                if status != 200:
                    raise ProviderUnavailable
                known = self._endpoints = self._endpoints_in(document)
            return known

    def _endpoints_in(self, document: Mapping[str, Any]) -> _Endpoints:
        if document.get("issuer") != self.issuer:
            raise ProviderAnswerInvalid(f"the issuer calls itself {document.get('issuer')!r}")
        offered = document.get("id_token_signing_alg_values_supported") or ["RS256"]
        methods = document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        try:
            return _Endpoints(
                authorization=str(document["authorization_endpoint"]),
                token=str(document["token_endpoint"]),
                keys=str(document["jwks_uri"]),
                user_info=document.get("userinfo_endpoint"),
                algorithms=sorted(_ALGORITHMS.intersection(offered)),
                secret_in_form="client_secret_basic" not in methods,
                read_at=time.monotonic(),
            )
        except KeyError as error:
            raise ProviderAnswerInvalid(f"no {error} in its configuration") from error

    async def _key_set(self, *, again: bool) -> KeySet:
        age = time.monotonic() - self._keys_at
        if self._keys is not None and age < (_KEYS_AGAIN_AFTER if again else _BELIEVED_FOR):
            return self._keys
        status, document = await self._ask("GET", (await self._discovered()).keys)
        if status != 200:
            raise ProviderUnavailable
        try:
            keys = [each for each in document["keys"] if each.get("use", "sig") == "sig" and each.get("kty") != "oct"]
            self._keys = KeySet.import_key_set({"keys": keys})
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ProviderAnswerInvalid("its keys cannot be read") from error
        self._keys_at = time.monotonic()
        return self._keys

    async def _ask(self, method: str, url: str, **request: Any) -> tuple[int, dict[str, Any]]:
        """Status and JSON object of an answer. Raises ProviderUnavailable or ProviderAnswerInvalid."""
        try:
            async with (
                httpx.AsyncClient(timeout=_TIMEOUT, follow_redirects=False) as client,
                client.stream(method, url, **request) as answer,
            ):
                body = bytearray()
                async for piece in answer.aiter_bytes():
                    body += piece
                    if len(body) > _MOST_BYTES:
                        raise ProviderAnswerInvalid("an answer of more than a megabyte")
        except httpx.HTTPError as error:
            log.warning("team.provider.away", provider=self.rules.id, error=type(error).__name__)
            raise ProviderUnavailable from error
        try:
            document = orjson.loads(body or b"{}")
        except orjson.JSONDecodeError as error:
            if answer.status_code >= 500:
                raise ProviderUnavailable from error
            raise ProviderAnswerInvalid("no JSON") from error
        if not isinstance(document, dict):
            raise ProviderAnswerInvalid("no JSON object")
        return answer.status_code, document


def _texts(groups: object) -> tuple[str, ...]:
    if isinstance(groups, str):
        return (groups,)
    if isinstance(groups, list):
        return tuple(each for each in groups[:_MOST_GROUPS] if isinstance(each, str))
    return ()
