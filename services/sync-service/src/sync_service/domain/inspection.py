"""What an image's bytes tell: whether it can be read, and which images are equal or look alike.

KeptIsRemoved          the image that is to be kept is among those that are to go
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias

from labelstream_common.errors import Invalid
from sync_service.domain.dataset import DatasetId
from sync_service.domain.sample import Facts, Measured, Sample, SampleId, SampleState

State: TypeAlias = SampleState
Kind: TypeAlias = Literal["exact", "near"]

# Plain areas have no edges to tell apart: their hash is all the same and says nothing.
_SAYS_NOTHING = frozenset({0, 2**64 - 1})


class KeptIsRemoved(Invalid):
    code = "kept-is-removed"

    def __init__(self) -> None:
        super().__init__("The image to keep is also to be removed. Name it in one place only.", pointer="/remove")


@dataclass(frozen=True, slots=True)
class Inspection:
    """The facts of one object, known by its `etag`. Hashes are empty for what does not decode.

    `may_change`: the same object may be read another day, since it was its store that did not give it out.
    """

    dataset_id: DatasetId
    sample_id: SampleId
    etag: str
    state: State
    at: datetime
    reason: str | None = None
    sha256: str = ""
    look: int | None = None
    measured: Measured | None = None
    may_change: bool = False

    def tells_all_of(self, sample: Sample) -> bool:
        """Whether nothing is left to be read. An earlier release kept no size of what decodes; without a digest, no
        bytes came."""
        if self.state != "ok":
            return self.sha256 != ""
        return self.measured is not None or sample.width is not None

    @property
    def facts(self) -> Facts:
        """What the sample is told of it."""
        return Facts(self.state, self.reason, self.sha256, self.measured)


class Look(NamedTuple):
    """An image's perceptual hash."""

    sample_id: SampleId
    look: int
    sha256: str


def says_something(look: int) -> bool:
    return look not in _SAYS_NOTHING
