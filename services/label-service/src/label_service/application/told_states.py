"""The states of items that events tell in `before` and `after`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from label_service.domain.items import IMPORT_TO_CONFIRM, State
from label_service.domain.reviews import Review


def state_in(payload: Mapping[str, Any]) -> State:
    """The state of an item."""
    labels = [
        {
            "label_id": one["label_id"],
            "by": one["by"],
            "at": datetime.fromisoformat(one["at"]),
            "source": IMPORT_TO_CONFIRM if one.get("to_confirm") else one["source"],
            "confidence": one["confidence"],
            "model": one.get("model"),
        }
        for one in payload["labels"]
    ]
    review = payload.get("review")
    return State(
        labels,
        payload["hard"],
        None,
        payload.get("content_changed", False),
        review=review_in(review) if review else None,
    )


def review_in(payload: Mapping[str, Any]) -> Review:
    """The review in a state."""
    return Review(
        payload["state"], datetime.fromisoformat(payload["at"]), payload["by"], payload["grade"], payload["reason"]
    )
