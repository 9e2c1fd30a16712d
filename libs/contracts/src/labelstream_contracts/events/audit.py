"""`labeling.audit.v1`: acts that matter for security or cannot be undone, told by the service in which they happened.

team-service keeps them, and what happens there itself, as the audit.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from labelstream_contracts import topics
from labelstream_contracts.events.payload import Id, Part, Payload
from labelstream_contracts.topics import TopicSpec


class AuditAction(StrEnum):
    """What is recorded in the audit. Readers keep actions that they do not know."""

    SIGN_IN = "sign-in"
    SIGN_IN_FAILED = "sign-in-failed"
    SESSION_ENDED = "session-ended"
    SESSIONS_ENDED = "sessions-ended"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - the name of an act
    PASSWORD_RESET_SENT = "password-reset-sent"  # noqa: S105 - the name of an act
    EMAIL_CHANGE_ASKED = "email-change-asked"
    EMAIL_CHANGED = "email-changed"
    PROVIDER_LINKED = "provider-linked"
    KEY_CREATED = "key-created"
    KEY_DELETED = "key-deleted"
    ACCOUNT_CREATED = "account-created"
    ACCOUNT_CHANGED = "account-changed"
    ACCOUNT_DISABLED = "account-disabled"
    ACCOUNT_ENABLED = "account-enabled"
    ROLE_CHANGED = "role-changed"
    OWNER_CHANGED = "owner-changed"
    TEAM_CREATED = "team-created"
    TEAM_CHANGED = "team-changed"
    MEMBER_ADDED = "member-added"
    MEMBER_REMOVED = "member-removed"
    INVITED = "invited"
    INVITATION_ACCEPTED = "invitation-accepted"
    EXPORTED = "exported"
    DELETED = "deleted"
    RESTORED = "restored"
    JOB_CREATED = "job-created"
    JOB_COMPLETED = "job-completed"
    JOB_REOPENED = "job-reopened"
    ACCEPTANCE_OPENED = "acceptance-opened"
    ACCEPTANCE_FINISHED = "acceptance-finished"
    LABELS_MERGED = "labels-merged"
    LETTER_READ = "letter-read"
    SOURCE_CREATED = "source-created"
    SOURCE_CHANGED = "source-changed"


class AuditActor(Part):
    """Who did it: a person, a service of the installation, the platform by itself, or nobody that is known."""

    kind: Literal["person", "service", "system", "anonymous"]
    id: Id | None = None


class AuditSubject(Part):
    """What it was done to."""

    kind: str
    id: Id | None = None


class AuditRecorded(Payload):
    """Something was done that belongs in the audit. Never what was typed, and never a secret."""

    event_type: ClassVar[str] = "labeling.audit.recorded.v1"
    topic: ClassVar[TopicSpec] = topics.AUDIT

    audit_id: Id
    action: Annotated[str, Field(min_length=1, max_length=64, description="what was done, such as `deleted`")]
    actor: AuditActor
    about: Annotated[AuditSubject, Field(description="what it was done to")]
    job_id: Annotated[Id | None, Field(description="the job whose managers read it")] = None
    address: Annotated[str, Field(description="where the request came from; empty where there was none")] = ""
    detail: Annotated[Mapping[str, Any], Field(description="more about the act, by its action")] = {}

    def key(self) -> str:
        return self.about.id or self.audit_id

    def subject(self) -> str:
        return self.audit_id

    def sequence(self) -> int:
        return 1
