"""A dataset: a name, two descriptions, and the part of a bucket whose images it holds.

DatasetNotFound        not there, deleted, or not for this caller to know of
DatasetInUse           a labeling job still works on it
InvalidDataset         a field breaks a rule below
JobClosed              the job by which the caller might change data is completed or archived
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, NewType

from labelstream_common.errors import Conflict, FieldError, Invalid, NotFound
from labelstream_contracts.names import InvalidName, one_line_name

DatasetId = NewType("DatasetId", str)
AccountId = NewType("AccountId", str)
JobId = NewType("JobId", str)

# The states in which a job changes nothing any more, its dataset's data included.
CLOSED = frozenset({"completed", "archived"})

MAX_NAME = 128
MAX_DESCRIPTION = 1_024
MAX_LABELING_DESCRIPTION = 16_384
MAX_KEY_BYTES = 1_024

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET = re.compile(r"(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


class DatasetNotFound(NotFound):
    code = "dataset-not-found"

    def __init__(self, dataset_id: str) -> None:
        super().__init__(f"There is no dataset {dataset_id}.")


class DatasetInUse(Conflict):
    code = "dataset-in-use"

    def __init__(self, jobs: Sequence[JobId]) -> None:
        super().__init__(f"{len(jobs)} labeling jobs use this dataset. Delete them first.", job_ids=list(jobs[:100]))


class JobClosed(Conflict):
    code = "job-state"
    title = "The labeling job does not allow this"

    def __init__(self, state: str) -> None:
        super().__init__(f"The job is {state}. Its data can be changed after it has been reopened.", state=state)


class InvalidDataset(Invalid):
    code = "invalid-dataset"


OWN_STORE = "platform"
"""The id of the source that is the platform's own object store."""


class Bucket(NamedTuple):
    """A bucket, in the object store of a source."""

    source_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Source:
    """The objects of `bucket` whose keys begin with `prefix`, as S3 compares them: character by character."""

    bucket: str
    prefix: str
    source_id: str = OWN_STORE

    @property
    def place(self) -> Bucket:
        return Bucket(self.source_id, self.bucket)

    def covers(self, bucket: str, key: str) -> bool:
        return bucket == self.bucket and key.startswith(self.prefix)


@dataclass(frozen=True, slots=True)
class DatasetTexts:
    """What a person writes about a dataset."""

    name: str
    description: str = ""
    labeling_description: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """`version` counts the changes that people make; counts and times of synchronizations move without it."""

    id: DatasetId
    texts: DatasetTexts
    source: Source
    auto_sync: bool
    created_by: AccountId
    created_at: datetime
    version: int = 1
    sample_count: int = 0
    last_synced_at: datetime | None = None

    def changed(self, texts: DatasetTexts, *, auto_sync: bool) -> "Dataset":
        """The dataset with these texts and setting: itself if nothing differs, else one version on."""
        texts = checked_texts(texts)
        if texts == self.texts and auto_sync == self.auto_sync:
            return self
        return replace(self, texts=texts, auto_sync=auto_sync, version=self.version + 1)

    def deleted(self) -> "Dataset":
        return replace(self, version=self.version + 1)


def checked_texts(texts: DatasetTexts) -> DatasetTexts:
    """The texts in normal form C, the name without surrounding blanks. Raises InvalidDataset naming every bad field."""
    name = unicodedata.normalize("NFC", texts.name).strip()
    description = unicodedata.normalize("NFC", texts.description)
    labeling_description = unicodedata.normalize("NFC", texts.labeling_description)
    errors = [
        *_name_errors(name),
        *_length_errors("description", description, MAX_DESCRIPTION),
        *_length_errors("labeling_description", labeling_description, MAX_LABELING_DESCRIPTION),
    ]
    if errors:
        raise InvalidDataset("Some fields of the dataset are invalid.", errors=errors)
    return DatasetTexts(name, description, labeling_description)


def is_bucket_name(text: str) -> bool:
    return _BUCKET.fullmatch(text) is not None


def checked_source(source: Source, *, reserved_bucket: str) -> Source:
    """The source, if it can be one. Raises InvalidDataset; whether the bucket exists is not asked here."""
    if not is_bucket_name(source.bucket):
        raise InvalidDataset(
            "A bucket name must have 3 to 63 lowercase letters, digits, dots and hyphens.", pointer="/source/bucket"
        )
    if source.bucket == reserved_bucket:
        raise InvalidDataset(f"The bucket {source.bucket} is reserved for thumbnails.", pointer="/source/bucket")
    fault = prefix_fault(source.prefix)
    if fault:
        raise InvalidDataset(fault, pointer="/source/prefix")
    return source


def prefix_fault(prefix: str) -> str | None:
    """What is wrong with `prefix` (or a key), as a sentence; None if nothing is."""
    if len(prefix.encode(errors="replace")) > MAX_KEY_BYTES:
        return f"It is longer than {MAX_KEY_BYTES:,} bytes."
    if prefix.startswith("/"):
        return "It begins with '/'."
    if any(part in {".", ".."} for part in prefix.split("/")):
        return "It has '.' or '..' as a directory."
    if "//" in prefix or "\\" in prefix:
        return "It has an empty directory or a backslash."
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in prefix):
        return "It has control characters."
    return None


def _name_errors(name: str) -> list[FieldError]:
    try:
        one_line_name(name, MAX_NAME)
    except InvalidName as error:
        return [FieldError("/name", str(error))]
    return []


def _length_errors(field: str, text: str, limit: int) -> list[FieldError]:
    if len(text) <= limit:
        return []
    return [FieldError(f"/{field}", f"At most {limit:,} characters; this has {len(text):,}.")]
