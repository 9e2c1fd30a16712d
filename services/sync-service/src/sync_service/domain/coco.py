"""A COCO document: the classes of an image's annotations are its labels.

Format: https://cocodataset.org/#format-data. Entries are decoded one by one, so that a broken one spoils only itself.
Images and annotations stand apart and in any order, so they are brought together by sorting, however many there are.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

import msgspec
import orjson
from msgspec import Struct

from sync_service.domain.import_entries import Found, InvalidLabels, checked_labels, shortened
from sync_service.domain.imports import Rejection
from sync_service.domain.json_elements import MAX_ELEMENT_BYTES, TOO_LARGE, Document, Unreadable, elements
from sync_service.domain.sample import SampleLabel
from sync_service.domain.sorting import Sorter

_IMAGES, _ANNOTATIONS, _CATEGORIES = "images", "annotations", "categories"
_AT_ONCE = 1_000
# A category is `c` and an image `i`: in ascending order, the categories of an image come first.
_CATEGORY, _IMAGE = b"c", b"i"


class NotCoco(ValueError):
    """The document is no COCO; the message is a sentence."""


class _Image(Struct):
    id: int | str
    file_name: str


class _Annotation(Struct):
    image_id: int | str
    category_id: int | str


class _Category(Struct):
    id: int | str
    name: str


def images_of(document: Document, bucket: str, sorter: Callable[[], Sorter]) -> Iterator[Found | Rejection]:
    """Broken annotations, then the images in the order in which they stand. Raises NotCoco before the first. Blocks."""
    by_image, in_order = sorter(), sorter()
    try:
        try:
            names = _read(document, _Lines(by_image), _Lines(in_order))
        except Unreadable as error:
            raise NotCoco(f"It is not a COCO document. {error}") from error
        found = _Lines(in_order)
        for _, lines in groupby(by_image.ascending(), key=lambda line: line[: line.index(b"\0")]):
            for line in _joined(lines):
                found.add(line)
        found.end()
        for line in in_order.ascending():
            yield _entry(line, names, bucket)
    finally:
        by_image.close()
        in_order.close()


class _Lines:
    """Gives lines to a sorter, many at a time."""

    def __init__(self, sorter: Sorter) -> None:
        self._sorter = sorter
        self._lines: list[bytes] = []

    def add(self, line: bytes) -> None:
        self._lines.append(line)
        if len(self._lines) >= _AT_ONCE:
            self.end()

    def end(self) -> None:
        self._sorter.add(self._lines)
        self._lines = []


def _read(document: Document, by_image: _Lines, in_order: _Lines) -> dict[int | str, str]:
    """Sorts images with the categories of their annotations, and what is broken by its place; the categories' names."""
    names: dict[int | str, str] = {}
    counts = {_IMAGES: -1, _ANNOTATIONS: 0, _CATEGORIES: 0}
    image = msgspec.json.Decoder(_Image)
    annotation = msgspec.json.Decoder(_Annotation)
    category = msgspec.json.Decoder(_Category)
    for kind, raw in elements(document, counts):
        counts[kind] = max(0, counts[kind]) + (raw != b"")
        number = counts[kind]
        try:
            if not raw:
                continue
            if kind == _IMAGES:
                one = image.decode(raw)
                by_image.add(_key(one.id) + _IMAGE + orjson.dumps([number, one.file_name]))
            elif kind == _ANNOTATIONS:
                note = annotation.decode(raw)
                by_image.add(_key(note.image_id) + _CATEGORY + orjson.dumps(note.category_id))
            else:
                named = category.decode(raw)
                names[named.id] = named.name
        except (msgspec.DecodeError, UnicodeDecodeError, orjson.JSONEncodeError, RecursionError):
            # An image with an annotation of a broken category is rejected, as with one of an unknown category.
            if kind == _IMAGES:
                in_order.add(_line(1, number, _fault(raw, f"Image {number}", "an id and a file_name")))
            elif kind == _ANNOTATIONS:
                in_order.add(_line(0, number, _fault(raw, f"Annotation {number}", "an image_id and a category_id")))
    if counts[_IMAGES] < 0:
        raise Unreadable("It has no list of images.")
    by_image.end()
    in_order.end()
    return names


def _fault(raw: bytes, one: str, needs: str) -> str:
    return f"{one} has more than {MAX_ELEMENT_BYTES:,} bytes." if raw == TOO_LARGE else f"{one} must have {needs}."


def _key(image_id: int | str) -> bytes:
    return orjson.dumps(image_id) + b"\0"


def _line(
    part: int, number: int, reason: str | None = None, path: str = "", categories: Sequence[object] = ()
) -> bytes:
    return f"{part}{number:012}".encode() + orjson.dumps([number, reason, path, categories])


def _joined(lines: Iterator[bytes]) -> Iterator[bytes]:
    """The images of one id, each with the categories that its annotations name."""
    categories: dict[int | str, None] = {}
    for line in lines:
        place = line.index(b"\0") + 1
        content = orjson.loads(line[place + 1 :])
        if line[place : place + 1] == _CATEGORY:
            categories[content] = None
        else:
            number, path = content
            yield _line(1, number, None, path, list(categories))


def _entry(line: bytes, names: dict[int | str, str], bucket: str) -> Found | Rejection:
    number, reason, path, categories = orjson.loads(line[13:])
    if reason is not None:
        return Rejection("", None, reason)
    if not path:
        return Rejection("", None, f"Image {number} has an empty file_name.")
    unknown = [one for one in categories if one not in names]
    if unknown:
        return Rejection(path[:1_024], None, f"Its category {_shown(unknown[0])} is not in the document.")
    try:
        return Found(bucket, path, checked_labels([SampleLabel(names[one]) for one in categories]))
    except InvalidLabels as error:
        return Rejection(path[:1_024], None, str(error))


def _shown(category_id: int | str) -> str:
    return shortened(category_id) if isinstance(category_id, str) else str(category_id)
