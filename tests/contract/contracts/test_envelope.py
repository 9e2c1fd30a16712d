"""The envelope: what a reader accepts, and what it refuses as unreadable."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelstream_contracts import Envelope, InvalidEnvelope, dead_letter_headers, event_id, format_time

ENVELOPE = Envelope(
    id="job:7",
    source="/labelstream/label-service",
    type="labeling.annotation.changed.v1",
    subject="job:sample",
    time=datetime(2026, 1, 31, 12, tzinfo=UTC),
    sequence=4,
)
REQUIRED = ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "ce_sequence"]

text = st.text(min_size=1, max_size=60)
times = st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000))


def test_headers_have_the_published_names() -> None:
    full = Envelope(
        **{name: getattr(ENVELOPE, name) for name in ("id", "source", "type", "subject", "time", "sequence")},
        correlation_id="a",
        causation_id="b",
        traceparent="c",
    )
    assert {name for name, _ in full.to_headers()} == {
        *REQUIRED,
        *("content-type", "ce_correlationid", "ce_causationid", "traceparent"),
    }


@given(text, text, times, st.integers(0, 10**18 - 1), st.none() | text)
def test_any_envelope_round_trips(name: str, subject: str, time: datetime, sequence: int, trace: str | None) -> None:
    envelope = Envelope(name, "/labelstream/x", "type", subject, time, sequence, traceparent=trace)
    assert Envelope.from_headers(envelope.to_headers()) == envelope


@pytest.mark.parametrize("missing", REQUIRED)
def test_missing_header_is_refused(missing: str) -> None:
    with pytest.raises(InvalidEnvelope, match=missing):
        Envelope.from_headers([header for header in ENVELOPE.to_headers() if header[0] != missing])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_specversion", b"0.3"),
        ("ce_time", b"yesterday"),
        ("ce_time", b"2026-01-31T12:00:00"),
        ("ce_sequence", b"-1"),
        ("ce_sequence", b"\xd9\xa3"),
        ("ce_sequence", b"9" * 5_000),
        ("ce_id", b""),
        ("ce_subject", b"\xff"),
    ],
)
def test_malformed_header_is_refused(name: str, value: bytes) -> None:
    with pytest.raises(InvalidEnvelope):
        Envelope.from_headers([*ENVELOPE.to_headers(), (name, value)])


def test_unknown_and_null_headers_are_ignored() -> None:
    assert Envelope.from_headers([*ENVELOPE.to_headers(), ("x-other", b"\xc3\xa9"), ("x-null", None)]) == ENVELOPE


def test_time_is_written_in_utc_milliseconds() -> None:
    assert format_time(datetime(2026, 1, 31, 13, tzinfo=timezone(timedelta(hours=1)))) == "2026-01-31T12:00:00.000Z"


def test_id_is_the_place_in_the_stream() -> None:
    assert (event_id("job", 7), event_id("job", 7, "end")) == ("job:7", "job:7:end")


def test_dead_letter_keeps_the_headers_and_adds_coordinates() -> None:
    original = ENVELOPE.to_headers()
    dead = dead_letter_headers(
        original, topic="t", partition=1, offset=2, group="g", reason="no \ud800 good", at=ENVELOPE.time
    )
    assert dead[: len(original)] == original
    assert dict(dead[len(original) :]) == {
        "dlq_topic": b"t",
        "dlq_partition": b"1",
        "dlq_offset": b"2",
        "dlq_group": b"g",
        "dlq_reason": b"no ? good",
        "dlq_at": b"2026-01-31T12:00:00.000Z",
    }
