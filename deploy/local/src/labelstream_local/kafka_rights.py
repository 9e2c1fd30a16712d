"""Who may do what in Kafka: each service writes its own topics and reads what it follows; a subscriber only reads.

`docs/operations.md` has the same table for a cluster's own administrator.
"""

from collections.abc import Sequence

from labelstream_common.messaging.users import Operation, Right
from labelstream_common.runtime import Service
from labelstream_contracts.topics import STORAGE_OBJECT, consumer_group, dead_letter_name
from labelstream_local.credentials import OBJECT_STORE, SUBSCRIBER

_OWNED: tuple[Operation, ...] = ("write", "create", "describe", "describe-configs", "alter-configs")


def rights_of(services: Sequence[Service]) -> list[Right]:
    """All rights: those of the services, of subscribers, and of an object store that notifies."""
    rights = [Right(OBJECT_STORE, ("write", "describe"), "topic", STORAGE_OBJECT.name)]
    for service in services:
        rights += _rights_of_service(service)
    rights += [
        Right(SUBSCRIBER, ("read", "describe"), "topic", "labeling.", "prefixed"),
        Right(SUBSCRIBER, ("read", "describe"), "group", "*"),
        # Whoever joins a service's group takes partitions away from it.
        *(Right(SUBSCRIBER, ("read",), "group", f"{one.name}.", "prefixed", allowed=False) for one in services),
    ]
    return rights


def _rights_of_service(service: Service) -> list[Right]:
    followed = {topic for follower in service.followers for topic in follower.topics} | {
        topic.name for topic in service.topics if topic is STORAGE_OBJECT
    }
    groups = [consumer_group(service.name, follower.purpose) for follower in service.followers]
    dead = [
        dead_letter_name(topic, consumer_group(service.name, follower.purpose))
        for follower in service.followers
        for topic in follower.topics
    ]
    return [
        *(Right(service.name, _OWNED, "topic", topic.name) for topic in service.topics),
        *(Right(service.name, _OWNED, "topic", name) for name in dead),
        *(Right(service.name, ("read", "describe"), "topic", name) for name in sorted(followed)),
        *(Right(service.name, ("read", "describe"), "group", name) for name in groups),
    ]
