"""Signing in with an organisation's provider (OpenID Connect). The browser is led there and back; it ends with the
console's cookie session.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from labelstream_common.errors import DomainError
from labelstream_common.http import Router, View, policies
from team_service.application.ports import Ports
from team_service.application.provider_sign_in import Answer, Provider, begin, finish
from team_service.domain.attempts import TooManyAttempts
from team_service.domain.providers import (
    LOGIN_HOLDS,
    LONGEST_RETURN,
    InvalidReturn,
    ProviderNotFound,
    ProviderUnavailable,
)
from team_service.entrypoints.http.cookies import set_cookies, set_device_cookie
from team_service.entrypoints.http.parameters import Origin, ThePorts, device_of, ports_of

router = Router(tags=["sign-in"])

BROWSER_COOKIE = "labelstream_provider"
_PATH = "/api/v1/auth/oidc"
_LONGEST = 4_096


class ProviderView(View):
    """`login_url` is where the browser goes to sign in there."""

    id: str
    name: str
    login_url: str


class ProvidersView(View):
    items: Sequence[ProviderView]
    next_cursor: str | None = None


def providers_of(request: Request) -> Mapping[str, Provider]:
    found: Mapping[str, Provider] = request.app.state.providers
    return found


TheProviders = Annotated[Mapping[str, Provider], Depends(providers_of)]


@router.get("/auth/providers", policy=policies.public())
async def get_providers(providers: TheProviders) -> ProvidersView:
    """The providers that people may sign in with, besides their password. None, unless the operator has set some up."""
    return ProvidersView(
        items=[
            ProviderView(id=each.rules.id, name=each.rules.name, login_url=f"{_PATH}/{each.rules.id}/login")
            for each in providers.values()
        ]
    )


@router.get(
    "/auth/oidc/{provider}/login",
    policy=policies.public(),
    errors=(ProviderNotFound, InvalidReturn, ProviderUnavailable, TooManyAttempts),
    status_code=302,
)
async def begin_sign_in(
    *,
    provider: str,
    ports: ThePorts,
    providers: TheProviders,
    origin: Origin,
    return_to: Annotated[
        str, Query(max_length=LONGEST_RETURN, description="path of the console to come back to")
    ] = "/",
) -> Response:
    """Leads the browser to the provider (authorization code with PKCE). The answer is valid for ten minutes, once, in
    this browser."""
    begun = await begin(provider, return_to, origin, providers=providers, ports=ports)
    response = _redirect(begun.url)
    # Not `strict`: the browser comes back from another site, and must bring it along.
    response.set_cookie(
        BROWSER_COOKIE,
        begun.browser,
        max_age=int(LOGIN_HOLDS.total_seconds()),
        path=_PATH,
        secure=_is_secure(ports),
        httponly=True,
        samesite="lax",
    )
    return response


@router.get(
    "/auth/oidc/{provider}/callback",
    policy=policies.public(),
    raw=True,
    query=("code", "state", "error", "iss", "*"),
    status_code=302,
)
async def finish_sign_in(request: Request) -> Response:
    """Where the provider sends the browser back to. It goes on to the console, signed in; or to the sign-in page, which
    says what went wrong (`?problem=<code>`).

    An account is found by issuer and subject. The first time it is found by the e-mail address, if the provider has
    verified it.
    """
    ports, query = ports_of(request), request.query_params
    answer = Answer(
        provider_id=request.path_params["provider"],
        state=query.get("state", "")[:_LONGEST],
        code=query.get("code", "")[:_LONGEST],
        browser=request.cookies.get(BROWSER_COOKIE, ""),
        error=query.get("error", "")[:_LONGEST],
        issuer=query.get("iss", "")[:_LONGEST],
        device=device_of(request),
    )
    try:
        arrived = await finish(answer, providers=providers_of(request), ports=ports)
    except DomainError as error:
        response = _redirect(f"{ports.public_url}/sign-in?{urlencode({'problem': error.code})}")
    else:
        response = _redirect(f"{ports.public_url}{arrived.return_to}")
        set_cookies(response, arrived.signed_in.tokens, secure=_is_secure(ports))
        set_device_cookie(response, arrived.signed_in.proof, secure=_is_secure(ports))
    response.delete_cookie(BROWSER_COOKIE, path=_PATH, httponly=True, samesite="lax")
    return response


def _redirect(url: str) -> RedirectResponse:
    return RedirectResponse(url, 302, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


def _is_secure(ports: Ports) -> bool:
    return ports.public_url.startswith("https:")
