"""Labels that follow from where an image lies, or from a text that lies beside it."""

from collections.abc import Sequence

import orjson

from sync_service.domain.import_entries import Found, InvalidLabels, checked_labels
from sync_service.domain.imports import Rejection
from sync_service.domain.sample import SampleLabel

TEXT_ENDING = ".txt"
# As they are commonly written: the store tells keys apart by case.
_TEXT_ENDINGS = (TEXT_ENDING, ".TXT", ".Txt")
MAX_TEXT_BYTES = 1_000_000
_SIDES = {"train": "train", "val": "validation", "valid": "validation", "validation": "validation", "test": "test"}


def by_directory(found: Found) -> Found | Rejection:
    """The last directory of the path is the label."""
    directory, slash, _ = found.path.rpartition("/")
    if not slash:
        return found.rejected("It is not in a directory that could be its label.")
    return _labeled(found, [directory.rpartition("/")[2]])


def by_side(found: Found, prefix: str) -> Found | Rejection:
    """YOLO's classification layout: `train|val|test/<class>/…` below the prefix."""
    parts = found.path.removeprefix(prefix).split("/")
    # A prefix may end within a directory's name, or above the one that holds the sides.
    side = next((number for number, part in enumerate(parts[:-2]) if part.lower() in _SIDES), None)
    if side is None:
        return found.rejected("Its path is not train|val|test/<class>/<file>.")
    labeled = _labeled(found, [parts[side + 1]])
    if isinstance(labeled, Rejection):
        return labeled
    return labeled._replace(extra=orjson.dumps({"usage": _SIDES[parts[side].lower()]}).decode())


def by_text(found: Found, content: bytes) -> Found | Rejection:
    """One label a line; blank lines are none."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return found.rejected("The text beside it is not UTF-8.")
    for number, line in enumerate(text.split("\n"), 1):
        try:
            checked_labels([SampleLabel(line.strip())] if line.strip() else [])
        except InvalidLabels as error:
            return Rejection(found.path, number, str(error))
    return _labeled(found, [line.strip() for line in text.split("\n") if line.strip()])


def text_of(path: str) -> str:
    """Where the text of an image lies, if its ending is lower-case."""
    directory, slash, name = path.rpartition("/")
    stem = name.rpartition(".")[0] or name
    return f"{directory}{slash}{stem}{TEXT_ENDING}"


def texts_of(path: str) -> Sequence[str]:
    """Where the text of an image may lie, the likeliest first."""
    stem = text_of(path).removesuffix(TEXT_ENDING)
    return [stem + ending for ending in _TEXT_ENDINGS]


def as_text(path: str) -> str | None:
    """The key with its ending in lower case; None if it is no text's."""
    return path[: -len(TEXT_ENDING)] + TEXT_ENDING if path[-len(TEXT_ENDING) :].lower() == TEXT_ENDING else None


def _labeled(found: Found, names: Sequence[str]) -> Found | Rejection:
    try:
        return found._replace(labels=checked_labels([SampleLabel(name) for name in names]))
    except InvalidLabels as error:
        return found.rejected(str(error))
