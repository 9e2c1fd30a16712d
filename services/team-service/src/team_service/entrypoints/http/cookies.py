"""The console's cookies: a session that scripts cannot read, what renews it, and the CSRF token that they can."""

from fastapi import Request, Response

from labelstream_common.auth import SESSION_COOKIE
from team_service.application.access_tokens import IssuedTokens
from team_service.domain.sign_ins import IDLE_FOR

REFRESH_COOKIE = "labelstream_refresh"
CSRF_COOKIE = "labelstream_csrf"
_REFRESH_PATH = "/api/v1/auth"


def set_cookies(response: Response, tokens: IssuedTokens, *, secure: bool) -> None:
    """`secure`: whether the installation is reached by HTTPS."""
    idle = int(IDLE_FOR.total_seconds())
    _set(response, SESSION_COOKIE, tokens.access_token, secure=secure, seconds=tokens.expires_in)
    _set(response, REFRESH_COOKIE, tokens.refresh_token or "", secure=secure, seconds=idle, path=_REFRESH_PATH)
    _set(response, CSRF_COOKIE, tokens.csrf_token or "", secure=secure, seconds=idle, for_scripts=True)


def clear_cookies(response: Response) -> None:
    response.delete_cookie(SESSION_COOKIE, path="/", samesite="strict", httponly=True)
    response.delete_cookie(REFRESH_COOKIE, path=_REFRESH_PATH, samesite="strict", httponly=True)
    response.delete_cookie(CSRF_COOKIE, path="/", samesite="strict")


def refresh_cookie(request: Request) -> str | None:
    return request.cookies.get(REFRESH_COOKIE) or None


def _set(
    response: Response,
    name: str,
    value: str,
    *,
    secure: bool,
    seconds: int,
    path: str = "/",
    for_scripts: bool = False,
) -> None:
    response.set_cookie(
        name, value, max_age=seconds, path=path, secure=secure, httponly=not for_scripts, samesite="strict"
    )
