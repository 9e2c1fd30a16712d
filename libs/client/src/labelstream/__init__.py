"""Labelstream for programs: the gateway API, asynchronous and blocking, and a subscriber of its events.

with labelstream.Client("http://127.0.0.1:8080", email=..., password=...) as client:
    client.annotations.apply(job_id, [sample_id], add=["cat"])

async with labelstream.subscribe("127.0.0.1:9092", job=job_id) as changes:
    async for change in changes:
        ...
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labelstream.addresses import DEFAULT_URL
    from labelstream.aio.client import AsyncClient
    from labelstream.blocking.client import Client
    from labelstream.errors import (
        ApiError,
        BrokenExport,
        Conflict,
        FieldError,
        Gone,
        Invalid,
        InvalidAddress,
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
        UnexpectedAnswer,
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
        LabelUpdated,
    )
    from labelstream.models import ImportSource, ItemFilter, PredictedLabel, Prediction
    from labelstream.models.teams import TeamSettings
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
    "ImportSource",
    "Invalid",
    "InvalidAddress",
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
    "LabelUpdated",
    "LabelstreamError",
    "NotAllowed",
    "NotFound",
    "NotSignedIn",
    "OperationFailed",
    "OutcomeUnknown",
    "PredictedLabel",
    "Prediction",
    "Refused",
    "RetryPolicy",
    "Stale",
    "Start",
    "StillRunning",
    "Subscription",
    "TeamSettings",
    "UndecodableEvent",
    "UnexpectedAnswer",
    "Unreachable",
    "UnsupportedStart",
    "subscribe",
]

_HOMES = {
    "DEFAULT_URL": "labelstream.addresses",
    "AsyncClient": "labelstream.aio.client",
    "Client": "labelstream.blocking.client",
    "ApiError": "labelstream.errors",
    "BrokenExport": "labelstream.errors",
    "Conflict": "labelstream.errors",
    "FieldError": "labelstream.errors",
    "Gone": "labelstream.errors",
    "Invalid": "labelstream.errors",
    "InvalidAddress": "labelstream.errors",
    "LabelstreamError": "labelstream.errors",
    "NotAllowed": "labelstream.errors",
    "NotFound": "labelstream.errors",
    "NotSignedIn": "labelstream.errors",
    "OperationFailed": "labelstream.errors",
    "OutcomeUnknown": "labelstream.errors",
    "Refused": "labelstream.errors",
    "Stale": "labelstream.errors",
    "StillRunning": "labelstream.errors",
    "UndecodableEvent": "labelstream.errors",
    "UnexpectedAnswer": "labelstream.errors",
    "Unreachable": "labelstream.errors",
    "UnsupportedStart": "labelstream.errors",
    "Change": "labelstream.feed",
    "ItemChanged": "labelstream.feed",
    "ItemState": "labelstream.feed",
    "LabelChanged": "labelstream.feed",
    "LabelCreated": "labelstream.feed",
    "LabelDeleted": "labelstream.feed",
    "LabelEntry": "labelstream.feed",
    "LabelImagesDiscarded": "labelstream.feed",
    "LabelMerged": "labelstream.feed",
    "LabelPurged": "labelstream.feed",
    "LabelRenamed": "labelstream.feed",
    "LabelUpdated": "labelstream.feed",
    "ImportSource": "labelstream.models",
    "ItemFilter": "labelstream.models",
    "TeamSettings": "labelstream.models.teams",
    "PredictedLabel": "labelstream.models",
    "Prediction": "labelstream.models",
    "RetryPolicy": "labelstream.retries",
    "Start": "labelstream.subscriber",
    "Subscription": "labelstream.subscriber",
    "subscribe": "labelstream.subscriber",
}
"""Where each name lives. It is imported when it is first used: a script that only labels waits for no Kafka client."""


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
