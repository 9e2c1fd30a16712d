"""Signing in with a password, staying signed in, signing out."""

from typing import Annotated, Literal

from fastapi import Query, Request, Response
from pydantic import Field

from labelstream_common.http import Body, Router, View, policies
from team_service.application.access_tokens import IssuedTokens
from team_service.application.ports import Ports
from team_service.application.sign_in import SignInWithPassword, refresh, sign_in, sign_out
from team_service.domain.attempts import TooManyAttempts
from team_service.domain.sign_ins import RefreshTokenEnded, WrongCredentials
from team_service.entrypoints.http.cookies import (
    clear_cookies,
    device_cookie,
    refresh_cookie,
    set_cookies,
    set_device_cookie,
)
from team_service.entrypoints.http.done import DONE, Done
from team_service.entrypoints.http.parameters import TheDevice, ThePorts

router = Router(tags=["sign-in"])

Session = Annotated[
    Literal["token", "cookie"],
    Query(description="`cookie`: the console's session, in cookies that scripts cannot read"),
]


class Credentials(Body):
    email: str = Field(examples=["ada@example.org"])
    password: str = Field(repr=False)


class RefreshToken(Body):
    refresh_token: str | None = Field(default=None, repr=False, description="may be left out with the session cookie")


class TokensView(View):
    access_token: str = Field(repr=False)
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the word that RFC 6750 uses
    expires_in: int = Field(description="seconds")
    refresh_token: str | None = Field(default=None, repr=False)


class SessionView(View):
    """A cookie session: the tokens are in cookies; `csrf_token` goes into X-CSRF-Token of changing requests."""

    csrf_token: str = Field(repr=False)
    expires_in: int = Field(description="seconds")


@router.post("/auth/login", policy=policies.public(), sheds=False, errors=(WrongCredentials, TooManyAttempts))
async def login(
    *,
    request: Request,
    body: Credentials,
    response: Response,
    ports: ThePorts,
    device: TheDevice,
    session: Session = "token",
) -> TokensView | SessionView:
    """Sign in with e-mail address and password.

    With `session=cookie` the answer sets `labelstream_session` (HttpOnly, for 60 minutes; renew it with
    `POST /auth/refresh?session=cookie`) and gives `csrf_token`: send it in the header `X-CSRF-Token` of every request
    that changes something. It is also in the cookie `labelstream_csrf`, which scripts can read.
    """
    proof = device_cookie(request)
    command = SignInWithPassword(body.email, body.password, device, proof, for_cookie=session == "cookie")
    signed_in = await sign_in(command, ports=ports)
    set_device_cookie(response, signed_in.proof, secure=_is_secure(ports))
    return _answer(signed_in.tokens, response, ports)


@router.post("/auth/refresh", policy=policies.public(), sheds=False, errors=(RefreshTokenEnded,))
async def refresh_tokens(
    *,
    request: Request,
    response: Response,
    ports: ThePorts,
    device: TheDevice,
    body: RefreshToken | None = None,
    session: Session = "token",
) -> TokensView | SessionView:
    """Replace a refresh token by a new one, with a new access token. A token that is used twice ends the whole
    sign-in."""
    token = _refresh_token(request, body, session)
    if token is None:
        raise RefreshTokenEnded
    return _answer(await refresh(token, device, ports=ports, for_cookie=session == "cookie"), response, ports)


@router.post("/auth/logout", policy=policies.public(), sheds=False)
async def logout(
    request: Request, response: Response, ports: ThePorts, body: RefreshToken | None = None, session: Session = "token"
) -> Done:
    """End a session: its refresh token and its access tokens are invalid from now on."""
    token = _refresh_token(request, body, session)
    if token is not None:
        await sign_out(token, ports=ports)
    if session == "cookie":
        clear_cookies(response)
    return DONE


def _refresh_token(request: Request, body: RefreshToken | None, session: str) -> str | None:
    if body is not None and body.refresh_token is not None:
        return body.refresh_token
    return refresh_cookie(request) if session == "cookie" else None


def _answer(tokens: IssuedTokens, response: Response, ports: ThePorts) -> TokensView | SessionView:
    response.headers["Cache-Control"] = "no-store"
    if tokens.csrf_token is None:
        return TokensView(
            access_token=tokens.access_token, expires_in=tokens.expires_in, refresh_token=tokens.refresh_token
        )
    set_cookies(response, tokens, secure=_is_secure(ports))
    return SessionView(csrf_token=tokens.csrf_token, expires_in=tokens.expires_in)


def _is_secure(ports: Ports) -> bool:
    return ports.public_url.startswith("https:")
