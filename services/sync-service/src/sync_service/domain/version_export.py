"""The names and the contents of the files of an exported version.

InvalidDestination     the bucket or prefix cannot be one
DestinationNotEmpty    there is something under the prefix already
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

import orjson

from labelstream_common.errors import Conflict, FieldError, Invalid
from sync_service.domain.dataset import MAX_KEY_BYTES, Source, is_bucket_name, prefix_fault
from sync_service.domain.split import TRAIN
from sync_service.domain.version import VersionRow

SUCCESS, SUCCESS_MEDIA_TYPE = "_SUCCESS.json", "application/json"
COLUMNS = ("sample_id", "bucket", "path", "usage", "labels", "hard")
CLASSIFICATION = "modelarts/image_classification"
# What a spreadsheet would take for a formula gets an apostrophe in front. Source: OWASP, CSV Injection.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


class ExportFormat(StrEnum):
    MANIFEST = "manifest"
    DIRECTORIES = "directories"
    CSV = "csv"
    PARQUET = "parquet"
    COCO = "coco"
    YOLO_CLS = "yolo-cls"

    @property
    def copies(self) -> bool:
        """Whether images are copied, instead of being listed in files."""
        return self in {ExportFormat.DIRECTORIES, ExportFormat.YOLO_CLS}

    @property
    def ending(self) -> str:
        return "json" if self is ExportFormat.COCO else self.value

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES.get(self, "application/octet-stream")


_MEDIA_TYPES = {
    ExportFormat.MANIFEST: "application/x-ndjson",
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
    ExportFormat.COCO: "application/json",
}


class InvalidDestination(Invalid):
    code = "invalid-destination"


class DestinationNotEmpty(Conflict):
    code = "destination-not-empty"

    def __init__(self, bucket: str, prefix: str) -> None:
        super().__init__(
            f"There are objects under {prefix!r} in the bucket {bucket}. Choose an empty prefix.",
            pointer="/destination/prefix",
        )


class CopiesWouldComeBack(InvalidDestination):
    """The dataset would take the copies for new images of its own."""

    def __init__(self, dataset: str, version: str) -> None:
        super().__init__(
            f"The dataset {dataset} reads its images from this prefix, so it would take the copies for new images. "
            f"Choose another folder, such as exports/{version}.",
            pointer="/destination/prefix",
        )


class Destination(NamedTuple):
    """The directory that an export is written to; its prefix ends with `/` or is empty."""

    bucket: str
    prefix: str

    def key(self, name: str) -> str:
        return f"{self.prefix}{name}"


def checked_destination(bucket: str, prefix: str, *, reserved_bucket: str) -> Destination:
    """Raises InvalidDestination that names the field."""
    directory = prefix if not prefix or prefix.endswith("/") else f"{prefix}/"
    errors: list[FieldError] = []
    if not is_bucket_name(bucket) or bucket == reserved_bucket:
        errors.append(FieldError("/destination/bucket", "Nothing can be exported to a bucket of this name."))
    fault = prefix_fault(directory)
    if fault:
        errors.append(FieldError("/destination/prefix", fault))
    if errors:
        raise InvalidDestination("The destination is invalid.", errors=errors)
    return Destination(bucket, directory)


def takes_in(source: Source, destination: Destination) -> bool:
    """Whether a source takes in all that is written to a destination, or its prefix lies within it.

    A folder within the source is none: its dataset passes over it.
    """
    in_bucket = source.bucket == destination.bucket
    return in_bucket and (source.prefix.startswith(destination.prefix) or f"{source.prefix}/" == destination.prefix)


def part_name(number: int, form: ExportFormat) -> str:
    return f"part-{number:05}.{form.ending}"


def copied_key_fault(key: str) -> str | None:
    """Why a copy cannot have this key, as a sentence; None if it can."""
    if len(key.encode(errors="surrogatepass")) > MAX_KEY_BYTES:
        return "The key would be too long."
    fault = prefix_fault(key)
    return None if fault is None else f"The key cannot be made of the label and the file name. {fault}"


def ends_export(key: str) -> bool:
    """Whether it is what is written last, when all of an export is there."""
    return key.endswith(SUCCESS) and (key == SUCCESS or key.endswith(f"/{SUCCESS}"))


class Brought(NamedTuple):
    """What a manifest said of an image besides its labels: fields that mean nothing here, as JSON, and its hardness."""

    extra: str | None = None
    hardness: float | None = None


NOTHING_BROUGHT = Brought()


def manifest_line(row: VersionRow, brought: Brought = NOTHING_BROUGHT) -> bytes:
    """The row as imports read it, with what a manifest brought and nobody here reads."""
    extra = orjson.loads(brought.extra) if brought.extra else {}
    further = {each["name"]: each for each in extra.pop("annotation", ())}
    line = {
        **extra,
        **({} if row.source_id is None else {"source-id": row.source_id}),
        "source": f"s3://{row.bucket}/{row.path}",
        "id": row.sample_id,
        "usage": row.usage,
        "hard": row.hard,
        **({} if brought.hardness is None else {"hard-coefficient": brought.hardness}),
        "annotation": [{**further.get(name, {}), "name": name, "type": CLASSIFICATION} for name in row.labels],
    }
    return orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def csv_lines(rows: Sequence[VersionRow]) -> bytes:
    """RFC 4180, without a header. No label contains `|`; each is marked by itself, so it reads the same everywhere."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        labels = "|".join(map(_harmless, row.labels))
        cells = (row.sample_id, row.bucket, _harmless(row.path), row.usage, labels, str(row.hard).lower())
        writer.writerow(cells)
    return text.getvalue().encode()


def csv_header() -> bytes:
    return f"{','.join(COLUMNS)}\r\n".encode()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def copied_names(row: VersionRow, form: ExportFormat) -> Iterator[str]:
    """Where the image of a row belongs, once for each label: the directory and its own name."""
    side = "" if form is ExportFormat.DIRECTORIES else ("train/" if row.usage == TRAIN else "val/")
    for label in row.labels:
        yield f"{side}{label}/{row.name}"


def distinct_name(name: str, row: VersionRow) -> str:
    """The name with the sample's id in front, for a directory that holds another of this name."""
    directory, _, file = name.rpartition("/")
    return f"{directory}/{row.sample_id}-{file}"


class Size(NamedTuple):
    width: int
    height: int


def coco_image(number: int, row: VersionRow, size: Size | None) -> bytes:
    pixels = {} if size is None else size._asdict()
    return orjson.dumps({"id": number, "file_name": row.path, "sample_id": row.sample_id, **pixels})


def coco_annotations(first: int, number: int, row: VersionRow, ids: Mapping[str, int]) -> list[bytes]:
    """A class of an image is an annotation without a box."""
    return [
        orjson.dumps({"id": first + place, "image_id": number, "category_id": ids[name], "bbox": [], "iscrowd": 0})
        for place, name in enumerate(row.labels)
    ]


def coco_categories(ids: Mapping[str, int]) -> bytes:
    return orjson.dumps([{"id": each, "name": name} for name, each in ids.items()])


def success_document(fields: Mapping[str, Any]) -> bytes:
    return orjson.dumps(fields, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
