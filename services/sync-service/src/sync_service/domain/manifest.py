"""A line of a manifest: one image with its labels, as JSON.

Format: `{"source": "s3://bucket/key", "id"?, "hard"?, "hard-coefficient"?, "usage"?, "annotation": [{"name", "type",
"annotated-by"?, "creation-time"?, "confidence"?}]}`. Other fields are kept.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson

from sync_service.domain.import_entries import Found, InvalidLabels, checked_labels, shortened
from sync_service.domain.imports import Rejection
from sync_service.domain.lines import Line
from sync_service.domain.sample import SampleLabel

CLASSIFICATION = "modelarts/image_classification"
MOST_ANNOTATIONS = 1_000
MAX_EXTRA_BYTES = 64_000
_MOMENT_CHARACTERS = 40
_SCHEMES = ("s3://", "obs://")
_READ = frozenset({"source", "hard", "hard-coefficient", "annotation"})
_READ_OF_ANNOTATION = frozenset({"name", "type", "annotated-by", "creation-time", "confidence"})
# What ends an export of a labeling job: it names no image.
_TRAILER = frozenset({"count", "seq", "sha256"})
_BOM = b"\xef\xbb\xbf"


class _Broken(ValueError):
    """The line cannot be read; the message is a sentence."""


def read_line(line: Line) -> Found | Rejection | None:
    """The image that a line names, why it is rejected, or None for a line that names none."""
    content = line.content.removeprefix(_BOM) if line.number == 1 else line.content
    if not content.strip():
        return None
    if line.too_long:
        return Rejection("", line.number, f"The line has more than {len(line.content):,} bytes.")
    source = ""
    try:
        entry = _entry(content)
        if entry.keys() == _TRAILER:
            return None
        source = _text(entry, "source")
        return _found(entry, source, line.number)
    except (_Broken, InvalidLabels) as error:
        return Rejection(source[:1_024], line.number, str(error))


def _entry(content: bytes) -> Mapping[str, Any]:
    try:
        entry = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise _Broken("The line is not valid JSON.") from error
    if not isinstance(entry, dict):
        raise _Broken("The line is not a JSON object.")
    return entry


def _found(entry: Mapping[str, Any], source: str, number: int) -> Found:
    bucket, path = place_of(source)
    annotations = entry.get("annotation")
    if annotations is None:
        annotations = []
    if not isinstance(annotations, list) or len(annotations) > MOST_ANNOTATIONS:
        raise _Broken(f"`annotation` must be a list of at most {MOST_ANNOTATIONS:,} objects.")
    labels = checked_labels([_label(one) for one in annotations])
    hardness = _fraction(entry, "hard-coefficient")
    return Found(bucket, path, labels, _truth(entry, "hard"), hardness, number, _extra(entry, annotations))


def place_of(source: str) -> tuple[str, str]:
    """Bucket and key of `s3://bucket/key`; the key is taken as it is. Raises ValueError with a sentence."""
    for scheme in _SCHEMES:
        if source.startswith(scheme):
            bucket, _, path = source.removeprefix(scheme).partition("/")
            if bucket and path:
                return bucket, path
    raise _Broken(f"`source` must look like s3://bucket/key; it is {shortened(source)}.")


def _label(annotation: object) -> SampleLabel:
    if not isinstance(annotation, dict):
        raise _Broken("An annotation must be an object.")
    kind = annotation.get("type", CLASSIFICATION)
    if kind != CLASSIFICATION:
        raise _Broken(f"An annotation has the type {shortened(str(kind))}; only {CLASSIFICATION} can be imported.")
    by, at = annotation.get("annotated-by"), annotation.get("creation-time")
    return SampleLabel(
        _text(annotation, "name"),
        _fraction(annotation, "confidence"),
        by if isinstance(by, str) and 0 < len(by) <= 128 else None,
        _moment(at) if isinstance(at, str) and len(at) <= _MOMENT_CHARACTERS else None,
    )


def _text(entry: Mapping[str, Any], name: str) -> str:
    found = entry.get(name)
    if not isinstance(found, str):
        raise _Broken(f"`{name}` must be a string.")
    return found


def _truth(entry: Mapping[str, Any], name: str) -> bool | None:
    found = entry.get(name)
    if isinstance(found, str) and found.lower() in {"true", "false"}:
        return found.lower() == "true"
    if found is None or isinstance(found, bool):
        return found
    raise _Broken(f"`{name}` must be true or false.")


def _fraction(entry: Mapping[str, Any], name: str) -> float | None:
    found = entry.get(name)
    if isinstance(found, str):
        try:
            found = float(found)
        except ValueError:
            raise _Broken(f"`{name}` must be a number.") from None
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found) or not 0 <= found <= 1:
        raise _Broken(f"`{name}` must be a number from 0 to 1.")
    return float(found)


@lru_cache(maxsize=4_096)
def _moment(text: str) -> datetime | None:
    """A time, RFC 3339 or `2019-04-28 08:21:27`; None for what cannot be read: who labeled when is only told along."""
    try:
        at = datetime.fromisoformat(text)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _extra(entry: Mapping[str, Any], annotations: list[Any]) -> str | None:
    if entry.keys() <= _READ and all(one.keys() <= _READ_OF_ANNOTATION for one in annotations):
        return None
    extra = {name: value for name, value in entry.items() if name not in _READ}
    further = [
        {"name": one["name"], **more}
        for one in annotations
        if (more := {name: value for name, value in one.items() if name not in _READ_OF_ANNOTATION})
    ]
    if further:
        extra["annotation"] = further
    if not extra:
        return None
    try:
        text = orjson.dumps(extra, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:  # orjson reads deeper than it writes
        raise _Broken("The additional fields are nested too deeply.") from error
    if len(text) > MAX_EXTRA_BYTES:
        raise _Broken(f"The additional fields have more than {MAX_EXTRA_BYTES:,} bytes.")
    return text.decode()
