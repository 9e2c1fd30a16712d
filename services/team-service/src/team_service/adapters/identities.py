"""Sign-ins with a provider that are under way, and which account an identity of a provider belongs to."""

from datetime import datetime
from typing import Final

from labelstream_common.mongo import Database, Index
from team_service.application.ports import Work
from team_service.domain.accounts import AccountId
from team_service.domain.providers import ProviderLogin
from team_service.domain.secrets import Digest, digest

PROVIDER_LOGINS: Final = "provider_logins"
IDENTITIES: Final = "identities"

IDENTITY_INDEXES: Final = (
    Index(PROVIDER_LOGINS, (("expires_at", 1),), "expiry", expire_after_seconds=0),
    Index(IDENTITIES, (("account_id", 1),), "account"),
)


class MongoProviderLogins:
    def __init__(self, database: Database) -> None:
        self._logins = database[PROVIDER_LOGINS]

    async def add(self, login: ProviderLogin) -> None:
        await self._logins.insert_one(
            {
                "_id": login.state,
                "provider_id": login.provider_id,
                "browser": login.browser,
                "nonce": login.nonce,
                "verifier": login.verifier,
                "return_to": login.return_to,
                "expires_at": login.expires_at,
            }
        )

    async def take(self, state: Digest) -> ProviderLogin | None:
        found = await self._logins.find_one_and_delete({"_id": state})
        if found is None:
            return None
        return ProviderLogin(
            state=Digest(found["_id"]),
            provider_id=found["provider_id"],
            browser=Digest(found["browser"]),
            nonce=found["nonce"],
            verifier=found["verifier"],
            return_to=found["return_to"],
            expires_at=found["expires_at"],
        )


class MongoIdentities:
    """An identity's `_id` is a digest of issuer and subject, so it belongs to one account at most."""

    def __init__(self, database: Database) -> None:
        self._identities = database[IDENTITIES]

    async def account_of(self, issuer: str, subject: str, work: Work) -> AccountId | None:
        found = await self._identities.find_one({"_id": _key(issuer, subject)}, session=work.session)
        return None if found is None else AccountId(found["account_id"])

    async def link(self, issuer: str, subject: str, account_id: AccountId, at: datetime, work: Work) -> None:
        document = {
            "_id": _key(issuer, subject),
            "issuer": issuer,
            "subject": subject,
            "account_id": account_id,
            "linked_at": at,
        }
        await self._identities.insert_one(document, session=work.session)


def _key(issuer: str, subject: str) -> str:
    return digest(f"{issuer}\0{subject}")
