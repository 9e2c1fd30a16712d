"""What a service has told the audit, as it stands on the topic."""

from tests.support.topics import read_whole
from tests.support.waiting import eventually

from labelstream_common.runtime import Service
from labelstream_contracts import AuditRecorded, topics


async def told(service: Service, subject_id: str, count: int = 1) -> list[AuditRecorded]:
    """The entries about something, in order, once there are so many."""

    async def all_there() -> list[AuditRecorded]:
        messages = await read_whole(
            service.settings.kafka_bootstrap_servers, [topics.AUDIT.name], key_prefix=subject_id
        )
        entries = [message.payload for message in messages if isinstance(message.payload, AuditRecorded)]
        assert len(entries) >= count
        return entries

    return await eventually(all_there)
