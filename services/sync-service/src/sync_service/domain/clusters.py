"""Which of many keys lie so close together that listing finds them faster than asking for each.

A store lists what is below a prefix, a thousand objects at a time, and may look at everything below it to do so. So
keys are listed as deep in the tree as enough of them lie together. Those that lie elsewhere cost the others nothing.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

# Below this many, asking for each is as quick as a page of a listing.
FEW = 24
# So many in one folder are listed apart from the others: of many smaller folders one page may tell all.
MANY = 100


class Cluster(NamedTuple):
    """Keys in ascending order of UTF-8 bytes, and what all of them begin with: the prefix to list, if they are many."""

    prefix: str
    keys: Sequence[str]


def clusters(keys: Sequence[str]) -> Iterator[Cluster]:
    """Every key in exactly one cluster. `keys` are different, in ascending order of UTF-8 bytes."""
    if not keys:
        return
    prefix = common_beginning(keys[0], keys[-1])
    folder = len(prefix.rpartition("/")[0]) + 1 if "/" in prefix else 0
    scattered: list[str] = []
    for _, within in groupby(keys, key=lambda key: key[folder:].partition("/")[:2]):
        below = list(within)
        if MANY <= len(below) < len(keys):
            yield from clusters(below)
        else:
            scattered += below
    if scattered:
        yield Cluster(common_beginning(scattered[0], scattered[-1]), scattered)


def common_beginning(one: str, other: str) -> str:
    length = next((at for at, (mine, theirs) in enumerate(zip(one, other, strict=False)) if mine != theirs), len(one))
    return one[:length]
