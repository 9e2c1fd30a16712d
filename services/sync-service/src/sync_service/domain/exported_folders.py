"""Folders that exports of versions copied images to: a dataset around one passes over it, or it would hold them twice.

A dataset, or an import, of the folder itself takes its images like any others: then they are what somebody wants.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sync_service.domain.dataset import Bucket, DatasetId
from sync_service.domain.reconciliation import Listed

COPIES = "An export copied images to this folder. To use the copies as images, import the folder by its own prefix."


class ExportedFolder(NamedTuple):
    """Where a version was copied to; `prefix` ends with `/` or is empty."""

    place: Bucket
    prefix: str
    dataset_id: DatasetId
    version: str


@dataclass(frozen=True)
class FoldersWithin:
    """The exported folders below a prefix, in ascending order, none of them within another."""

    prefixes: Sequence[str]

    @classmethod
    def of(cls, prefixes: Iterable[str], around: str) -> "FoldersWithin":
        below = sorted({each for each in prefixes if is_within(each, around)})
        outermost: list[str] = []
        for each in below:
            if not outermost or not each.startswith(outermost[-1]):
                outermost.append(each)
        return cls(outermost)

    def of_key(self, key: str) -> str | None:
        """The folder that a key lies in."""
        place = bisect_right(self.prefixes, key)
        folder = self.prefixes[place - 1] if place else None
        return folder if folder is not None and key.startswith(folder) else None

    def passed_over(self, listed: Sequence[Listed], after: str, known: Iterable[str] = ()) -> Sequence[Listed]:
        """What follows `after` in a listing without what lies in these folders: each is told of once instead.

        `known` stay: what somebody imported from a folder is there until its object is gone.
        """
        if not self.prefixes:
            return listed
        stay = frozenset(known)
        told = self.of_key(after)
        found: list[Listed] = []
        for each in listed:
            folder = None if each.path in stay else self.of_key(each.path)
            if folder is None:
                found.append(each)
            elif folder != told:
                told = folder
                found.append(Listed(folder, 0, "", "", COPIES))
        return found


def is_within(folder: str, around: str) -> bool:
    """Whether a folder lies below a prefix and is not the prefix itself, written with `/` at its end or without."""
    return folder.startswith(around) and folder not in {around, f"{around}/"}
