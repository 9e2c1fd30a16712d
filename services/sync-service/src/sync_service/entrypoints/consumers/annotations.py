"""What label-service says of items: where a person has looked at an overwritten image, its sample is told.

Of the busiest topic there is, only the few messages are decoded that take the mark of an item off.
"""

from collections.abc import Sequence

from labelstream_common.messaging import Follower, Received
from labelstream_common.mongo import Session
from labelstream_contracts import AnnotationChanged, topics
from sync_service.application.content_seen import ContentSeen, content_seen
from sync_service.application.ports import Join, Ports
from sync_service.domain.dataset import DatasetId
from sync_service.domain.sample import SampleId

_REST_SECONDS = 0.5


def content_follower(ports: Ports, join: Join) -> Follower:
    async def apply(events: Sequence[Received], session: Session) -> None:
        seen = [_command(event.payload) for event in events if isinstance(event.payload, AnnotationChanged)]
        async with join(session) as work:
            await content_seen([one for one in seen if one is not None], work, ports=ports)

    return Follower(
        "content-follower",
        (topics.ANNOTATION.name,),
        apply,
        wants=(AnnotationChanged,),
        rest=_REST_SECONDS,
        containing=b'"overwritten":',
    )


def _command(payload: AnnotationChanged) -> ContentSeen | None:
    if payload.overwritten is None or payload.actor.kind != "person":
        return None
    return ContentSeen(DatasetId(payload.dataset_id), SampleId(payload.sample_id), payload.overwritten)
