"""About how much of a reply an item takes, so that pages and what is read at once end in time."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

MOST_BYTES_OF_PAGE: Final = 4_000_000


def weight_of(path: str, labels: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> int:
    """About how many bytes of a reply an item takes. `names` by the ids of labels; the rest are not shown."""
    shown = sum(most_bytes(names.get(one["label_id"], "")) for one in labels)
    return 500 + 2 * most_bytes(path) + 300 * len(labels) + shown


def weight_of_answers(item: Mapping[str, Any]) -> int:
    """About how many bytes the answers on an item take."""
    answers = (*(item.get("answers") or ()), *(item.get("earlier_answers") or ()))
    return sum(300 + 100 * len(one["labels"]) for one in answers)


def most_bytes(text: str) -> int:
    """How many bytes it takes in UTF-8 at most."""
    return len(text) if text.isascii() else 4 * len(text)
