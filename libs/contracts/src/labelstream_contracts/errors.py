"""What reading a message can fail with.

ContractError               (never raised itself)
├── InvalidEnvelope         a header is missing or malformed
├── UnknownEventType        a type this version does not know; a reader skips it
└── InvalidPayload          the value is not what its type promises
"""


class ContractError(Exception):
    """Anything that makes a message unreadable."""


class InvalidEnvelope(ContractError):
    """A required CloudEvents header is missing or malformed."""


class UnknownEventType(ContractError):
    """The type is not one of this version's. It may be newer than the reader, so a reader skips it."""

    def __init__(self, event_type: str) -> None:
        super().__init__(f"unknown event type {event_type!r}")
        self.event_type = event_type


class InvalidPayload(ContractError):
    """The value is not the JSON document that its type promises."""
