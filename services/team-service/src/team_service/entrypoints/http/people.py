"""How members of teams and annotators of jobs look in requests and replies."""

from typing import Literal

from labelstream_common.http import JsonReply, Moment, View
from team_service.domain.members import Member, MemberRole, MemberState

RoleName = Literal["labeler", "reviewer", "manager"]


class MemberView(View):
    """`account_id` is null until an invitation is accepted."""

    id: str
    account_id: str | None
    email: str
    name: str
    role: MemberRole
    state: MemberState
    added_at: Moment


class TouchedView(View):
    """What a dry run would touch."""

    members: int


def member_view(member: Member) -> MemberView:
    return MemberView.model_validate(member)


def touched(members: int) -> JsonReply:
    return JsonReply({"members": members}, 200)
