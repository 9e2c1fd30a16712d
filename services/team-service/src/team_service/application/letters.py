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


_MOVED = """Hello {name},

The e-mail address of your Labelstream account is now another one. This address can no longer be used to sign in, and
every other session was ended.

If it was not you, ask an administrator to change it back, and choose a new password:

{link}
"""


def invitation_letter(member: Member, *, inviter: str, place: str, link: str) -> Letter:
    """For somebody who has no account yet."""
    text = _INVITATION.format(name=member.name, inviter=inviter, place=place, link=link)
    return Letter(member.email, f"Invitation to label in {place}", text)


def job_letter(member: Member, *, inviter: str, place: str, link: str) -> Letter:
    """For somebody who can sign in already."""
    text = _JOB.format(name=member.name, inviter=inviter, place=place, role=member.role.value, link=link)
    return Letter(member.email, f"Labeling job: {place}", text)


def moved_letter(email: Email, *, name: str, link: str) -> Letter:
    """To the address that an account had until now. The new one is not told: others may read the old mailbox."""
    return Letter(email, "Your e-mail address was changed", _MOVED.format(name=name, link=link))


def password_reset_letter(email: Email, *, name: str, link: str) -> Letter:
    return Letter(email, "Set a new password", _LINK_FOR_FORGETFUL.format(name=name, link=link))
