"""Verifies tokens: signature by a published key, algorithm, type, issuer, time and audience."""

import time
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from labelstream_common.auth.claims import AUDIENCE, Claims
from labelstream_common.auth.errors import TokenInvalid
from labelstream_common.auth.keys import PublicKeys
from labelstream_common.auth.signing import ACCEPTED_ALGORITHMS, TOKEN_TYPE, is_signed_by, take_apart

_CLOCK_SKEW = 60
# The token of an API key for a hundred jobs has 6 kB.
_LONGEST_TOKEN = 8 * 1024
_DECODER = msgspec.json.Decoder(Claims)


class _Verified(NamedTuple):
    claims: Claims
    generation: int


class TokenVerifier:
    """Remembers what it verified until the token ends or the keys change, at most `remember` tokens: a check of a
    known token costs a look into a dict."""

    def __init__(
        self, keys: PublicKeys, *, issuer: str, now: Callable[[], float] = time.time, remember: int = 20_000
    ) -> None:
        """`issuer` is the public URL of this installation; tokens of another one are refused."""
        self._keys = keys
        self._issuer = issuer.rstrip("/")
        self._now = now
        self._remember = remember
        self._verified: dict[str, _Verified] = {}

    async def verify(self, token: str) -> Claims:
        """The claims of a token that holds. Raises TokenInvalid, or KeysUnavailable (nothing can be said)."""
        known = self._verified.get(token)
        if known is None or known.generation != self._keys.generation:
            return await self._verify_anew(token)
        self._keys.refresh_if_old()
        if self._now() >= known.claims.exp:
            self._verified.pop(token, None)
            raise TokenInvalid("The token has expired.")
        return known.claims

    async def _verify_anew(self, token: str) -> Claims:
        claims = self._checked(await self._signed_content(token))
        if len(self._verified) >= self._remember:
            self._verified.pop(next(iter(self._verified)))
        self._verified[token] = _Verified(claims, self._keys.generation)
        return claims

    async def _signed_content(self, token: str) -> bytes:
        if len(token) > _LONGEST_TOKEN:
            raise TokenInvalid("The token is too long.")
        try:
            signed = take_apart(token)
        except ValueError as error:
            raise TokenInvalid("The token is malformed.") from error
        if not _is_access_token(signed.header.get("typ")):
            raise TokenInvalid("This is not an access token.")
        key_id = signed.header.get("kid")
        if signed.header.get("alg") not in ACCEPTED_ALGORITHMS or not isinstance(key_id, str):
            raise TokenInvalid("The token is not signed with this installation's algorithm.")
        key = await self._keys.find(key_id)
        if key is None or not is_signed_by(signed, key):
            raise TokenInvalid("The token is not signed with a key of this installation.")
        return signed.content

    def _checked(self, content: bytes) -> Claims:
        try:
            claims = _DECODER.decode(content)
        except msgspec.MsgspecError as error:
            raise TokenInvalid("The token was not issued by this installation.") from error
        now = self._now()
        if now >= claims.exp:
            raise TokenInvalid("The token has expired.")
        if claims.nbf > now + _CLOCK_SKEW or claims.iat > now + _CLOCK_SKEW:
            raise TokenInvalid("The token is not valid yet.")
        if not claims.is_for(AUDIENCE) or not claims.sub:
            raise TokenInvalid("The token is for another audience.")
        if claims.iss.rstrip("/") != self._issuer:
            raise TokenInvalid("The token was issued by another installation.")
        return claims


def _is_access_token(kind: object) -> bool:
    """RFC 9068, 4: `at+jwt`, also as a whole media type, in any case."""
    return isinstance(kind, str) and kind.lower().removeprefix("application/") == TOKEN_TYPE
