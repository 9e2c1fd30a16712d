"""Objects that were renamed: the same bytes left under one key and came under another.

Etag and size tell without reading bytes. Where an etag is no MD5 of the bytes, as that of an object that came in parts,
the SHA-256 of the bytes tells, if the sample was inspected. Only what is unambiguous counts: one object of these bytes
went, one came. Both sides are written as lines that sort by what they are compared by, so that any number of them can
be matched in little memory.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

import orjson

from sync_service.domain.reconciliation import Known, Listed
from sync_service.domain.sample import SampleId

_WENT, _CAME = b"w", b"c"
_MD5 = re.compile(r"[0-9a-f]{32}")


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


def is_digest(etag: str) -> bool:
    """Whether an etag looks like the MD5 of the bytes: two that differ are then of different bytes."""
    return _MD5.fullmatch(etag) is not None


def bytes_key(one: Departed | Listed) -> str:
    """What is equal for equal bytes, as far as the store tells."""
    return f"{one.size}:{one.etag}"


def line_of(key: str, one: Departed | Listed) -> bytes:
    """A line that sorts by its key, and there what went before what came. JSON holds no zero byte."""
    return key.encode() + b"\0" + (_WENT if isinstance(one, Departed) else _CAME) + orjson.dumps(list(one))


class Group(NamedTuple):
    """What has one key: one that went and one that came, if there is any, and how many of each."""

    went: Departed | None
    came: Listed | None
    number_went: int
    number_came: int

    @property
    def rename(self) -> Rename | None:
        if self.went is None or self.came is None or (self.number_went, self.number_came) != (1, 1):
            return None
        return Rename(self.went, self.came)


def groups_of(ascending: Iterable[bytes]) -> Iterator[Group]:
    for _, lines in groupby(ascending, key=lambda line: line[: line.index(b"\0")]):
        went: Departed | None = None
        came: Listed | None = None
        number_went = number_came = 0
        for line in lines:
            one = entry_of(line)
            if isinstance(one, Departed):
                went, number_went = one, number_went + 1
            else:
                came, number_came = one, number_came + 1
        yield Group(went, came, number_went, number_came)


def entry_of(line: bytes) -> Departed | Listed:
    place = line.index(b"\0") + 1
    fields = orjson.loads(line[place + 1 :])
    return Departed(*fields) if line[place : place + 1] == _WENT else Listed(*fields)


def sizes_to_read(by_size: Iterable[bytes]) -> set[int]:
    """The sizes of which something went and something came, and of which an etag tells nothing of the bytes."""
    found: set[int] = set()
    for size, lines in groupby(by_size, key=lambda line: line[: line.index(b"\0")]):
        went = came = unclear = False
        for line in lines:
            one = entry_of(line)
            went |= isinstance(one, Departed)
            came |= isinstance(one, Listed)
            unclear |= not is_digest(one.etag)
        if went and came and unclear:
            found.add(int(size))
    return found
