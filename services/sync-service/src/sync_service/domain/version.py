"""A version of a dataset: its samples with the labels of one job at one `seq`, under a name. It never changes.

VersionNotFound        not there, deleted, not published yet, or not for this caller to know of
VersionNameTaken       the dataset has, or is about to have, a version of this name
InvalidVersion         a field breaks a rule below
JobElsewhere           the job that is to be published works on another dataset
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, NamedTuple, NewType, TypeAlias

import orjson

from labelstream_common.errors import Conflict, FieldError, Invalid, NotFound
from sync_service.domain.dataset import MAX_DESCRIPTION, AccountId, DatasetId, JobId
from sync_service.domain.sample import SampleId
from sync_service.domain.split import TRAIN, Usage

PublicationId = NewType("PublicationId", str)
Include: TypeAlias = Literal["labeled", "all"]

MAX_SEED = 2**63 - 1
_NAME = re.compile(r"[\w.-]{1,32}")


class VersionNotFound(NotFound):
    code = "version-not-found"

    def __init__(self, name: str) -> None:
        super().__init__(f"This dataset has no version {name}.")


class VersionNameTaken(Conflict):
    code = "version-name-taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"This dataset already has a version {name}. Choose another name.", pointer="/name")


class InvalidVersion(Invalid):
    code = "invalid-version"


class JobElsewhere(Invalid):
    code = "job-of-another-dataset"

    def __init__(self, job_id: str) -> None:
        super().__init__(f"The labeling job {job_id} works on another dataset.", pointer="/job_id")


class SplitSettings(NamedTuple):
    """How samples are divided into train and validation."""

    train_ratio: float = 0.8
    seed: int = 0
    stratify: bool = False


class VersionCounts(NamedTuple):
    total: int = 0
    train: int = 0
    validation: int = 0


NOTHING_COUNTED = VersionCounts()


class LabelCount(NamedTuple):
    name: str
    samples: int


class VersionRow(NamedTuple):
    """One sample of a version, with the names of its labels in alphabetical order."""

    sample_id: SampleId
    bucket: str
    path: str
    usage: Usage
    labels: Sequence[str]
    hard: bool
    source_id: str | None = None
    """The source that the image lies in. None: the dataset's own, or it was published before this was kept."""

    @property
    def name(self) -> str:
        return self.path[self.path.rfind("/") + 1 :]

    def at(self, bucket: str, path: str) -> "VersionRow":
        """The row with another place. `_replace` takes longer, and a million rows pass here."""
        return self if (bucket, path) == (self.bucket, self.path) else self._replace(bucket=bucket, path=path)


@dataclass(frozen=True, slots=True)
class DatasetVersion:
    """`number` counts what happened under this name: a name that was deleted can be used again.

    `seq`, `counts` and `digest` are known once it is published; `parent` is the version that was published before it.
    """

    id: PublicationId
    dataset_id: DatasetId
    name: str
    description: str
    job_id: JobId
    split: SplitSettings
    include: Include
    created_by: AccountId
    created_at: datetime
    number: int = 1
    seq: int = 0
    digest: str = ""
    parent: str | None = None
    counts: VersionCounts = NOTHING_COUNTED

    def published(
        self, seq: int, digest: str, counts: VersionCounts, parent: str | None, at: datetime
    ) -> "DatasetVersion":
        return replace(self, seq=seq, digest=digest, counts=counts, parent=parent, created_at=at)

    def deleted(self) -> "DatasetVersion":
        return replace(self, number=self.number + 1)


def checked_version(version: DatasetVersion) -> DatasetVersion:
    """The version with its texts in normal form C. Raises InvalidVersion that names every bad field."""
    name = unicodedata.normalize("NFC", version.name)
    description = unicodedata.normalize("NFC", version.description)
    errors: list[FieldError] = []
    if not _NAME.fullmatch(name) or not name.strip("."):
        errors.append(FieldError("/name", "A name must have 1 to 32 letters, digits, '-', '_' and '.'."))
    if len(description) > MAX_DESCRIPTION:
        errors.append(
            FieldError("/description", f"At most {MAX_DESCRIPTION:,} characters; this has {len(description):,}.")
        )
    if not 0 <= version.split.train_ratio <= 1:
        errors.append(FieldError("/train_ratio", "The ratio must be between 0 and 1."))
    if not 0 <= version.split.seed <= MAX_SEED:
        errors.append(FieldError("/seed", f"The seed must be between 0 and {MAX_SEED}."))
    if errors:
        raise InvalidVersion("Some fields of the version are invalid.", errors=errors)
    return replace(version, name=name, description=description)


def digested_line(row: VersionRow) -> bytes:
    """What the digest is made over: a JSON array of path, usage, labels and hard, and a line feed."""
    return orjson.dumps([row.path, row.usage, row.labels, row.hard], option=orjson.OPT_APPEND_NEWLINE)


def sortable_line(row: VersionRow) -> bytes:
    """The digested line after its path and a zero byte: in ascending order these are in the order of paths."""
    return row.path.encode(errors="surrogatepass") + b"\0" + digested_line(row)


def counts_of(rows: Iterable[VersionRow]) -> VersionCounts:
    train = total = 0
    for row in rows:
        total += 1
        train += row.usage == TRAIN
    return VersionCounts(total, train, total - train)


class Difference(NamedTuple):
    """One sample that two versions differ in; `before` and `after` are its labels, None where it is not."""

    sample_id: SampleId
    path: str
    before: Sequence[str] | None
    after: Sequence[str] | None

    @property
    def kind(self) -> Literal["added", "removed", "relabelled"]:
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "relabelled"


class DifferenceCounts(NamedTuple):
    added: int = 0
    removed: int = 0
    relabelled: int = 0


def difference_of(before: VersionRow | None, after: VersionRow | None) -> Difference | None:
    """What one sample's rows in two versions differ in; None if its labels are the same."""
    row = after or before
    if row is None or (before is not None and after is not None and before.labels == after.labels):
        return None
    return Difference(
        row.sample_id, row.path, None if before is None else before.labels, None if after is None else after.labels
    )
