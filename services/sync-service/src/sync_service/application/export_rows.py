"""The rows of a version that can be exported, and those that are left out because their files are gone."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, NamedTuple

from labelstream_common.operations import NONE_YET, Counted
from sync_service.application.ports import Ports
from sync_service.application.version_ports import ExportTarget, VersionPorts
from sync_service.domain.sample import Sample, SampleId
from sync_service.domain.split import Usage
from sync_service.domain.version import DatasetVersion, VersionRow
from sync_service.domain.version_export import Destination, ExportFormat

MISSING = "The file is gone from the bucket."
NOT_GRANTED = "The image was imported from a bucket that is not granted any more."
ELSEWHERE = "The image lies in another object store than the dataset, so it cannot be copied."


class Export(NamedTuple):
    """What is exported, how, and where to: `target` is the object store of the source `source_id`."""

    version: DatasetVersion
    form: ExportFormat
    source_id: str
    target: ExportTarget
    destination: Destination

    def key(self, name: str) -> str:
        return self.destination.key(name)

    async def put(self, name: str, content: bytes, media_type: str) -> None:
        await self.target.put(self.destination.bucket, self.key(name), content, media_type)


class Wrote(NamedTuple):
    """What one step wrote, up to the sample `after`."""

    after: str
    files: int
    samples: int
    done: int
    is_complete: bool
    left_out: Counted = NONE_YET
    moved: int = 0
    """How many of the samples' objects have another key than when the version was published."""


class Readable(NamedTuple):
    """Some rows in the order of sample ids: those to export as they were published, their samples as they are now,
    those left out, and how far that reaches."""

    rows: Sequence[VersionRow]
    samples: Mapping[SampleId, Sample]
    left_out: Sequence[Mapping[str, Any]]
    last: str

    @property
    def located(self) -> Sequence[VersionRow]:
        """The rows with the places where their images are now: an object may have been renamed since."""
        return [located(row, self.samples.get(row.sample_id)) for row in self.rows]


async def readable_rows(
    version: DatasetVersion, after: str, *, ports: Ports, versions: VersionPorts, usage: Usage | None = None
) -> AsyncIterator[Readable]:
    """The rows after the sample `after`, of one side or of both, a block at a time."""
    async for block in versions.versions.blocks(version.id, after):
        rows = [row for row in block.rows if row.sample_id > after and usage in {None, row.usage}]
        samples = await ports.samples.load(version.dataset_id, [row.sample_id for row in rows])
        gone = {each.id for each in samples.values() if each.is_lost}
        yield Readable(
            [row for row in rows if row.sample_id not in gone],
            samples,
            [left_out(row, MISSING) for row in rows if row.sample_id in gone],
            block.last,
        )


def located(row: VersionRow, sample: Sample | None) -> VersionRow:
    """The row with the present place of its image."""
    return row if sample is None else row.at(sample.bucket, sample.path)


def number_moved(before: Sequence[VersionRow], after: Sequence[VersionRow]) -> int:
    return sum(one.path != other.path for one, other in zip(before, after, strict=True))


def left_out(row: VersionRow, reason: str) -> Mapping[str, Any]:
    return {"sample_id": row.sample_id, "path": row.path, "reason": reason}
