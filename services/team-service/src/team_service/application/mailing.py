"""Letters are posted in the transaction of what they tell of, and sent afterwards: none is lost, none is sent for
something that did not happen. A letter may arrive twice, if the process ends at the wrong moment; its id is the same.
"""

import asyncio
from datetime import datetime
from typing import Protocol

from labelstream_common.ids import new_id
from labelstream_common.mongo import retried
from labelstream_common.tasks import rest
from labelstream_common.telemetry import get_logger
from labelstream_contracts import AuditAction
from team_service.application.audit import noted
from team_service.application.ports import Mail, Ports, Work
from team_service.domain.accounts import AccountId
from team_service.domain.mail import (
    Letter,
    LetterId,
    LetterRefused,
    LetterState,
    LetterStatus,
    MailLanguage,
    MailServerAway,
    PostedLetter,
    next_attempt,
)
from team_service.domain.members import MemberId

log = get_logger(__name__)

LOOK_EVERY = 1.0
AT_ONCE = 8


class Outbox(Protocol):
    """The letters on their way, as whoever sends them sees them."""

    async def claim(self, now: datetime, most: int) -> list[PostedLetter]:
        """Letters whose time has come, with one attempt more; for a minute nobody else is given them."""

    async def settle(self, letter_id: LetterId, status: LetterStatus, *, again_at: datetime | None = None) -> None:
        """Notes what became of an attempt."""


async def post(letter: Letter, ports: Ports, work: Work, *, member_id: MemberId | None = None) -> LetterStatus:
    """Takes a letter for sending, if and when `work` commits."""
    posted = PostedLetter.queued(LetterId(new_id()), letter, ports.clock.now(), member_id)
    await ports.letters.add(posted, work)
    return posted.status


@retried
async def read_letter(letter_id: LetterId, *, ports: Ports) -> PostedLetter:
    """A letter in the mailbox, to be read: its link may sign somebody in, so it is recorded in the audit first.

    Raises LetterNotFound.
    """
    posted = await ports.letters.get(letter_id)
    async with ports.unit_of_work() as work:
        work.record(noted(AuditAction.LETTER_READ, "letter", posted.id))
    return posted


async def language_for(*account_ids: AccountId | None, ports: Ports) -> MailLanguage:
    """The language that the first of these accounts has chosen; else the installation's."""
    for account_id in account_ids:
        if account_id is not None:
            chosen = (await ports.preferences.get(account_id)).language
            if chosen != "system":
                return chosen
    return ports.mail_language


class Delivery:
    """Sends what was posted. Any number of processes may do so at a time."""

    def __init__(self, outbox: Outbox, mail: Mail, ports: Ports) -> None:
        self._outbox = outbox
        self._mail = mail
        self._ports = ports

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            letters = await self._outbox.claim(self._ports.clock.now(), AT_ONCE) if self._mail.configured else []
            await asyncio.gather(*(self._send(letter) for letter in letters))
            if not letters:
                await rest(stop, LOOK_EVERY)

    async def _send(self, posted: PostedLetter) -> None:
        reason, again_at, state = None, None, LetterState.SENT
        try:
            await self._mail.send(posted)
        except LetterRefused as error:
            reason, state = str(error), LetterState.FAILED
        except MailServerAway as error:
            reason, again_at = str(error), next_attempt(posted.attempts, self._ports.clock.now())
            state = LetterState.FAILED if again_at is None else LetterState.QUEUED
        if state is LetterState.FAILED:
            log.warning("mail.letter.failed", letter_id=posted.id, reason=reason)
        status = LetterStatus(state, self._ports.clock.now(), reason)
        await self._outbox.settle(posted.id, status, again_at=again_at)
