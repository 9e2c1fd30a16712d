"""One-time links in MongoDB, by the digest of their token."""

from datetime import datetime

from labelstream_common.mongo import Database, Document
from team_service.adapters.collections import EMAIL_CHANGES, INVITATIONS, PASSWORD_RESETS
from team_service.adapters.sessions import session_of
from team_service.application.ports import Work
from team_service.domain.accounts import AccountId
from team_service.domain.emails import Email
from team_service.domain.links import REMEMBERED, EmailChange, Invitation, LinkNotFound, PasswordReset
from team_service.domain.members import MemberId
from team_service.domain.secrets import Digest


class MongoLinks:
    def __init__(self, database: Database) -> None:
        self._invitations = database[INVITATIONS]
        self._resets = database[PASSWORD_RESETS]
        self._changes = database[EMAIL_CHANGES]

    async def add_invitation(self, invitation: Invitation, work: Work) -> None:
        await self._invitations.insert_one(
            {
                "_id": invitation.token,
                "member_id": invitation.member_id,
                "email": invitation.email,
                "expires_at": invitation.expires_at,
                "used_at": invitation.used_at,
                "forget_at": invitation.expires_at + REMEMBERED,
            },
            session=work.session,
        )

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

    async def add_password_reset(self, reset: PasswordReset, work: Work) -> None:
        await self._resets.insert_one(
            {
                "_id": reset.token,
                "account_id": reset.account_id,
                "expires_at": reset.expires_at,
                "used_at": reset.used_at,
                "forget_at": reset.expires_at + REMEMBERED,
            },
            session=work.session,
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

    async def add_email_change(self, change: EmailChange, work: Work) -> None:
        document = {
            "_id": change.token,
            "account_id": change.account_id,
            "email": change.email,
            "session": change.session,
            "expires_at": change.expires_at,
            "used_at": change.used_at,
            "forget_at": change.expires_at + REMEMBERED,
        }
        await self._changes.insert_one(document, session=work.session)

    async def email_change(self, token: Digest, work: Work | None = None) -> EmailChange:
        found = await self._changes.find_one({"_id": token}, session=session_of(work))
        if found is None:
            raise LinkNotFound
        return _email_change(found)

    async def open_email_change(self, account_id: AccountId, now: datetime) -> EmailChange | None:
        still_open = {"account_id": account_id, "used_at": None, "expires_at": {"$gt": now}}
        found = await self._changes.find_one(still_open)
        return None if found is None else _email_change(found)

    async def use_email_changes(self, account_id: AccountId, now: datetime, work: Work) -> None:
        await self._changes.update_many(
            {"account_id": account_id, "used_at": None}, {"$set": {"used_at": now}}, session=work.session
        )

    async def use_password_resets(self, account_id: AccountId, now: datetime, work: Work) -> None:
        await self._resets.update_many(
            {"account_id": account_id, "used_at": None}, {"$set": {"used_at": now}}, session=work.session
        )


def _email_change(found: Document) -> EmailChange:
    return EmailChange(
        token=Digest(found["_id"]),
        account_id=AccountId(found["account_id"]),
        email=Email(found["email"]),
        session=found["session"],
        expires_at=found["expires_at"],
        used_at=found["used_at"],
    )
