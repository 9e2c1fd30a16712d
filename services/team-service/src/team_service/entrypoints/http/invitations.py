"""Invitations, as the invited person meets them: without an account, with the token of the link."""

from pydantic import Field

from labelstream_common.http import Body, Moment, Router, View, policies
from team_service.application.invitations import AcceptInvitation, accept_invitation, look_at_invitation
from team_service.domain.accounts import EmailTaken
from team_service.domain.attempts import TooManyAttempts
from team_service.domain.links import InvitationExpired, InvitationUsed, InvitationWithdrawn, LinkNotFound
from team_service.domain.names import InvalidName
from team_service.domain.passwords import WeakPassword
from team_service.entrypoints.http.me import MeView, me_view
from team_service.entrypoints.http.parameters import Origin, ThePorts

router = Router(tags=["invitations"])

_LINK_ERRORS = (LinkNotFound, InvitationUsed, InvitationExpired, InvitationWithdrawn, TooManyAttempts)


class Acceptance(Body):
    name: str
    password: str = Field(repr=False)


class InvitationView(View):
    """`to` says in words what the invitation is for; `job_id` is null where that is a team."""

    email: str
    name: str
    to: str
    job_id: str | None
    expires_at: Moment


@router.get("/invitations/{token}", policy=policies.public(), errors=_LINK_ERRORS)
async def get_invitation(token: str, ports: ThePorts, origin: Origin) -> InvitationView:
    """What the invitation of a link is for."""
    invitation = await look_at_invitation(token, origin, ports=ports)
    return InvitationView(
        email=invitation.member.email,
        name=invitation.member.name,
        to=invitation.place,
        job_id=invitation.member.scope.job_id,
        expires_at=invitation.expires_at,
    )


@router.post(
    "/invitations/{token}:accept",
    policy=policies.public(),
    idempotent=True,
    present=me_view,
    errors=(*_LINK_ERRORS, InvalidName, WeakPassword, EmailTaken),
)
async def accept(token: str, body: Acceptance, ports: ThePorts, origin: Origin) -> MeView:
    """Accept an invitation: makes an account, which is active in every job and team that its address was added to."""
    command = AcceptInvitation(token=token, name=body.name, password=body.password, origin=origin)
    return me_view(await accept_invitation(command, ports=ports))
