"""A COCO document: the classes of an image's annotations are its labels.

Format: https://cocodataset.org/#format-data. Entries are decoded one by one, so that a broken one spoils only itself.
"""

from collections.abc import Iterator
from itertools import chain
from typing import TypeVar

import msgspec
from msgspec import Raw, Struct

from sync_service.domain.import_entries import Found, InvalidLabels, checked_labels, shortened
from sync_service.domain.imports import Rejection
from sync_service.domain.sample import SampleLabel

T = TypeVar("T")


class Unreadable(ValueError):
    """The document is no COCO; the message is a sentence."""


class _Document(Struct):
    images: list[Raw]
    annotations: list[Raw] = []
    categories: list[Raw] = []


class _Image(Struct):
    id: int | str
    file_name: str


class _Annotation(Struct):
    image_id: int | str
    category_id: int | str


class _Category(Struct):
    id: int | str
    name: str


def images_of(document: bytes | bytearray, bucket: str) -> Iterator[Found | Rejection]:
    """The images in the order in which they stand. Raises Unreadable before the first."""
    try:
        whole = msgspec.json.decode(document, type=_Document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable("It is not a COCO document: it has no valid list of images.") from error
    # An image with an annotation of a broken category is rejected, as with one of an unknown category.
    names = {one.id: one.name for one in _each(whole.categories, _Category) if one is not None}
    classes: dict[int | str, dict[int | str, None]] = {}
    broken: list[int] = []
    for number, one in enumerate(_each(whole.annotations, _Annotation), 1):
        if one is None:
            broken.append(number)
        else:
            classes.setdefault(one.image_id, {})[one.category_id] = None
    return chain(map(_broken_annotation, broken), _found(whole.images, classes, names, bucket))


def _broken_annotation(number: int) -> Rejection:
    return Rejection("", None, f"Annotation {number} must have an image_id and a category_id.")


def _found(
    images: list[Raw], classes: dict[int | str, dict[int | str, None]], names: dict[int | str, str], bucket: str
) -> Iterator[Found | Rejection]:
    decoder = msgspec.json.Decoder(_Image)
    for number, raw in enumerate(images, 1):
        try:
            image = decoder.decode(raw)
        except msgspec.DecodeError:
            yield Rejection("", None, f"Image {number} must have an id and a file_name.")
            continue
        path = image.file_name
        unknown = [one for one in classes.get(image.id, ()) if one not in names]
        if not path:
            yield Rejection("", None, f"Image {number} has an empty file_name.")
        elif unknown:
            yield Rejection(path[:1_024], None, f"Its category {_shown(unknown[0])} is not in the document.")
        else:
            try:
                labels = checked_labels([SampleLabel(names[one]) for one in classes.get(image.id, ())])
            except InvalidLabels as error:
                yield Rejection(path[:1_024], None, str(error))
            else:
                yield Found(bucket, path, labels)


def _shown(category_id: int | str) -> str:
    return shortened(category_id) if isinstance(category_id, str) else str(category_id)


def _each(raws: list[Raw], kind: type[T]) -> Iterator[T | None]:
    """Each entry; None for one that is broken."""
    decoder = msgspec.json.Decoder(kind)
    for raw in raws:
        try:
            yield decoder.decode(raw)
        except msgspec.DecodeError:
            yield None
