"""Random samples that anybody can draw again: what is in one follows from the seed, the items and the size."""

import hashlib
from array import array
from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

MAX_SEED = 2**53 - 1
_ID_BYTES = 16
_BIN_BITS = 12


def place_of(seed: int, sample_id: str) -> int:
    """Where a sample lies between 0 and 2^64: the first eight bytes of the SHA-256 of `<seed>:<sample id>`."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{sample_id}".encode()).digest()[:8])


def size_of_ratio(ratio: float, population: int) -> int:
    """So many of a population, rounded up. The ratio is meant as it is written: 0.1 of 30 are 3."""
    return int((Decimal(repr(ratio)) * population).to_integral_value(ROUND_CEILING))


class Population:
    """What a sample is drawn from, in the order of ids: 24 bytes each."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._ids = bytearray()
        self._places = array("Q")

    def __len__(self) -> int:
        return len(self._places)

    def add(self, raw: bytes, sample_id: str) -> None:
        """Adds an item by its 16 bytes, which are `sample_id` as text."""
        self._ids += raw
        self._places.append(place_of(self._seed, sample_id))

    def sample(self, size: int) -> Iterator[bytes]:
        """The `size` items that lie lowest, in the order of ids; of items at the same place, the first."""
        if size <= 0:
            return
        last = nth_smallest(self._places, size)
        at_last = size - sum(place < last for place in self._places)
        for number, place in enumerate(self._places):
            if place > last:
                continue
            if place == last:
                if at_last == 0:
                    continue
                at_last -= 1
            yield bytes(self._ids[number * _ID_BYTES : (number + 1) * _ID_BYTES])


def nth_smallest(places: "array[int]", n: int) -> int:
    """The n-th smallest of 64-bit numbers, counting from 1. Sorts only those that share its first 12 bits."""
    bins = array("Q", bytes(8 * (1 << _BIN_BITS)))
    for place in places:
        bins[place >> (64 - _BIN_BITS)] += 1
    number = 0
    while n > bins[number]:
        n -= bins[number]
        number += 1
    return sorted(place for place in places if place >> (64 - _BIN_BITS) == number)[n - 1]
