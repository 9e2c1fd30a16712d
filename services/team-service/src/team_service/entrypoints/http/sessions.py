"""Where the caller is signed in, and ending that."""

from typing import Annotated

from fastapi import Query, Request, Response

from labelstream_common.http import (
    Caller,
    CurrentCaller,
    JsonReply,
    Moment,
    PageView,
    Router,
    View,
    page_reply,
    policies,
)
from team_service.application.sessions import end_all_sessions, end_own_session, list_sessions
from team_service.domain.accounts import AccountId
from team_service.domain.sign_ins import SessionNotFound, SignIn, SignInId
from team_service.entrypoints.http.parameters import ThePorts, Wish, ports_of

router = Router(tags=["me"])

DryRun = Annotated[bool, Query(description="only check whether it could be done")]


class SessionInfoView(View):
    """A sign-in with a password or a provider. `current` is the one that the request was made with."""

    id: str
    created_at: Moment
    last_used_at: Moment
    address: str
    user_agent: str
    current: bool


class TouchedSessionsView(View):
    """What a dry run would touch."""

    sessions: int


async def _own(request: Request, caller: Caller) -> None:
    session_id = SignInId(request.path_params["session_id"])
    await ports_of(request).sign_ins.of_account(session_id, AccountId(caller.account_id))


@router.get("/me/sessions", policy=policies.signed_in())
async def get_sessions(caller: CurrentCaller, ports: ThePorts, wish: Wish) -> PageView[SessionInfoView]:
    """Where the caller is signed in. API keys have no sessions."""

    def view(sign_in: SignIn) -> SessionInfoView:
        return SessionInfoView(
            id=sign_in.id,
            created_at=sign_in.created_at,
            last_used_at=sign_in.last_used_at,
            address=sign_in.device.address,
            user_agent=sign_in.device.user_agent,
            current=sign_in.id == caller.credential,
        )

    return page_reply(await list_sessions(AccountId(caller.account_id), wish, ports=ports), view)


@router.delete(
    "/me/sessions/{session_id}",
    policy=policies.custom("own-session", _own, errors=(SessionNotFound,), in_person=True),
    status_code=204,
    replies={200: TouchedSessionsView},
)
async def delete_session(session_id: str, caller: CurrentCaller, ports: ThePorts, dry_run: DryRun = False) -> Response:
    """End a session: its refresh token at once, its access tokens within a second."""
    if dry_run:
        return JsonReply(TouchedSessionsView(sessions=1).model_dump())
    await end_own_session(SignInId(session_id), AccountId(caller.account_id), ports=ports)
    return Response(status_code=204)


@router.delete("/me/sessions", policy=policies.in_person(), status_code=204, replies={200: TouchedSessionsView})
async def delete_sessions(caller: CurrentCaller, ports: ThePorts, dry_run: DryRun = False) -> Response:
    """Sign out everywhere: every session ends, this one too, and every access token, those of API keys too."""
    account_id = AccountId(caller.account_id)
    if dry_run:
        return JsonReply(TouchedSessionsView(sessions=await ports.sign_ins.count(account_id)).model_dump())
    await end_all_sessions(account_id, ports=ports)
    return Response(status_code=204)
