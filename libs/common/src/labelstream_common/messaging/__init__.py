"""Events between services: change records, the relay that publishes them, the consumers that follow."""

from labelstream_common.messaging.audit import Requester, actor_of, audited, current_requester
from labelstream_common.messaging.messages import Message
from labelstream_common.messaging.received import Follower, Poison, Received, one_by_one
from labelstream_common.messaging.request_scope import (
    Context,
    RequestRepeated,
    RequestScope,
    StoredAnswer,
    besides_the_request,
    current_context,
    current_request,
)
from labelstream_common.messaging.unit_of_work import JoinedWork, UnitOfWork, UnitOfWorkFactory

__all__ = [
    "Context",
    "Follower",
    "JoinedWork",
    "Message",
    "Poison",
    "Received",
    "RequestRepeated",
    "RequestScope",
    "Requester",
    "StoredAnswer",
    "UnitOfWork",
    "UnitOfWorkFactory",
    "actor_of",
    "audited",
    "besides_the_request",
    "current_context",
    "current_request",
    "current_requester",
    "one_by_one",
]
