"""Which objects may be uploaded into a dataset, and under which keys.

InvalidUpload          one or more files break a rule; all of them are named
"""

from collections.abc import Sequence
from typing import NamedTuple

from labelstream_common.errors import FieldError, Invalid
from sync_service.domain.dataset import Source, prefix_fault
from sync_service.domain.directories import MAX_TEXT_BYTES, TEXT_ENDING
from sync_service.domain.imports import FILE_ENDINGS, MOST_FILE_BYTES
from sync_service.domain.media import media_type_of

MAX_FILES = 1_000
# Files that say which labels images have: they become no samples, an import reads them.
LABEL_FILES = (TEXT_ENDING, *(ending for endings in FILE_ENDINGS.values() for ending in endings))
_OF_LABELS = "application/octet-stream"


class InvalidUpload(Invalid):
    code = "invalid-upload"


class Upload(NamedTuple):
    """A file that somebody wants to put: `path` is the object's whole key."""

    path: str
    size: int
    media_type: str | None


def checked_uploads(files: Sequence[Upload], source: Source, *, image_bytes: int) -> list[Upload]:
    """The files with their media types. Raises InvalidUpload naming every file that breaks a rule.

    `image_bytes` is what an image may have; files of labels have limits of their own.
    """
    errors: list[FieldError] = []
    seen: set[str] = set()
    for number, file in enumerate(files):
        fault = _path_fault(file.path, source)
        if fault is None and file.path in seen:
            fault = "This request contains the path twice."
        seen.add(file.path)
        if fault is not None:
            errors.append(FieldError(f"/files/{number}/path", fault))
        elif file.media_type not in {None, media_type_of(file.path)} and not _holds_labels(file.path):
            detail = f"The file name's extension says {media_type_of(file.path)}."
            errors.append(FieldError(f"/files/{number}/media_type", detail))
        what, most = _largest(file.path, image_bytes)
        if not 0 < file.size <= most:
            errors.append(FieldError(f"/files/{number}/size", f"{what} must have 1 to {most:,} bytes."))
    if errors:
        message = "Some files cannot be uploaded, so nothing was prepared."
        raise InvalidUpload(message, errors=errors, prefix=source.prefix)
    return [file._replace(media_type=media_type_of(file.path) or _OF_LABELS) for file in files]


def _holds_labels(path: str) -> bool:
    return path.lower().endswith(LABEL_FILES)


def _largest(path: str, image_bytes: int) -> tuple[str, int]:
    """What the file is, and how many bytes it may have."""
    if path.lower().endswith(TEXT_ENDING):
        return "A text with the labels of one image", MAX_TEXT_BYTES  # no more of it would be read
    return ("A file of labels", MOST_FILE_BYTES) if _holds_labels(path) else ("An image", image_bytes)


def _path_fault(path: str, source: Source) -> str | None:
    fault = prefix_fault(path)
    if fault is not None:
        return fault
    if not path.startswith(source.prefix) or path.endswith("/") or not path:
        return f"A path is the object's whole key, and begins with the dataset's prefix {source.prefix!r}."
    if media_type_of(path) is None and not _holds_labels(path):
        return "Accepted endings: .jpg, .jpeg, .png, .bmp, .webp, .gif, .tif, .tiff; of labels: .txt, .csv, .json, …."
    return None
