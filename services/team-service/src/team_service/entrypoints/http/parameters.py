"""What handlers take from a request besides its body."""

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import Depends, Query, Request

from labelstream_common.auth import Caller
from labelstream_common.http import CurrentCaller, Paging, check_if_match, client_address, etag_of
from labelstream_common.mongo import PageParams
from team_service.application.accounts import CheckVersion
from team_service.application.ports import Ports
from team_service.domain.accounts import AccountId, AccountRole
from team_service.domain.sign_ins import LONGEST_USER_AGENT, Device
from team_service.domain.viewers import Viewer


def ports_of(request: Request) -> Ports:
    ports = request.app.state.ports
    assert isinstance(ports, Ports)  # noqa: S101 - bootstrap put it there
    return ports


def origin_of(request: Request) -> str:
    """The address a request came from; behind a trusted gateway the one that it forwards."""
    return client_address(request)


def device_of(request: Request) -> Device:
    return Device(origin_of(request), request.headers.get("user-agent", "")[:LONGEST_USER_AGENT])


def viewer_of(caller: CurrentCaller) -> Viewer:
    return viewer(caller)


def viewer(caller: Caller) -> Viewer:
    return Viewer(AccountId(caller.account_id), AccountRole(caller.role.value))


def version_check(request: Request) -> CheckVersion:
    """Compares `If-Match` with a version; called inside the transaction that writes."""

    def check(version: int) -> None:
        check_if_match(request, etag_of(version))

    return check


def page_wish(
    paging: Paging,
    sort: Annotated[Literal["added", "-added"], Query(description="`-added`: the newest first")] = "added",
) -> PageParams:
    return replace(paging, sort=sort)


ThePorts = Annotated[Ports, Depends(ports_of)]
Origin = Annotated[str, Depends(origin_of)]
TheDevice = Annotated[Device, Depends(device_of)]
TheViewer = Annotated[Viewer, Depends(viewer_of)]
IfMatch = Annotated[CheckVersion, Depends(version_check)]
Wish = Annotated[PageParams, Depends(page_wish)]
