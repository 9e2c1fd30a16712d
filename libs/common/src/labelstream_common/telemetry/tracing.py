"""OpenTelemetry traces. Off, and free, unless OTEL_EXPORTER_OTLP_ENDPOINT is set (or a test collects spans).

Trace context crosses processes as a W3C `traceparent` (https://www.w3.org/TR/trace-context/): in HTTP headers, in
change records and in Kafka headers. With tracing off, a caller's `traceparent` is still passed on unchanged.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExporter
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, TraceFlags, Tracer

_TRACEPARENT = re.compile(r"^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})")

AttributeValue = str | int | float | bool


class _State:
    tracer: Tracer | None = None
    provider: TracerProvider | None = None


def configure_tracing(service: str) -> None:
    """Sends this process' spans to the collector that the environment names; does nothing if it names none."""
    if _State.tracer is not None or not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return
    # Imported here: it costs 60 ms at start, which a process without a collector need not pay.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _use(provider)


@contextmanager
def collecting(exporter: SpanExporter) -> Iterator[None]:
    """Gives every span that ends inside the block to `exporter`, at once. For tests."""
    before = (_State.tracer, _State.provider)
    provider = TracerProvider(resource=Resource.create({"service.name": "test"}))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    _use(provider)
    try:
        yield
    finally:
        provider.shutdown()
        _State.tracer, _State.provider = before


def _use(provider: TracerProvider) -> None:
    _State.provider = provider
    _State.tracer = provider.get_tracer("labelstream")


def shutdown_tracing() -> None:
    """Sends what is still held back. Blocks for a few seconds at most; call it when the process ends."""
    if _State.provider is not None:
        _State.provider.shutdown()
        _State.tracer = _State.provider = None


def enabled() -> bool:
    """Whether spans go anywhere: callers skip preparing attributes when they do not."""
    return _State.tracer is not None


def valid_traceparent(value: str | None) -> str:
    """`value` if it is a well-formed traceparent, else the empty string."""
    return value if value and _TRACEPARENT.match(value) else ""


def traceparent() -> str:
    """The traceparent of the current span; empty when there is none."""
    return _traceparent_of(trace.get_current_span())


@contextmanager
def span(
    name: str,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    parent: str = "",
    attributes: Mapping[str, AttributeValue] | None = None,
) -> Iterator[Span | None]:
    """A span as the current one: a child of `parent` (a traceparent) if given, else of the current span.

    An exception marks it as failed and passes through. Yields None when tracing is off.
    """
    tracer = _State.tracer
    if tracer is None:
        yield None
        return
    with tracer.start_as_current_span(
        name, context=_context_of(parent), kind=kind, attributes=dict(attributes or {})
    ) as started:
        yield started


@contextmanager
def span_in_each(
    name: str, parents: Sequence[str], *, kind: SpanKind, attributes: Mapping[str, AttributeValue] | None = None
) -> Iterator[None]:
    """One span in each of several traces, for work on a batch that serves them all. Without a parent, one of its own.

    The last one is current inside the block.
    """
    tracer = _State.tracer
    if tracer is None:
        yield
        return
    started = [
        tracer.start_span(name, context=_context_of(parent), kind=kind, attributes=dict(attributes or {}))
        for parent in (parents or ("",))
    ]
    try:
        with trace.use_span(started[-1], end_on_exit=False):
            yield
    except BaseException as error:
        for each in started:
            each.record_exception(error)
            each.set_status(trace.StatusCode.ERROR)
        raise
    finally:
        for each in started:
            each.end()


def _traceparent_of(started: Span) -> str:
    context = started.get_span_context()
    if not context.is_valid:
        return ""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"


def _context_of(parent: str) -> Context | None:
    found = _TRACEPARENT.match(parent) if parent else None
    if found is None:
        return None
    trace_id, span_id, flags = found.groups()
    remote = SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16)))
    return trace.set_span_in_context(NonRecordingSpan(remote))
