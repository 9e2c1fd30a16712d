"""OAuth2 client credentials (RFC 6749, 4.4): how programs get an access token for an API key."""

import base64
import binascii
from typing import Literal
from urllib.parse import parse_qsl, unquote_plus

from fastapi import Request
from pydantic import Field

from labelstream_common.errors import Invalid
from labelstream_common.http import Body, JsonReply, Router, View, body_of, policies
from team_service.application.sign_in import SignInWithApiKey, sign_in_with_api_key
from team_service.domain.api_keys import InvalidClient
from team_service.domain.attempts import TooManyAttempts
from team_service.entrypoints.http.parameters import origin_of, ports_of

router = Router(tags=["sign-in"])

_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 20
_MOST_BYTES = 16 * 1024


class InvalidTokenRequest(Invalid):
    """`error` is what RFC 6749, 5.2 calls it."""

    code = "invalid-token-request"

    def __init__(self, detail: str, error: str = "invalid_request", pointer: str | None = None) -> None:
        super().__init__(detail, pointer=pointer, error=error)


class TokenRequest(Body):
    """The form. With HTTP Basic authentication `client_id` and `client_secret` stand there."""

    grant_type: Literal["client_credentials"]
    client_id: str = Field(default="", description="the key's id; may be left out")
    client_secret: str = Field(default="", repr=False, description="the API key")
    scope: str = Field(default="", description="ignored: a token may do what its key may do")


class AccessTokenView(View):
    access_token: str = Field(repr=False)
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the word that RFC 6750 uses
    expires_in: int = Field(description="seconds")


@router.post(
    "/auth/token",
    policy=policies.public(),
    raw=True,
    accepts=(_FORM,),
    body=TokenRequest,
    reply=AccessTokenView,
    max_body_bytes=_MOST_BYTES,
    errors=(InvalidTokenRequest, InvalidClient, TooManyAttempts),
    sheds=False,
)
async def get_token(request: Request) -> JsonReply:
    """Get an access token for an API key. The key goes into the form, or into HTTP Basic authentication."""
    form = _form(request)
    if form.get("grant_type") != "client_credentials":
        raise InvalidTokenRequest(
            "The only grant type is client_credentials.", "unsupported_grant_type", pointer="/grant_type"
        )
    client_id, secret = _basic(request) or (form.get("client_id", ""), form.get("client_secret", ""))
    tokens = await sign_in_with_api_key(
        SignInWithApiKey(client_id, secret, origin_of(request)), ports=ports_of(request)
    )
    view = AccessTokenView(access_token=tokens.access_token, expires_in=tokens.expires_in)
    return JsonReply(view.model_dump(), headers={"Cache-Control": "no-store"})


def _form(request: Request) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body_of(request).decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
        )
    except ValueError as error:
        raise InvalidTokenRequest("The form is malformed.") from error
    form = dict(pairs)
    if len(form) != len(pairs):
        raise InvalidTokenRequest("The form has a field twice.")
    return form


def _basic(request: Request) -> tuple[str, str] | None:
    """The credentials of HTTP Basic, each part form-encoded (RFC 6749, 2.3.1); None if it was not used."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, colon, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise InvalidClient from error
    if not colon:
        raise InvalidClient
    return unquote_plus(client_id), unquote_plus(secret)
