"""How members of teams and annotators of jobs look in requests and replies."""

from typing import Literal

from labelstream_common.http import JsonReply, Moment, View
from team_service.domain.mail import LetterState, LetterStatus
from team_service.domain.members import Member, MemberRole, MemberState

RoleName = Literal["labeler", "reviewer", "manager"]


class MemberView(View):
    """`account_id` is null until the person has come: has accepted an invitation, or looked at the job or team. Until
    then `name` is what they were called when they were added. `email` is null for those who do not manage members."""

    id: str
    account_id: str | None
    email: str | None
    name: str
    role: MemberRole
    state: MemberState
    added_at: Moment


class LetterStatusView(View):
    """What became of the last e-mail: `queued` (also while it is tried again), `sent` or `failed`, and why."""

    state: LetterState
    at: Moment
    reason: str | None


class AnnotatorView(MemberView):
    """`letter` is the last e-mail that was sent to the annotator, for those who manage them; null if there was none
    within 30 days."""

    letter: LetterStatusView | None = None


class TouchedView(View):
    """What a dry run would touch."""

    members: int


def member_view(member: Member) -> MemberView:
    """As those see it who add people by their addresses: whether there is an account they learn when the person
    comes."""
    return MemberView.model_validate(member.as_typed)


def member_view_without_email(member: Member) -> MemberView:
    """For those who work beside somebody and have no need of their address."""
    return member_view(member).model_copy(update={"email": None})


def annotator_view(member: Member, letter: LetterStatus | None = None) -> AnnotatorView:
    shown = None if letter is None else LetterStatusView.model_validate(letter)
    return AnnotatorView(**member_view(member).model_dump(), letter=shown)


def annotator_view_without_email(member: Member) -> AnnotatorView:
    return annotator_view(member).model_copy(update={"email": None})


def touched(members: int) -> JsonReply:
    return JsonReply({"members": members}, 200)
