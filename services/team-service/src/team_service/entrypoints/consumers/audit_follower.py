"""What other services tell the audit."""

from collections.abc import Sequence

from labelstream_common.messaging import Follower, Received
from labelstream_common.mongo import Session
from labelstream_contracts import AuditRecorded, topics
from team_service.application.ports import Audit


def audit_follower(audit: Audit) -> Follower:
    async def apply(events: Sequence[Received], session: Session) -> None:
        entries = [event.payload for event in events if isinstance(event.payload, AuditRecorded)]
        if entries:
            await audit.keep(session, entries)

    return Follower("audit-follower", (topics.AUDIT.name,), apply, wants=(AuditRecorded,))
