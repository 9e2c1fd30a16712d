"""Objects that were renamed: the same bytes left under one key and came under another.

Without reading bytes, etag and size tell. Only what is unambiguous counts: one object of these bytes went, one came.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sync_service.domain.reconciliation import Known, Listed
from sync_service.domain.sample import SampleId

# Beyond so many that went, nothing is looked for: what this takes in memory has a bound.
MOST_DEPARTED = 200_000


class Departed(NamedTuple):
    """A sample whose object is no longer in the bucket."""

    sample_id: SampleId
    path: str
    etag: str
    size: int

    @classmethod
    def of(cls, known: Known) -> "Departed":
        return cls(known.id, known.path, known.etag, known.size)


class Rename(NamedTuple):
    """A sample, and the object that it is now."""

    departed: Departed
    listed: Listed


class Renames:
    """Matches what went with what came."""

    def __init__(self, departed: Iterable[Departed]) -> None:
        self._departed: dict[tuple[str, int], Departed | None] = {}
        self._came: dict[tuple[str, int], Listed | None] = {}
        for one in departed:
            key = (one.etag, one.size)
            self._departed[key] = None if key in self._departed else one

    def came(self, listed: Iterable[Listed]) -> None:
        for one in listed:
            key = (one.etag, one.size)
            if self._departed.get(key) is not None:
                self._came[key] = None if key in self._came else one

    def __iter__(self) -> Iterator[Rename]:
        for key, listed in self._came.items():
            departed = self._departed[key]
            if listed is not None and departed is not None:
                yield Rename(departed, listed)
