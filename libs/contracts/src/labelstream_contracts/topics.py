"""Every Kafka topic with its settings; how dead-letter topics and consumer groups are named. Constants only here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_DAY_MS = 24 * 60 * 60 * 1000

FOR_EVER = -1
WEEK_MS = 7 * _DAY_MS
MONTH_MS = 30 * _DAY_MS

# 200 labels of 1,024 four-byte characters, before and after, stay below this; Kafka's own limit is 1 MiB.
MAX_MESSAGE_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic as it is created: `config` holds Kafka's own setting names. Replication is the deployment's matter."""

    name: str
    partitions: int
    key: str
    purpose: str
    config: Mapping[str, str] = field(default_factory=dict)


def _kept(retention_ms: int) -> Mapping[str, str]:
    return MappingProxyType(
        {
            "cleanup.policy": "delete",
            "retention.ms": str(retention_ms),
            "max.message.bytes": str(MAX_MESSAGE_BYTES),
        }
    )


# Read from the beginning, such a topic gives the last state of every key and every change of the last week.
_COMPACTED: Mapping[str, str] = MappingProxyType(
    {
        "cleanup.policy": "compact",
        "min.compaction.lag.ms": str(WEEK_MS),
        "delete.retention.ms": str(WEEK_MS),
        "max.message.bytes": str(MAX_MESSAGE_BYTES),
    }
)

JOB = TopicSpec("labeling.job.v1", 3, "job", "labeling jobs: what they are and where they stand", _kept(FOR_EVER))
LABEL = TopicSpec("labeling.label.v1", 3, "job", "the label set of each job", _kept(FOR_EVER))
ANNOTATION = TopicSpec("labeling.annotation.v1", 12, "job:sample", "every change of every item", _COMPACTED)
PROGRESS = TopicSpec("labeling.progress.v1", 3, "job", "what each commit added up to", _kept(MONTH_MS))
DATASET = TopicSpec("labeling.dataset.v1", 3, "dataset", "datasets, their imports and versions", _kept(FOR_EVER))
SAMPLE = TopicSpec("labeling.sample.v1", 12, "sample", "the samples of each dataset, full state", _COMPACTED)
MEMBER = TopicSpec("labeling.member.v1", 3, "job or team", "annotators of jobs and members of teams", _kept(FOR_EVER))
TEAM = TopicSpec("labeling.team.v1", 3, "team", "teams and who made them", _kept(FOR_EVER))
ACCOUNT = TopicSpec("labeling.account.v1", 3, "account", "accounts and their roles", _kept(FOR_EVER))
AUDIT = TopicSpec("labeling.audit.v1", 3, "subject", "acts that the audit keeps", _kept(MONTH_MS))
STORAGE_OBJECT = TopicSpec(
    "storage.object.v1", 3, "bucket/key", "raw object-store notifications, hints only", _kept(_DAY_MS)
)

TOPICS: tuple[TopicSpec, ...] = (
    JOB,
    LABEL,
    ANNOTATION,
    PROGRESS,
    DATASET,
    SAMPLE,
    MEMBER,
    TEAM,
    ACCOUNT,
    AUDIT,
    STORAGE_OBJECT,
)
TOPIC_BY_NAME: Mapping[str, TopicSpec] = MappingProxyType({topic.name: topic for topic in TOPICS})


def consumer_group(service: str, purpose: str) -> str:
    """`<service>.<purpose>`, e.g. `label-service.job-follower`."""
    return f"{service}.{purpose}"


def dead_letter_name(topic: str, group: str) -> str:
    """`<topic>.<group>.dlq`."""
    return f"{topic}.{group}.dlq"


def dead_letter_topic(topic: TopicSpec, group: str) -> TopicSpec:
    """Where `group` puts the messages of `topic` that it cannot read; key and partition count as they were."""
    purpose = f"messages of {topic.name} that {group} could not read"
    return TopicSpec(dead_letter_name(topic.name, group), topic.partitions, topic.key, purpose, _kept(MONTH_MS))
