"""Accounts, keys, sessions, teams, annotators, the audit and the mailbox."""

from datetime import datetime
from typing import Any, Literal

from labelstream.models.reply import Reply

AccountRole = Literal["admin", "member", "annotator"]
MemberRole = Literal["labeler", "reviewer", "manager"]


class Account(Reply, frozen=True, kw_only=True):
    """`new_email` is the address of one's own account that waits to be confirmed, if there is one."""

    id: str
    email: str
    name: str = ""
    role: AccountRole = "annotator"
    disabled: bool = False
    new_email: str | None = None
    created_at: datetime | None = None


class ApiKey(Reply, frozen=True, kw_only=True):
    """`secret` is there only in the answer that created it."""

    id: str
    name: str = ""
    secret: str | None = None
    scopes: tuple[str, ...] = ()
    job_ids: tuple[str, ...] | None = None
    created_at: datetime | None = None
    expires_at: datetime | None = None
    last_used_at: datetime | None = None


class Session(Reply, frozen=True, kw_only=True):
    """Where one is signed in. `current` is the session that the request was made with."""

    id: str
    created_at: datetime
    last_used_at: datetime
    address: str = ""
    user_agent: str = ""
    current: bool = False


class Named(Reply, frozen=True, kw_only=True):
    """Somebody or something in the audit."""

    kind: str
    id: str | None = None


class AuditEntry(Reply, frozen=True, kw_only=True):
    """Who did what, to what, when and from where; `detail` depends on the action."""

    id: str
    at: datetime
    action: str
    actor: Named
    subject: Named
    job_id: str | None = None
    address: str = ""
    detail: dict[str, Any] = {}


class Letter(Reply, frozen=True, kw_only=True):
    """An e-mail in the mailbox of an installation without a mail server. Lists leave out what it says."""

    id: str
    to: str
    subject: str
    posted_at: datetime
    state: str = "queued"
    text: str = ""
    html: str = ""


class LetterStatus(Reply, frozen=True, kw_only=True):
    """What became of an e-mail: `queued`, `sent` or `failed`."""

    state: str
    at: datetime
    reason: str | None = None


class TeamMember(Reply, frozen=True, kw_only=True):
    """Somebody in a team. `state`: `not_invited`, `invited`, `active` or `removed`."""

    id: str
    email: str | None = None
    name: str = ""
    role: MemberRole = "labeler"
    state: str = "not_invited"
    account_id: str | None = None
    added_at: datetime | None = None


class Annotator(Reply, frozen=True, kw_only=True):
    """Somebody who works in a job. `state` says whether the invitation went out and was taken up."""

    id: str
    email: str | None = None
    name: str = ""
    role: Literal["owner", "labeler", "reviewer", "manager"] = "labeler"
    state: str = "not_invited"
    account_id: str | None = None
    member_id: str | None = None
    added_at: datetime | None = None
    letter: LetterStatus | None = None


class Person(Reply, frozen=True, kw_only=True):
    """Somebody who works in a job or has worked there; `id` is that of the account. Inactive ones were removed."""

    id: str
    name: str = ""
    role: str = ""
    active: bool = True


class Team(Reply, frozen=True, kw_only=True):
    """A lasting group of people that can be put on jobs together."""

    id: str
    name: str
    description: str = ""
    created_by: str | None = None
    created_at: datetime | None = None
