"""What is kept of who did what."""

from collections.abc import Sequence
from typing import Protocol

from labelstream_common.mongo import Page, PageParams, Session
from labelstream_contracts import AuditRecorded
from team_service.domain.audit import AuditEntry, AuditFilter


class Audit(Protocol):
    """It can be added to and read; nothing changes or ends an entry but its age."""

    async def keep(self, session: Session, entries: Sequence[AuditRecorded]) -> None:
        """Adds, in the transaction of `session`, what is not there yet."""

    async def page(self, only: AuditFilter, wish: PageParams) -> Page[AuditEntry]:
        """The newest first. Raises InvalidCursor."""
