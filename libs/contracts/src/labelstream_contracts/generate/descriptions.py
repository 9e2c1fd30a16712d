"""What the generated pages say in words about headers and payloads."""

from labelstream_contracts import envelope
from labelstream_contracts.events import Payload

HEADER_NOTES = {
    envelope.HEADER_SPEC_VERSION: "always 1.0",
    envelope.HEADER_ID: "never changes between duplicates; unique within the source",
    envelope.HEADER_SOURCE: "the service that published it",
    envelope.HEADER_TYPE: "the event type",
    envelope.HEADER_SUBJECT: "what the version counts",
    envelope.HEADER_TIME: "when it was decided, RFC 3339, UTC",
    envelope.HEADER_SEQUENCE: "the subject's version",
    envelope.HEADER_CORRELATION_ID: "the request that began it all; what nobody asked for begins with itself",
    envelope.HEADER_CAUSATION_ID: "the event or request it follows from",
    envelope.HEADER_TRACEPARENT: "W3C trace context",
    envelope.HEADER_CONTENT_TYPE: "of the value",
}
# Every message carries them; a reader need not insist, since the oldest golden samples are without.
OPTIONAL_HEADERS = {envelope.HEADER_CORRELATION_ID, envelope.HEADER_CAUSATION_ID, envelope.HEADER_TRACEPARENT}


def summary_of(payload: type[Payload]) -> str:
    """The first paragraph of a payload's docstring."""
    return " ".join((payload.__doc__ or "").split("\n\n")[0].split())
