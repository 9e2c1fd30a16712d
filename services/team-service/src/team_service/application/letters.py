"""The e-mails that are sent, in plain text."""

from team_service.application.ports import Letter
from team_service.domain.emails import Email
from team_service.domain.members import Member

_INVITATION = """Hello {name},

{inviter} asks you to label images in {place}.

Open this link to set a password and begin:

{link}

It works once, within 72 hours. If you did not expect this, do nothing.
"""

_JOB = """Hello {name},

{inviter} asks you to label images in {place}. Your role is {role}.

{link}
"""

_LINK_FOR_FORGETFUL = """Hello {name},

Somebody, most likely you, asked for a new password. Open this link to set one:

{link}

It works once, within one hour. If it was not you, do nothing: your password stays as it is.
"""


def invitation_letter(member: Member, *, inviter: str, place: str, link: str) -> Letter:
    """For somebody who has no account yet."""
    text = _INVITATION.format(name=member.name, inviter=inviter, place=place, link=link)
    return Letter(member.email, f"Invitation to label in {place}", text)


def job_letter(member: Member, *, inviter: str, place: str, link: str) -> Letter:
    """For somebody who can sign in already."""
    text = _JOB.format(name=member.name, inviter=inviter, place=place, role=member.role.value, link=link)
    return Letter(member.email, f"Labeling job: {place}", text)


def password_reset_letter(email: Email, *, name: str, link: str) -> Letter:
    return Letter(email, "Set a new password", _LINK_FOR_FORGETFUL.format(name=name, link=link))
