"""Bodies and replies of the routes of versions."""

from typing import Annotated, Literal

from pydantic import Field

from labelstream_common.http import Body, Moment, View
from sync_service.application.versions import Comparison, DescribedVersion
from sync_service.domain.split import Usage
from sync_service.domain.version import Difference, Include, LabelCount, VersionRow
from sync_service.domain.version_export import ExportFormat

Text = Annotated[str, Field(max_length=4_096)]


class NewVersion(Body):
    """A version to be published: a job's labels as they are when the operation begins."""

    name: Text
    job_id: Annotated[str, Field(max_length=128)]
    description: Text = ""
    train_ratio: float = Field(default=0.8, description="the share of samples for training; holds on average")
    seed: int = Field(default=0, description="another seed makes another split")
    stratify: bool = Field(default=False, description="whether the ratio is to hold for each set of labels")
    include: Include = Field(default="labeled", description="`all`: also samples without labels")


class DestinationBody(Body):
    """Where to write: a bucket that is granted to the caller, and a prefix with nothing under it."""

    bucket: Text
    prefix: Text = ""


class VersionExport(Body):
    """How a version is to be exported."""

    format: ExportFormat
    destination: DestinationBody


class LabelCountView(View):
    name: str
    count: int

    @classmethod
    def of(cls, label: LabelCount) -> "LabelCountView":
        return cls(name=label.name, count=label.samples)


class VersionCountsView(View):
    """How many samples there are, on each side of the split, and with each label."""

    total: int
    train: int
    validation: int
    labels: list[LabelCountView]


class VersionView(View):
    """A published version. `missing_files` counts samples whose objects were deleted since."""

    name: str
    description: str
    job_id: str
    seq: int
    train_ratio: float
    seed: int
    stratify: bool
    include: Include
    counts: VersionCountsView
    digest: str
    parent: str | None
    missing_files: int
    created_by: str
    created_at: Moment

    @classmethod
    def of(cls, described: DescribedVersion) -> "VersionView":
        version = described.version
        labels = [LabelCountView.of(each) for each in described.labels]
        return cls(
            name=version.name,
            description=version.description,
            job_id=version.job_id,
            seq=version.seq,
            **version.split._asdict(),
            include=version.include,
            counts=VersionCountsView(**version.counts._asdict(), labels=labels),
            digest=version.digest,
            parent=version.parent,
            missing_files=described.missing_files,
            created_by=version.created_by,
            created_at=version.created_at,
        )


class VersionSampleView(View):
    sample_id: str
    path: str
    usage: Usage
    labels: list[str]

    @classmethod
    def of(cls, row: VersionRow) -> "VersionSampleView":
        return cls(sample_id=row.sample_id, path=row.path, usage=row.usage, labels=list(row.labels))


class VersionDifferenceView(View):
    """A sample that the versions differ in. `from` and `to` are its labels; null where it is not."""

    sample_id: str
    path: str
    kind: Literal["added", "removed", "relabelled"]
    from_: Annotated[list[str] | None, Field(serialization_alias="from")]
    to: list[str] | None

    @classmethod
    def of(cls, found: Difference) -> "VersionDifferenceView":
        return cls(
            sample_id=found.sample_id,
            path=found.path,
            kind=found.kind,
            from_=None if found.before is None else list(found.before),
            to=None if found.after is None else list(found.after),
        )


class VersionDifferenceCountsView(View):
    added: int
    removed: int
    relabelled: int


class VersionComparisonView(View):
    """What the second version has that the first has not, the other way round, and what carries other labels."""

    counts: VersionDifferenceCountsView
    items: list[VersionDifferenceView]
    next_cursor: str | None

    @classmethod
    def of(cls, compared: Comparison) -> "VersionComparisonView":
        return cls(
            counts=VersionDifferenceCountsView(**compared.counts._asdict()),
            items=[VersionDifferenceView.of(each) for each in compared.page.items],
            next_cursor=compared.page.next_cursor,
        )


class VersionTouchedView(View):
    """What would be deleted."""

    dry_run: bool = True
    samples: int
