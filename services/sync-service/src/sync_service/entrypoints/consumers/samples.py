"""What this service itself said of samples: objects that are new or have other bytes are to be inspected.

It reads its own topic, so that synchronization does nothing for it; from the beginning, so that samples that were
there before are inspected too.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from labelstream_common.messaging import Follower, Received
from labelstream_common.mongo import Session
from labelstream_contracts import SampleAdded, SamplePayload, SampleUpdated, topics

_EVENTS_OF_A_TRANSACTION = 1_000
# Nobody waits for it: what comes gathers.
_REST_SECONDS = 0.5


class Expects(Protocol):
    async def expect(self, changed: Sequence[tuple[str, str, str]], session: Session) -> None: ...


def inspection_follower(inspections: Expects, rests_more: Callable[[], Awaitable[float]] | None = None) -> Follower:
    async def apply(events: Sequence[Received], session: Session) -> None:
        changed = [
            (event.payload.dataset_id, event.payload.sample_id, event.payload.etag)
            for event in events
            if isinstance(event.payload, SamplePayload) and event.payload.state == "new"
        ]
        if changed:
            await inspections.expect(changed, session)

    return Follower(
        "inspection-follower",
        (topics.SAMPLE.name,),
        apply,
        wants=(SampleAdded, SampleUpdated),
        most=_EVENTS_OF_A_TRANSACTION,
        rest=_REST_SECONDS,
        rests_more=rests_more,
    )
