"""How many different labels a dataset's data may bring: no more than a labeling job can have."""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

from labelstream_contracts.label_sets import MAX_LABELS_OF_JOB
from sync_service.domain.import_entries import Found, shortened
from sync_service.domain.imports import Rejection


class LabelRoom:
    """The labels that the dataset has, as numbers made of their names: ten thousand names may be long."""

    def __init__(self, most: int = MAX_LABELS_OF_JOB) -> None:
        self._most = most
        self._known: set[bytes] = set()

    def has(self, names: Sequence[str]) -> None:
        """The dataset has these labels, however many they are."""
        self._known.update(map(_number, names))

    def admit(self, found: Found) -> Found | Rejection:
        """The image, whose labels the dataset has from now on, or why it is rejected."""
        new = {number: one.name for one in found.labels if (number := _number(one.name)) not in self._known}
        if len(self._known) + len(new) <= self._most or not new:
            self._known.update(new)
            return found
        label = shortened(next(iter(new.values())))
        return found.rejected(
            f"Its label {label} is one too many: the dataset's data may bring {self._most:,} different labels."
        )


@lru_cache(maxsize=4_096)
def _number(name: str) -> bytes:
    return blake2b(name.encode(), digest_size=16).digest()
