"""Signs and checks tokens with one key (JWS compact serialization, RFC 7515).

joserfc warns of the name `EdDSA` since RFC 9864 calls the same thing `Ed25519`. Readers of tokens know the older name,
so it is the one that is written; both are read. Keys here are Ed25519 only, so the name decides nothing.
"""

from collections.abc import Mapping
from typing import NamedTuple

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry, extract_compact
from joserfc.util import urlsafe_b64decode, urlsafe_b64encode

from labelstream_common.auth.claims import ALGORITHM

TOKEN_TYPE = "at+jwt"  # noqa: S105 - RFC 9068's media type of an access token
ACCEPTED_ALGORITHMS = (ALGORITHM, "Ed25519")

_ED25519 = JWSRegistry.algorithms[ALGORITHM]


class Signed(NamedTuple):
    """A token taken apart, not yet checked."""

    header: Mapping[str, object]
    content: bytes
    signing_input: bytes
    signature: bytes


def sign_token(claims: Mapping[str, object], key: OKPKey, key_id: str) -> str:
    """A token with `claims`, signed by the private `key`; verifiers find its public half by `key_id`."""
    header = {"alg": ALGORITHM, "kid": key_id, "typ": TOKEN_TYPE}
    signing_input = urlsafe_b64encode(orjson.dumps(header)) + b"." + urlsafe_b64encode(orjson.dumps(claims))
    signature = _ED25519.sign(signing_input, key)
    return (signing_input + b"." + urlsafe_b64encode(signature)).decode()


def take_apart(token: str) -> Signed:
    """The parts of a token. Raises ValueError if it is not one, or needs extensions that nobody here knows."""
    try:
        found = extract_compact(token.encode("ascii"))
        signature = urlsafe_b64decode(found.segments["signature"])
    except (JoseError, KeyError, TypeError) as error:
        raise ValueError("malformed") from error
    header = found.headers()
    if not isinstance(header, dict) or "crit" in header or "b64" in header:
        raise ValueError("a header that is not understood")
    return Signed(header, found.payload, found.segments["header"] + b"." + found.segments["payload"], signature)


def is_signed_by(signed: Signed, key: OKPKey) -> bool:
    """Whether the signature holds with the public `key`."""
    try:
        return _ED25519.verify(signed.signing_input, signed.signature, key)
    except (JoseError, ValueError):
        return False  # what cannot be read as a signature is none
