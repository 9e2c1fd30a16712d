"""Who a caller is: bearer tokens and the console's session cookie, verified through team-service's public keys."""

from labelstream_common.auth.authenticator import Authenticator
from labelstream_common.auth.caller import AccountRole, Caller, KeyLimits, KeyScope
from labelstream_common.auth.claims import ALGORITHM, AUDIENCE, CSRF_HEADER, SESSION_COOKIE, TOKEN_SECONDS, claims_of
from labelstream_common.auth.errors import (
    AccountDisabled,
    CsrfFailed,
    KeyLimited,
    TokenEnded,
    TokenInvalid,
    TokenMissing,
)
from labelstream_common.auth.keys import KeysUnavailable, PublicKeys
from labelstream_common.auth.outgoing import service_client
from labelstream_common.auth.service_tokens import ServiceSignInFailed, ServiceTokens
from labelstream_common.auth.signing import sign_token
from labelstream_common.auth.verifier import TokenVerifier

__all__ = [
    "ALGORITHM",
    "AUDIENCE",
    "CSRF_HEADER",
    "SESSION_COOKIE",
    "TOKEN_SECONDS",
    "AccountDisabled",
    "AccountRole",
    "Authenticator",
    "Caller",
    "CsrfFailed",
    "KeyLimited",
    "KeyLimits",
    "KeyScope",
    "KeysUnavailable",
    "PublicKeys",
    "ServiceSignInFailed",
    "ServiceTokens",
    "TokenEnded",
    "TokenInvalid",
    "TokenMissing",
    "TokenVerifier",
    "claims_of",
    "service_client",
    "sign_token",
]
