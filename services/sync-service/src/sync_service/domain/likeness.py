"""Which images look alike, by their perceptual hashes: sixty bytes an image, so that very many fit into memory."""

from array import array
from collections.abc import Iterator, Sequence

from sync_service.domain.inspection import Look
from sync_service.domain.sample import SampleId

# Of the 64 bits of a perceptual hash; a photograph that was saved again or made smaller differs in one or two.
NEAR_BITS = 3
_BANDS = 4
_BAND_BITS = 16
_ALL_BITS = 2**64 - 1
_COMPARED = 64


class Likenesses:
    """Hashes of images, added one by one."""

    def __init__(self) -> None:
        self._ids = bytearray()
        self._ends = array("Q", [0])
        self._looks = array("Q")
        self._bytes = array("Q")

    def __len__(self) -> int:
        return len(self._looks)

    def add(self, one: Look) -> None:
        self._ids += one.sample_id.encode()
        self._ends.append(len(self._ids))
        self._looks.append(one.look)
        self._bytes.append(hash(one.sha256) & _ALL_BITS)

    def groups(self) -> list[list[SampleId]]:
        """Images that look alike, each group and all of them in the order of ids.

        Two that differ in at most three of 64 bits share one of four bands of 16, so only those with an equal band are
        compared, and of very many with the same band only the neighbors. Images of equal bytes count as one.
        """
        parents = self._joined()
        members: dict[int, list[int]] = {}
        for place in range(len(self)):
            if (root := _root(parents, place)) != place:
                members.setdefault(root, [root]).append(place)
        found = [sorted(map(self._id, group)) for group in members.values() if self._differ(group)]
        return sorted(found, key=lambda group: group[0])

    def _joined(self) -> "array[int]":
        parents = array("Q", range(len(self)))
        for band in range(_BANDS):
            for one, other in self._neighbors(band * _BAND_BITS):
                if (self._looks[one] ^ self._looks[other]).bit_count() <= NEAR_BITS:
                    parents[_root(parents, one)] = _root(parents, other)
        return parents

    def _neighbors(self, shift: int) -> Iterator[tuple[int, int]]:
        """Pairs whose 16 bits from `shift` on are equal."""
        count = max(1, len(self))
        turned = sorted(_banded(look, shift) * count + place for place, look in enumerate(self._looks))
        for at, one in enumerate(turned):
            band = one // count >> 64
            for other in turned[at + 1 : at + 1 + _COMPARED]:
                if other // count >> 64 != band:
                    break
                yield one % count, other % count

    def _id(self, place: int) -> SampleId:
        return SampleId(self._ids[self._ends[place] : self._ends[place + 1]].decode())

    def _differ(self, group: Sequence[int]) -> bool:
        return len({self._bytes[place] for place in group}) > 1


def _banded(look: int, shift: int) -> int:
    return ((look >> shift) & 0xFFFF) << 64 | look


def _root(parents: "array[int]", place: int) -> int:
    while parents[place] != place:
        parents[place] = parents[parents[place]]
        place = parents[place]
    return place
