"""The topic of samples as Kafka has it: an operator may have created it with more partitions than we would."""

from labelstream_common.messaging.kafka_access import KafkaAccess
from labelstream_common.messaging.topic_admin import partition_counts
from labelstream_contracts import topics


class KafkaSampleTopic:
    """Asks once: adding partitions to a topic that is in use would break the order of its keys anyway."""

    def __init__(self, kafka: KafkaAccess) -> None:
        self._kafka = kafka
        self._partitions: int | None = None

    async def partitions(self) -> int:
        if self._partitions is None:
            counts = await partition_counts(self._kafka, [topics.SAMPLE.name])
            self._partitions = counts[topics.SAMPLE.name]
        return self._partitions
