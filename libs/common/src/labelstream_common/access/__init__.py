"""Who may do what: the table of rights, the projection it is applied to, and the wait for young ids."""

from labelstream_common.access.access import Access
from labelstream_common.access.errors import JobNotFound, RightMissing
from labelstream_common.access.follower import access_follower, learn_team_members
from labelstream_common.access.projection import ACCESS_COLLECTIONS, ACCESS_INDEXES, AccessProjection, JobFacts
from labelstream_common.access.rights import ACCOUNT_RIGHTS, RIGHTS, AccountRight, JobRight, JobRole
from labelstream_common.access.young import await_young

__all__ = [
    "ACCESS_COLLECTIONS",
    "ACCESS_INDEXES",
    "ACCOUNT_RIGHTS",
    "RIGHTS",
    "Access",
    "AccessProjection",
    "AccountRight",
    "JobFacts",
    "JobNotFound",
    "JobRight",
    "JobRole",
    "RightMissing",
    "access_follower",
    "await_young",
    "learn_team_members",
]
