"""A COCO document: the classes of an image's annotations are its labels.

Format: https://cocodataset.org/#format-data. Entries are decoded one by one, so that a broken one spoils only itself.
"""

from collections.abc import Iterator
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
    names = {one.id: one.name for one in _each(whole.categories, _Category)}
    classes: dict[int | str, dict[int | str, None]] = {}
    for one in _each(whole.annotations, _Annotation):
        classes.setdefault(one.image_id, {})[one.category_id] = None
    return _found(whole.images, classes, names, bucket)


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


def _each(raws: list[Raw], kind: type[T]) -> Iterator[T]:
    decoder = msgspec.json.Decoder(kind)
    for raw in raws:
        try:
            yield decoder.decode(raw)
        except msgspec.DecodeError:
            continue  # what an annotation cannot say is not said
