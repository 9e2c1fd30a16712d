"""What an image's bytes tell: whether it can be read, and which images are equal or look alike.

KeptIsRemoved          the image that is to be kept is among those that are to go
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias

from labelstream_common.errors import Invalid
from sync_service.domain.dataset import DatasetId
from sync_service.domain.sample import Facts, Measured, SampleId, SampleState

State: TypeAlias = SampleState
Kind: TypeAlias = Literal["exact", "near"]

# Of the 64 bits of a perceptual hash; a photograph that was saved again or made smaller differs in one or two.
NEAR_BITS = 3
_BANDS = 4
_BAND_BITS = 16
# Plain areas have no edges to tell apart: their hash is all the same and says nothing.
_SAYS_NOTHING = frozenset({0, 2**64 - 1})
_COMPARED = 64


class KeptIsRemoved(Invalid):
    code = "kept-is-removed"

    def __init__(self) -> None:
        super().__init__("The image to keep is also to be removed. Name it in one place only.", pointer="/remove")


@dataclass(frozen=True, slots=True)
class Inspection:
    """The facts of one object, known by its `etag`. Hashes are empty for what does not decode."""

    dataset_id: DatasetId
    sample_id: SampleId
    etag: str
    state: State
    at: datetime
    reason: str | None = None
    sha256: str = ""
    look: int | None = None
    measured: Measured | None = None

    @property
    def facts(self) -> Facts:
        """What the sample is told of it."""
        return Facts(self.state, self.reason, self.sha256, self.measured)


class Look(NamedTuple):
    """An image's perceptual hash."""

    sample_id: SampleId
    look: int
    sha256: str


def alike(looks: Sequence[Look]) -> list[list[Look]]:
    """Groups of images that look alike, largest first.

    Two that differ in at most three of 64 bits share one of four bands of 16, so only those with an equal band are
    compared, and of very many with the same band only the neighbors. Images of equal bytes count as one.
    """
    parents = list(range(len(looks)))

    def root(place: int) -> int:
        while parents[place] != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place

    for band in range(_BANDS):
        shift = band * _BAND_BITS
        keys = [((look.look >> shift) & 0xFFFF, look.look) for look in looks]
        order = sorted(range(len(looks)), key=keys.__getitem__)
        for place, one in enumerate(order):
            for other in order[place + 1 : place + 1 + _COMPARED]:
                if ((looks[one].look ^ looks[other].look) >> shift) & 0xFFFF:
                    break
                if (looks[one].look ^ looks[other].look).bit_count() <= NEAR_BITS:
                    parents[root(one)] = root(other)
    groups: dict[int, list[Look]] = {}
    for place, look in enumerate(looks):
        groups.setdefault(root(place), []).append(look)
    found = (_of_different_bytes(group) for group in groups.values() if len(group) > 1)
    return sorted((group for group in found if group), key=lambda group: (-len(group), group[0].sample_id))


def _of_different_bytes(group: Iterable[Look]) -> list[Look]:
    """The group in the order of ids; nothing if all its images have equal bytes."""
    ordered = sorted(group, key=lambda look: look.sample_id)
    return ordered if len({look.sha256 for look in ordered}) > 1 else []


def says_something(look: int) -> bool:
    return look not in _SAYS_NOTHING
