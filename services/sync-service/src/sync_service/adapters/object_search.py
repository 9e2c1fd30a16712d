"""Finds out which of many keys are in a bucket, with few requests: by asking for each, or by pages of a listing.

A page tells of a thousand objects, and pays where at least `FEW` of the keys lie among them. How close keys lie is not
known before a page is read. So where a page did not pay, more and more keys are asked for singly before the next one
is tried: keys that lie far apart cost a few pages, however many objects lie between them, and keys that begin to lie
close together, or of which the first are missing, are soon listed.
"""

import bisect
from collections.abc import Awaitable, Callable, Mapping, Sequence

from labelstream_common.object_storage import StoredObject
from sync_service.domain.clusters import FEW, Cluster, clusters
from sync_service.domain.reconciliation import Listed

Ask = Callable[[Sequence[str]], Awaitable[Mapping[str, Listed]]]
"""Those of the keys that are there; each costs a request."""

NextPage = Callable[[str, str], Awaitable[Sequence[StoredObject] | None]]
"""The first page below a prefix behind a key; None where nothing may be listed. Some stores list on only behind an
object that is there, and behind anything else from the prefix's beginning."""


class ObjectSearch:
    """One search. `asked` counts the keys that were asked for singly."""

    def __init__(self, ask: Ask, next_page: NextPage, listed: Callable[[StoredObject], Listed]) -> None:
        self._ask = ask
        self._next_page = next_page
        self._listed = listed
        self._found: dict[str, Listed] = {}
        self.asked = 0

    async def found(self, keys: Sequence[str]) -> Mapping[str, Listed]:
        """Those of the keys that are there."""
        apart: list[str] = []
        for cluster in clusters(sorted(set(keys), key=str.encode)):
            apart += await self._among(cluster)
        await self._ask_for(apart)
        return self._found

    async def _among(self, cluster: Cluster) -> Sequence[str]:
        """Looks for a cluster's keys in ascending order; those that are left to be asked for singly."""
        left, singly = cluster.keys, 1
        while len(left) > FEW + singly:
            first, left = left[:singly], left[singly:]
            there = await self._ask_for(first)
            page = await self._next_page(cluster.prefix, max(there, key=str.encode, default=first[-1]))
            if page is None:
                break
            told = _told_of(left, page)
            listed = {each.key: each for each in page}
            self._found |= {key: self._listed(listed[key]) for key in left[:told] if key in listed}
            left = left[told:]
            singly = 1 if told >= FEW else max(FEW, 2 * singly)
        return left

    async def _ask_for(self, keys: Sequence[str]) -> Mapping[str, Listed]:
        self.asked += len(keys)
        there = await self._ask(keys)
        self._found |= there
        return there


def _told_of(keys: Sequence[str], page: Sequence[StoredObject]) -> int:
    """How many keys, from the first, a page tells of: all up to where it ends. Behind an empty page is nothing."""
    return bisect.bisect_right(keys, page[-1].key.encode(), key=str.encode) if page else len(keys)
