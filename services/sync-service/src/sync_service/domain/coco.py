"""A COCO document: the classes of an image's annotations are its labels.

Format: https://cocodataset.org/#format-data. Entries are decoded one by one, so that a broken one spoils only itself.
Images and annotations stand apart and in any order, so they are brought together by sorting, however many there are.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TypeAlias

import msgspec
import orjson
from msgspec import Struct

from labelstream_contracts.label_sets import MAX_LABELS_OF_ITEM
from sync_service.domain.import_entries import Found, InvalidLabels, checked_labels, shortened
from sync_service.domain.imports import Rejection
from sync_service.domain.json_elements import MAX_ELEMENT_BYTES, TOO_LARGE, Document, Unreadable, elements
from sync_service.domain.sample import SampleLabel
from sync_service.domain.sorting import Sorter

_IMAGES, _ANNOTATIONS, _CATEGORIES = "images", "annotations", "categories"
_AT_ONCE, _DIGITS = 1_000, 20
MAX_CATEGORIES_BYTES = 16_000_000
"""Of all elements of the list of categories together: their names are held while the document is read."""
# An annotation is `c` and an image `i`: in ascending order, the annotations of an image come first.
_ANNOTATION, _IMAGE = b"c", b"i"


class NotCoco(ValueError):
    """The document is no COCO; the message is a sentence."""


# Tables write whole numbers as 1.0 where one is missing.
_Id: TypeAlias = int | str | float


class _Image(Struct):
    id: _Id
    file_name: str


class _Annotation(Struct):
    image_id: _Id
    category_id: _Id


class _Category(Struct):
    id: _Id
    name: str


def images_of(document: Document, bucket: str, sorter: Callable[[], Sorter]) -> Iterator[Found | Rejection]:
    """Annotations that are broken or without an image, then the images in the order in which they stand. Blocks.

    Raises NotCoco before the first.
    """
    by_image, in_order = sorter(), sorter()
    try:
        try:
            read = _read(document, _Lines(by_image), _Lines(in_order))
        except Unreadable as error:
            raise NotCoco(f"It is not a COCO document. {error}") from error
        found = _Lines(in_order)
        for _, lines in groupby(by_image.ascending(), key=lambda line: line[: line.index(b"\0")]):
            for line in _joined(lines, read):
                found.add(line)
        found.end()
        for line in in_order.ascending():
            yield _entry(line, read.names, bucket)
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


class _Read:
    """The categories, and which types the ids of images have: `int`, `str`."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.types: set[type] = set()
        self._places: dict[int | str, int] = {}
        self._size = 0

    def add_category(self, category: _Category, size: int) -> None:
        """Raises Unreadable above the limit."""
        self._size += size
        if self._size > MAX_CATEGORIES_BYTES:
            raise Unreadable(f"Its categories have more than {MAX_CATEGORIES_BYTES:,} bytes.")
        self._places[_whole(category.id)] = len(self.names)
        self.names.append(category.name)

    def place_of(self, category_id: int | str) -> int | None:
        """Where the name of a category stands in `names`. 1 and "1" are the same category, unless both are there."""
        if category_id in self._places:
            return self._places[category_id]
        if isinstance(category_id, int):
            return self._places.get(str(category_id))
        is_number = category_id.isascii() and category_id.isdecimal() and len(category_id) < _DIGITS
        return self._places.get(int(category_id)) if is_number and str(int(category_id)) == category_id else None

    def type_of(self, image_id: int | str) -> type | None:
        """None where the type says nothing: if all ids of images have one, 1 and "1" name the same image."""
        return type(image_id) if len(self.types) > 1 else None


def _read(document: Document, by_image: _Lines, in_order: _Lines) -> _Read:
    """Sorts images with their annotations, and what is broken by its place."""
    read = _Read()
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
                image_id = _whole(one.id)
                by_image.add(_key(image_id) + _IMAGE + orjson.dumps([number, image_id, one.file_name]))
                read.types.add(type(image_id))
            elif kind == _ANNOTATIONS:
                note = annotation.decode(raw)
                image_id = _whole(note.image_id)
                of_image = orjson.dumps([number, image_id, _whole(note.category_id)])
                by_image.add(_key(image_id) + _ANNOTATION + of_image)
            else:
                read.add_category(category.decode(raw), len(raw))
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
    return read


def _whole(found: _Id) -> int | str:
    if not isinstance(found, float):
        return found
    if not found.is_integer():
        raise msgspec.ValidationError("an id is not a whole number")
    return int(found)


def _fault(raw: bytes, one: str, needs: str) -> str:
    return f"{one} has more than {MAX_ELEMENT_BYTES:,} bytes." if raw == TOO_LARGE else f"{one} must have {needs}."


def _key(image_id: int | str) -> bytes:
    return orjson.dumps(str(image_id)) + b"\0"


def _line(part: int, number: int, reason: str | None = None, path: str = "", places: Sequence[int] = ()) -> bytes:
    return f"{part}{number:012}".encode() + orjson.dumps([reason, path, places])


class _Annotations:
    """The annotations of one image: the first of them, how many they are, and the categories that they name."""

    def __init__(self, image_id: int | str) -> None:
        self.image_id = image_id
        self.first, self.count = sys.maxsize, 0
        self._places: dict[int, None] = {}
        self._unknown: str | None = None

    def add(self, number: int, category_id: int | str, place: int | None) -> None:
        """`place`: of the category's name; None if it is not in the document."""
        self.first, self.count = min(self.first, number), self.count + 1
        if place is None:
            self._unknown = self._unknown or _shown(category_id)
        elif len(self._places) <= MAX_LABELS_OF_ITEM:  # one more tells that there are too many
            self._places[place] = None

    def of_image(self, number: int, path: str) -> bytes:
        reason = None
        if self._unknown is not None:
            reason = f"Its category {self._unknown} is not in the document."
        elif len(self._places) > MAX_LABELS_OF_ITEM:
            reason = f"Image {number} has annotations of more than {MAX_LABELS_OF_ITEM} categories."
        return _line(1, number, reason, path, () if reason else list(self._places))

    def without_image(self) -> bytes:
        others = f" and {self.count - 1:,} more name" if self.count > 1 else " names"
        image = _shown(self.image_id)
        reason = f"Annotation {self.first}{others} the image {image}, which is not in the document."
        return _line(0, self.first, reason)


def _joined(lines: Iterator[bytes], read: _Read) -> Iterator[bytes]:
    """The images of one id, each with the categories that its annotations name, and annotations of no image."""
    known: dict[type | None, _Annotations] = {}
    named: set[type | None] = set()
    for line in lines:
        place = line.index(b"\0") + 1
        number, image_id, content = orjson.loads(line[place + 1 :])
        of_type = read.type_of(image_id)
        if line[place : place + 1] == _ANNOTATION:
            known.setdefault(of_type, _Annotations(image_id)).add(number, content, read.place_of(content))
        elif not content:
            named.add(of_type)
            yield _line(1, number, f"Image {number} has an empty file_name.")
        else:
            named.add(of_type)
            yield known.get(of_type, _Annotations(image_id)).of_image(number, content)
    yield from (some.without_image() for of_type, some in known.items() if of_type not in named)


def _entry(line: bytes, names: Sequence[str], bucket: str) -> Found | Rejection:
    reason, path, places = orjson.loads(line[13:])
    if reason is not None:
        return Rejection(path[:1_024], None, reason)
    try:
        return Found(bucket, path, checked_labels([SampleLabel(names[place]) for place in places]))
    except InvalidLabels as error:
        return Rejection(path[:1_024], None, str(error))


def _shown(one: int | str) -> str:
    return shortened(one) if isinstance(one, str) else str(one)
