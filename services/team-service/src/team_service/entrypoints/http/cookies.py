"""The console's cookies: a session that scripts cannot read, what renews it, the CSRF token that they can read, and
the proof that the account was signed in on this device before.
"""

from fastapi import Request, Response

from labelstream_common.auth import SESSION_COOKIE
from team_service.application.access_tokens import IssuedTokens
from team_service.domain.sign_ins import DEVICE_KNOWN_FOR, IDLE_FOR

REFRESH_COOKIE = "labelstream_refresh"
CSRF_COOKIE = "labelstream_csrf"
DEVICE_COOKIE = "labelstream_device"
_REFRESH_PATH = "/api/v1/auth"


def set_cookies(response: Response, tokens: IssuedTokens, *, secure: bool) -> None:
    """`secure`: whether the installation is reached by HTTPS."""
    idle = int(IDLE_FOR.total_seconds())
    _set(response, SESSION_COOKIE, tokens.access_token, secure=secure, seconds=tokens.expires_in)
    _set(response, REFRESH_COOKIE, tokens.refresh_token or "", secure=secure, seconds=idle, path=_REFRESH_PATH)
    _set(response, CSRF_COOKIE, tokens.csrf_token or "", secure=secure, seconds=idle, for_scripts=True)


def set_device_cookie(response: Response, proof: str, *, secure: bool) -> None:
    """It stays when one signs out: it says that this device was signed in before, and opens nothing."""
    seconds = int(DEVICE_KNOWN_FOR.total_seconds())
    _set(response, DEVICE_COOKIE, proof, secure=secure, seconds=seconds, path=_REFRESH_PATH)


def device_cookie(request: Request) -> str | None:
    return request.cookies.get(DEVICE_COOKIE) or None


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
