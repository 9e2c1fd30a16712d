"""Letters in MongoDB: the outbox of e-mails, and the mailbox where there is no mail server.

A letter may hold a link that signs somebody in. What a mail server has taken, or never will, is forgotten but for its
state; a mailbox keeps it readable for an administrator.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from pymongo import ReturnDocument

from labelstream_common.mongo import Database, Document, Index, Page, PageParams
from team_service.adapters.paging import page_by_id
from team_service.application.ports import Work
from team_service.domain.emails import Email
from team_service.domain.mail import (
    LETTERS_KEPT,
    Letter,
    LetterId,
    LetterNotFound,
    LetterState,
    LetterStatus,
    PostedLetter,
)
from team_service.domain.members import MemberId

LETTERS: Final = "letters"
_CLAIMED_FOR: Final = timedelta(minutes=1)

LETTER_INDEXES: Final = (
    Index(LETTERS, (("next_at", 1),), "next", partial={"next_at": {"$exists": True}}),
    Index(LETTERS, (("member_id", 1), ("_id", 1)), "member"),
    Index(LETTERS, (("forget_at", 1),), "forgetting", expire_after_seconds=0),
)


class MongoLetters:
    """`keeps_content`: whether letters stay readable once they are sent."""

    def __init__(self, database: Database, *, keeps_content: bool) -> None:
        self._letters = database[LETTERS]
        self._keeps_content = keeps_content

    async def add(self, posted: PostedLetter, work: Work) -> None:
        await self._letters.insert_one(_document(posted), session=work.session)

    async def claim(self, now: datetime, most: int) -> list[PostedLetter]:
        claimed: list[PostedLetter] = []
        while len(claimed) < most:
            found = await self._letters.find_one_and_update(
                {"next_at": {"$lte": now}},
                {"$set": {"next_at": now + _CLAIMED_FOR}, "$inc": {"attempts": 1}},
                sort=[("next_at", 1)],
                return_document=ReturnDocument.AFTER,
            )
            if found is None:
                break
            claimed.append(_posted(found))
        return claimed

    async def settle(self, letter_id: LetterId, status: LetterStatus, *, again_at: datetime | None = None) -> None:
        update: dict[str, Any] = {"$set": {"status": _status_document(status)}}
        if again_at is not None:
            update["$set"]["next_at"] = again_at
        else:
            ended = {"next_at": ""} if self._keeps_content else {"next_at": "", "text": "", "html": ""}
            update["$unset"] = ended
        await self._letters.update_one({"_id": letter_id}, update)

    async def page(self, wish: PageParams) -> Page[PostedLetter]:
        return await page_by_id(self._letters, {}, wish, _posted)

    async def get(self, letter_id: LetterId) -> PostedLetter:
        found = await self._letters.find_one({"_id": letter_id})
        if found is None:
            raise LetterNotFound
        return _posted(found)

    async def latest(self, member_ids: Sequence[MemberId]) -> Mapping[MemberId, LetterStatus]:
        newest: list[Document] = [
            {"$match": {"member_id": {"$in": list(member_ids)}}},
            {"$sort": {"member_id": 1, "_id": 1}},
            {"$group": {"_id": "$member_id", "status": {"$last": "$status"}}},
        ]
        found = await self._letters.aggregate(newest)
        return {MemberId(each["_id"]): _status(each["status"]) async for each in found}


def _document(posted: PostedLetter) -> Document:
    return {
        "_id": posted.id,
        "to": posted.letter.to,
        "subject": posted.letter.subject,
        "text": posted.letter.text,
        "html": posted.letter.html,
        "status": _status_document(posted.status),
        "posted_at": posted.posted_at,
        "next_at": posted.posted_at,
        "attempts": posted.attempts,
        "member_id": posted.member_id,
        "forget_at": posted.posted_at + LETTERS_KEPT,
    }


def _status_document(status: LetterStatus) -> Document:
    return {"state": status.state.value, "at": status.at, "reason": status.reason}


def _status(found: Document) -> LetterStatus:
    return LetterStatus(LetterState(found["state"]), found["at"], found["reason"])


def _posted(found: Document) -> PostedLetter:
    member_id = found["member_id"]
    return PostedLetter(
        id=LetterId(found["_id"]),
        letter=Letter(Email(found["to"]), found["subject"], found.get("text", ""), found.get("html", "")),
        status=_status(found["status"]),
        posted_at=found["posted_at"],
        attempts=found["attempts"],
        member_id=None if member_id is None else MemberId(member_id),
    )
