"""The collections of this service's database and their indexes."""

from typing import Final

from labelstream_common.mongo import Index
from team_service.adapters.audit import AUDIT
from team_service.adapters.identities import IDENTITIES, PROVIDER_LOGINS
from team_service.adapters.letters import LETTERS

ACCOUNTS: Final = "accounts"
INSTALLATION: Final = "installation"
SIGN_INS: Final = "sign_ins"
API_KEYS: Final = "api_keys"
SIGNING_KEYS: Final = "signing_keys"
TEAMS: Final = "teams"
MEMBERS: Final = "members"
JOBS: Final = "jobs"
INVITATIONS: Final = "invitations"
PASSWORD_RESETS: Final = "password_resets"  # noqa: S105 - a collection's name
EMAIL_CHANGES: Final = "email_changes"
ATTEMPTS: Final = "attempts"
PREFERENCES: Final = "preferences"

COLLECTIONS: Final = (
    ACCOUNTS,
    INSTALLATION,
    SIGN_INS,
    API_KEYS,
    SIGNING_KEYS,
    TEAMS,
    MEMBERS,
    JOBS,
    INVITATIONS,
    PASSWORD_RESETS,
    EMAIL_CHANGES,
    ATTEMPTS,
    PREFERENCES,
    AUDIT,
    LETTERS,
    IDENTITIES,
    PROVIDER_LOGINS,
)

INDEXES: Final = (
    Index(ACCOUNTS, (("email", 1),), "email", unique=True),
    Index(ACCOUNTS, (("role", 1), ("_id", 1)), "role"),
    Index(SIGN_INS, (("current", 1),), "current", unique=True),
    Index(SIGN_INS, (("replaced", 1),), "replaced"),
    Index(SIGN_INS, (("account_id", 1),), "account"),
    Index(SIGN_INS, (("expires_at", 1),), "expiry", expire_after_seconds=0),
    Index(API_KEYS, (("account_id", 1), ("_id", 1)), "account"),
    Index(SIGNING_KEYS, (("sequence", 1),), "sequence", unique=True),
    Index(TEAMS, (("created_by", 1), ("_id", 1)), "created_by"),
    Index(MEMBERS, (("scope", 1), ("scope_id", 1), ("email", 1)), "scope_email", unique=True),
    Index(
        MEMBERS,
        (("scope", 1), ("scope_id", 1), ("account_id", 1)),
        "scope_account",
        unique=True,
        partial={"account_id": {"$type": "string"}},
    ),
    Index(MEMBERS, (("scope", 1), ("scope_id", 1), ("_id", 1)), "scope"),
    Index(MEMBERS, (("account_id", 1), ("scope", 1)), "account"),
    Index(MEMBERS, (("email", 1),), "email"),
    Index(INVITATIONS, (("email", 1),), "email"),
    Index(INVITATIONS, (("forget_at", 1),), "forgetting", expire_after_seconds=0),
    Index(PASSWORD_RESETS, (("account_id", 1),), "account"),
    Index(PASSWORD_RESETS, (("forget_at", 1),), "forgetting", expire_after_seconds=0),
    Index(EMAIL_CHANGES, (("account_id", 1),), "account"),
    Index(EMAIL_CHANGES, (("forget_at", 1),), "forgetting", expire_after_seconds=0),
    Index(ATTEMPTS, (("until", 1),), "expiry", expire_after_seconds=0),
)
