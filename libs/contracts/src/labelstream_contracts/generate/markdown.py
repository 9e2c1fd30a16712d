"""`docs/events.md`: topics with their settings, the envelope, and each event type with its fields and a sample."""

import json
from collections.abc import Iterable, Mapping
from importlib.resources import files

from labelstream_contracts.events import Payload
from labelstream_contracts.generate.descriptions import HEADER_NOTES, summary_of
from labelstream_contracts.generate.field_table import field_table
from labelstream_contracts.generate.golden import GoldenMessage
from labelstream_contracts.registry import PAYLOADS, types_of
from labelstream_contracts.topics import FOR_EVER, TOPICS, TopicSpec

_DAY_MS = 24 * 60 * 60 * 1000


def events_page(golden: Mapping[str, GoldenMessage]) -> str:
    """The page as Markdown; every type shows its golden samples."""
    introduction = (files(__package__) / "introduction.md").read_text(encoding="utf-8")
    sections = [introduction, _envelope(), _topics(), *(_topic(topic, golden) for topic in TOPICS if types_of(topic))]
    return "\n".join(section.rstrip() + "\n" for section in sections)


def _envelope() -> str:
    rows = (f"| `{name}` | {note} |" for name, note in HEADER_NOTES.items())
    return _lines(
        "## Envelope",
        "",
        "CloudEvents 1.0 in Kafka's binary mode: the attributes are headers, the value is the payload alone.",
        "",
        "| header | meaning |",
        "|---|---|",
        *rows,
    )


def _topics() -> str:
    rows = (f"| `{t.name}` | {t.key} | {t.partitions} | {_kept(t)} | {t.purpose} |" for t in TOPICS)
    return _lines(
        "## Topics",
        "",
        "| topic | key | partitions | kept | what |",
        "|---|---|---|---|---|",
        *rows,
        "| `<topic>.<group>.dlq` | as was | as was | 30 days | what a group could not read, as it was, with headers "
        "`dlq_topic`, `dlq_partition`, `dlq_offset`, `dlq_group`, `dlq_reason`, `dlq_at` |",
        "",
        "Consumer groups are named `<service>.<purpose>`, e.g. `label-service.job-follower`.",
        "A compacted topic, read from the beginning, gives the last state of every key and every change of the last "
        "7 days; a null value ends a key.",
    )


def _kept(topic: TopicSpec) -> str:
    if topic.config["cleanup.policy"] == "compact":
        return "compacted"
    retention = int(topic.config["retention.ms"])
    if retention == FOR_EVER:
        return "for ever"
    days = retention // _DAY_MS
    return "1 day" if days == 1 else f"{days} days"


def _topic(topic: TopicSpec, golden: Mapping[str, GoldenMessage]) -> str:
    payloads = [payload for payload in PAYLOADS if payload.topic == topic]
    return _lines(
        f"## `{topic.name}`",
        "",
        f"{topic.purpose[0].upper()}{topic.purpose[1:]}.",
        "",
        *(line for payload in payloads for line in _event(payload, golden)),
    )


def _event(payload: type[Payload], golden: Mapping[str, GoldenMessage]) -> Iterable[str]:
    yield from (f"### `{payload.event_type}`", "", summary_of(payload), "")
    yield from field_table(payload)
    yield ""
    samples = [sample for sample in golden.values() if sample.event_type == payload.event_type]
    for sample in samples:
        variant = sample.name.removeprefix(payload.event_type).removeprefix(".").replace("-", " ")
        title = f"Sample: {variant}" if variant else "Sample"
        body = json.dumps(sample.value, indent=2, ensure_ascii=False)
        yield from ("<details>", f"<summary>{title}</summary>", "", "```json", body, "```", "", "</details>", "")


def _lines(*lines: str) -> str:
    return "\n".join(lines)
