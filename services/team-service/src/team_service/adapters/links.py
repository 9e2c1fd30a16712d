"""One-time links in MongoDB, by the digest of their token."""

from datetime import datetime

from labelstream_common.mongo import Database
from team_service.adapters.collections import INVITATIONS, PASSWORD_RESETS
from team_service.adapters.sessions import session_of
from team_service.application.ports import Work
from team_service.domain.accounts import AccountId
from team_service.domain.emails import Email
from team_service.domain.links import REMEMBERED, Invitation, LinkNotFound, PasswordReset
from team_service.domain.members import MemberId
from team_service.domain.secrets import Digest


class MongoLinks:
    def __init__(self, database: Database) -> None:
        self._invitations = database[INVITATIONS]
        self._resets = database[PASSWORD_RESETS]

    async def add_invitation(self, invitation: Invitation) -> None:
        await self._invitations.insert_one(
            {
                "_id": invitation.token,
                "member_id": invitation.member_id,
                "email": invitation.email,
                "expires_at": invitation.expires_at,
                "used_at": invitation.used_at,
                "forget_at": invitation.expires_at + REMEMBERED,
            }
        )

    async def withdraw(self, token: Digest) -> None:
        await self._invitations.delete_one({"_id": token})

    async def invitation(self, token: Digest, work: Work | None = None) -> Invitation:
        found = await self._invitations.find_one({"_id": token}, session=session_of(work))
        if found is None:
            raise LinkNotFound
        return Invitation(
            token=Digest(found["_id"]),
            member_id=MemberId(found["member_id"]),
            email=Email(found["email"]),
            expires_at=found["expires_at"],
            used_at=found["used_at"],
        )

    async def use_invitations(self, email: Email, now: datetime, work: Work) -> None:
        await self._invitations.update_many(
            {"email": email, "used_at": None}, {"$set": {"used_at": now}}, session=work.session
        )

    async def add_password_reset(self, reset: PasswordReset) -> None:
        await self._resets.insert_one(
            {
                "_id": reset.token,
                "account_id": reset.account_id,
                "expires_at": reset.expires_at,
                "used_at": reset.used_at,
                "forget_at": reset.expires_at + REMEMBERED,
            }
        )

    async def password_reset(self, token: Digest, work: Work | None = None) -> PasswordReset:
        found = await self._resets.find_one({"_id": token}, session=session_of(work))
        if found is None:
            raise LinkNotFound
        return PasswordReset(
            token=Digest(found["_id"]),
            account_id=AccountId(found["account_id"]),
            expires_at=found["expires_at"],
            used_at=found["used_at"],
        )

    async def use_password_resets(self, account_id: AccountId, now: datetime, work: Work) -> None:
        await self._resets.update_many(
            {"account_id": account_id, "used_at": None}, {"$set": {"used_at": now}}, session=work.session
        )
