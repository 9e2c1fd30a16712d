"""Labelstream for programs: the gateway API, asynchronous and blocking, and a subscriber of its events.

with labelstream.Client("http://127.0.0.1:8080", email=..., password=...) as client:
    client.annotations.apply(job_id, [sample_id], add=["cat"])

async with labelstream.subscribe("127.0.0.1:9092", job=job_id) as changes:
    async for change in changes:
        ...
"""

from labelstream.aio.client import DEFAULT_URL, AsyncClient
from labelstream.blocking.client import Client
from labelstream.errors import (
    ApiError,
    BrokenExport,
    Conflict,
    FieldError,
    Gone,
    Invalid,
    LabelstreamError,
    NotAllowed,
    NotFound,
    NotSignedIn,
    OperationFailed,
    OutcomeUnknown,
    Refused,
    Stale,
    StillRunning,
    UndecodableEvent,
    Unreachable,
    UnsupportedStart,
)
from labelstream.feed import (
    Change,
    ItemChanged,
    ItemState,
    LabelChanged,
    LabelCreated,
    LabelDeleted,
    LabelEntry,
    LabelImagesDiscarded,
    LabelMerged,
    LabelPurged,
    LabelRenamed,
)
from labelstream.models import ItemFilter
from labelstream.retries import RetryPolicy
from labelstream.subscriber import Start, Subscription, subscribe

__all__ = [
    "DEFAULT_URL",
    "ApiError",
    "AsyncClient",
    "BrokenExport",
    "Change",
    "Client",
    "Conflict",
    "FieldError",
    "Gone",
    "Invalid",
    "ItemChanged",
    "ItemFilter",
    "ItemState",
    "LabelChanged",
    "LabelCreated",
    "LabelDeleted",
    "LabelEntry",
    "LabelImagesDiscarded",
    "LabelMerged",
    "LabelPurged",
    "LabelRenamed",
    "LabelstreamError",
    "NotAllowed",
    "NotFound",
    "NotSignedIn",
    "OperationFailed",
    "OutcomeUnknown",
    "Refused",
    "RetryPolicy",
    "Stale",
    "Start",
    "StillRunning",
    "Subscription",
    "UndecodableEvent",
    "Unreachable",
    "UnsupportedStart",
    "subscribe",
]
