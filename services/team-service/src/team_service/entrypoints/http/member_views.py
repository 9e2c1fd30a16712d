"""How members of teams and annotators of jobs look in requests and replies."""

from typing import Literal

from labelstream_common.http import JsonReply, Moment, View
from team_service.domain.members import Member, MemberRole, MemberState

RoleName = Literal["labeler", "reviewer", "manager"]


class MemberView(View):
    """`account_id` is null until an invitation is accepted. `email` is null for those who do not manage members."""

    id: str
    account_id: str | None
    email: str | None
    name: str
    role: MemberRole
    state: MemberState
    added_at: Moment


class TouchedView(View):
    """What a dry run would touch."""

    members: int


def member_view(member: Member) -> MemberView:
    return MemberView.model_validate(member)


def member_view_without_email(member: Member) -> MemberView:
    """For those who work beside somebody and have no need of their address."""
    return MemberView.model_validate(member).model_copy(update={"email": None})


def touched(members: int) -> JsonReply:
    return JsonReply({"members": members}, 200)
