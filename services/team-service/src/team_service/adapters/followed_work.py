"""The transaction in which a follower applies events, as the use cases know a transaction."""

from labelstream_common.clock import Clock
from labelstream_common.messaging import Message, current_context, records
from labelstream_common.mongo import Database, Session
from team_service.adapters.publishing import encode


class FollowedWork:
    """What is recorded is published if the follower's transaction commits. Call `keep` before it does."""

    def __init__(self, database: Database, session: Session, clock: Clock) -> None:
        self._database = database
        self.session = session
        self._clock = clock
        self._messages: list[Message] = []

    def record(self, event: object) -> None:
        self._messages.append(encode(event))

    async def keep(self) -> None:
        await records.append(
            self._database, self.session, self._messages, at=self._clock.now(), context=current_context.get()
        )
