"""The table of rights, once: roles in a job against what each may do, and account roles likewise.

Rights that depend on more than the role (an own item in a team job, whether labelers may create labels) are granted
here at their widest; the rule that narrows them stands beside the thing it looks at.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from labelstream_common.auth.caller import AccountRole


class JobRole(StrEnum):
    """What somebody is in one job. An administrator without a role of their own is `admin`."""

    ADMIN = "admin"
    OWNER = "owner"
    MANAGER = "manager"
    REVIEWER = "reviewer"
    LABELER = "labeler"


class JobRight(StrEnum):
    """What somebody may do in one job."""

    SEE = "see"
    LABEL = "label"
    CREATE_LABEL = "create-label"
    REVIEW = "review"
    MANAGE_LABELS = "manage-labels"
    EXPORT = "export"
    WEBHOOKS = "webhooks"
    PREDICT = "predict"
    MANAGE_ANNOTATORS = "manage-annotators"
    SYNCHRONIZE = "synchronize"
    MANAGE_DATA = "manage-data"
    SETTINGS = "settings"
    ACCEPTANCE = "acceptance"
    AUDIT = "audit"
    DELETE = "delete"
    CHANGE_OWNER = "change-owner"


class AccountRight(StrEnum):
    """What an account may do apart from any job."""

    CREATE_DATASETS = "create-datasets"
    CREATE_JOBS = "create-jobs"
    MANAGE_TEAMS = "manage-teams"
    MANAGE_ACCOUNTS = "manage-accounts"
    MANAGE_SOURCES = "manage-sources"
    AUDIT = "audit"
    READ_MAILBOX = "read-mailbox"


_EVERYTHING = frozenset(JobRight)
_LABELER = frozenset({JobRight.SEE, JobRight.LABEL, JobRight.CREATE_LABEL})
_REVIEWER = _LABELER | {JobRight.REVIEW}
_MANAGER = _EVERYTHING - {JobRight.DELETE, JobRight.CHANGE_OWNER}

RIGHTS: Mapping[JobRole, frozenset[JobRight]] = MappingProxyType(
    {
        JobRole.ADMIN: _EVERYTHING,
        JobRole.OWNER: _EVERYTHING,
        JobRole.MANAGER: _MANAGER,
        JobRole.REVIEWER: _REVIEWER,
        JobRole.LABELER: _LABELER,
    }
)

ACCOUNT_RIGHTS: Mapping[AccountRole, frozenset[AccountRight]] = MappingProxyType(
    {
        AccountRole.ADMIN: frozenset(AccountRight),
        AccountRole.MEMBER: frozenset(
            {AccountRight.CREATE_DATASETS, AccountRight.CREATE_JOBS, AccountRight.MANAGE_TEAMS}
        ),
        AccountRole.ANNOTATOR: frozenset(),
    }
)

# The order in which one of several roles counts.
STRENGTH: tuple[JobRole, ...] = (JobRole.OWNER, JobRole.MANAGER, JobRole.REVIEWER, JobRole.LABELER)


def strongest(roles: "frozenset[JobRole] | set[JobRole]") -> JobRole | None:
    """The role that counts when somebody has several in a job; None if they have none."""
    return next((role for role in STRENGTH if role in roles), None)


def rights_of(role: JobRole, *, labelers_may_create_labels: bool = True) -> frozenset[JobRight]:
    """What `role` may do in a job with this setting."""
    rights = RIGHTS[role]
    if role is JobRole.LABELER and not labelers_may_create_labels:
        return rights - {JobRight.CREATE_LABEL}
    return rights
