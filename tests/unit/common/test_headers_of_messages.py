"""Every message carries every extension of the envelope, wherever its change came from."""

from datetime import UTC, datetime

import pytest

from labelstream_common.ids import new_id
from labelstream_common.messaging.messages import Message
from labelstream_common.messaging.records import change_record
from labelstream_common.messaging.request_scope import Context
from labelstream_common.messaging.wave import framed
from labelstream_common.telemetry.tracing import valid_traceparent

CALLERS = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
MESSAGE = Message("labeling.annotation.v1", "labeling.annotation.changed.v1", "j:s", "j:s", 1, b"{}", seq=1)


def headers_of(record: dict[str, object]) -> dict[str, str]:
    ((message, frame),) = framed(record, "/labelstream/label-service")
    return {name: value.decode() for name, value in frame.headers("j:1", message.subject, message.version)}


def record_with(context: Context) -> dict[str, object]:
    return change_record("j", 1, [MESSAGE], at=datetime.now(UTC), contexts=[context])


@pytest.mark.parametrize(
    ("context", "correlation", "causation"),
    [
        (Context("request", "", CALLERS), "request", "request"),
        (Context("request", "event:1", CALLERS), "request", "event:1"),
        (Context("", "event:1", CALLERS), "event:1", "event:1"),
    ],
)
def test_a_message_names_its_request_its_cause_and_its_trace(
    context: Context, correlation: str, causation: str
) -> None:
    headers = headers_of(record_with(context))
    assert headers["ce_correlationid"] == correlation
    assert headers["ce_causationid"] == causation
    assert headers["traceparent"] == CALLERS


def test_what_nobody_asked_for_begins_with_itself_and_a_duplicate_repeats_it() -> None:
    record = record_with(Context())
    headers = headers_of(record)
    assert headers["ce_correlationid"] == headers["ce_causationid"] == record["_id"]
    assert valid_traceparent(headers["traceparent"])
    assert headers_of(record) == headers
    assert headers_of(record_with(Context()))["traceparent"] != headers["traceparent"]


def test_a_trace_is_begun_where_the_caller_brings_none() -> None:
    request = new_id()
    headers = headers_of(record_with(Context(request)))
    assert headers["ce_correlationid"] == request
    assert valid_traceparent(headers["traceparent"])
