"""The spans of Labelstream's path: request → commit → publish → projection, in one trace through Kafka."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from typing import Any, Protocol

from opentelemetry.trace import Span, SpanKind

from labelstream_common.telemetry import tracing

# A batch may serve hundreds of traces; spans for more than these would cost more than the batch.
_MOST_TRACES = 50


class Traced(Protocol):
    """What a consumer receives, as far as tracing looks at it."""

    @property
    def traceparent(self) -> str: ...


def request(service: str, method: str, parent: str) -> AbstractContextManager[Span | None]:
    """A request under way; `parent` is the caller's traceparent or empty.

    The path is not told: a link's token in it would be a secret. Name the route when it is known.
    """
    if not tracing.enabled():
        return nullcontext()
    attributes = {"labelstream.service": service, "http.request.method": method}
    return tracing.span(method, kind=SpanKind.SERVER, parent=parent, attributes=attributes)


def commit(service: str, traceparents: Iterable[str], changes: int) -> AbstractContextManager[None]:
    """A transaction that carries the changes of one or more requests."""
    if not tracing.enabled():
        return nullcontext()
    attributes: dict[str, tracing.AttributeValue] = {
        "labelstream.service": service,
        "labelstream.changes": changes,
        "db.system.name": "mongodb",
    }
    return tracing.span_in_each("commit", _distinct(traceparents), kind=SpanKind.INTERNAL, attributes=attributes)


def publishing(wave: Sequence[Mapping[str, Any]], service: str) -> AbstractContextManager[None]:
    """A wave of change records on its way to Kafka (aiokafka's own instrumentation does not see batches)."""
    if not tracing.enabled():
        return nullcontext()
    parents = _distinct(context[2] for record in wave for context in record.get("contexts", ()))
    attributes: dict[str, tracing.AttributeValue] = {
        "labelstream.service": service,
        "messaging.system": "kafka",
        "messaging.batch.message_count": sum(record.get("count", 0) for record in wave),
    }
    return tracing.span_in_each("publish", parents, kind=SpanKind.PRODUCER, attributes=attributes)


def following(events: Sequence[Traced], group: str) -> AbstractContextManager[None]:
    """A batch of events on its way into a projection."""
    if not tracing.enabled():
        return nullcontext()
    attributes: dict[str, tracing.AttributeValue] = {
        "messaging.system": "kafka",
        "messaging.consumer.group.name": group,
        "messaging.batch.message_count": len(events),
    }
    parents = _distinct(event.traceparent for event in events)
    return tracing.span_in_each(f"project {group}", parents, kind=SpanKind.CONSUMER, attributes=attributes)


def _distinct(traceparents: Iterable[str]) -> list[str]:
    return list(islice(dict.fromkeys(parent for parent in traceparents if parent), _MOST_TRACES))
