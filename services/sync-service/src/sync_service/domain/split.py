"""Which side of the split a sample is on: train or validation.

The side depends on the seed and the sample's id alone, so a sample keeps it while the dataset grows. The ratio then
holds on average. A stratified split makes it hold for every set of labels that occurs often enough; there a sample
near the border may change sides when others come or go.
"""

import hashlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

Usage: TypeAlias = Literal["train", "validation"]
TRAIN: Usage = "train"
VALIDATION: Usage = "validation"

SPACE = 2**64
# Rarer sets of labels follow the rule for all: of two images, a ratio says nothing.
SMALLEST_STRATUM = 5

Thresholds: TypeAlias = Mapping[bytes, int]
"""Below which number a sample of a stratum is on the train side. Strata that are not named follow the ratio."""


def place_of(seed: int, sample_id: str) -> int:
    """Where a sample lies between 0 and 2^64: the first eight bytes of the SHA-256 of `<seed>:<sample id>`."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{sample_id}".encode()).digest()[:8])


def border_of(train_ratio: float) -> int:
    """Samples whose place is below are on the train side."""
    return int(train_ratio * SPACE)  # exact: a power of two


def stratum_of(labels: Sequence[str]) -> bytes:
    """Names a set of labels in eight bytes, in whatever order they come."""
    return hashlib.blake2b("|".join(sorted(labels)).encode(), digest_size=8).digest()


def usage_of(place: int, border: int) -> Usage:
    return TRAIN if place < border else VALIDATION


def thresholds_of(ordered: Iterable[tuple[bytes, int]], train_ratio: float) -> Thresholds:
    """The border within each stratum, so that the ratio holds in it, rounded to a whole sample.

    `ordered` are the strata and places of all samples, in ascending order.
    """
    thresholds: dict[bytes, int] = {}
    present, places = b"", array("Q")  # a stratum may be the whole dataset
    for stratum, place in ordered:
        if stratum != present:
            _close(thresholds, present, places, train_ratio)
            present, places = stratum, array("Q")
        places.append(place)
    _close(thresholds, present, places, train_ratio)
    return thresholds


def _close(thresholds: dict[bytes, int], stratum: bytes, places: Sequence[int], train_ratio: float) -> None:
    if len(places) < SMALLEST_STRATUM:
        return
    trained = int(len(places) * train_ratio + 0.5)
    thresholds[stratum] = places[trained] if trained < len(places) else SPACE
