"""Splits a JSON document into the elements of some of its lists, without building it: a document may have gigabytes.

Nothing but the outer structure is looked at here. Whoever decodes an element finds out whether it is valid. No more
than a megabyte is looked at without letting other threads in, and no larger element is given.
"""

import re
from collections.abc import Collection, Iterator
from mmap import mmap
from typing import TypeAlias

import orjson

Document: TypeAlias = bytes | bytearray | mmap

MAX_ELEMENT_BYTES = 1_000_000
TOO_LARGE = b"\0"
"""Stands for an element of more bytes; no JSON is this."""
_DEPTH = 16
_STRING = rb'"(?:[^"\\]++|\\.)*+"'


def _balanced(depth: int) -> bytes:
    """What stands between two brackets. Repeats are possessive, so that no document takes more than one look."""
    inner = rb"[\[{]" + _balanced(depth - 1) + rb"[\]}]" if depth else rb"(?!)"
    return rb'(?:[^\[\]{}"]++|' + _STRING + rb"|" + inner + rb")*+"


_VALUE = re.compile(_STRING + rb"|[\[{]" + _balanced(_DEPTH) + rb'[\]}]|[^\s\[\]{},:"]++', re.DOTALL)
_BOM = b"\xef\xbb\xbf"
_SPACE = re.compile(rb"[ \t\r\n]*+")
_TEXT = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_CLOSING = {b"[": b"]", b"{": b"}"}


class Unreadable(ValueError):
    """It is no JSON object; the message is a sentence."""


def elements(document: Document, lists: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """The name of a list that the document holds, with each of its elements. An empty text comes first for each list,
    and `TOO_LARGE` for an element of more than a megabyte.

    Raises Unreadable.
    """
    begin = len(_BOM) if document[: len(_BOM)] == _BOM else 0
    at = _behind(document, _space(document, begin), b"{")
    while document[at : at + 1] != b"}":
        begin, at = at, _value(document, at)
        name = _name(bytes(document[begin:at]))
        at = _behind(document, _space(document, at), b":")
        if name in lists and document[at : at + 1] == b"[":
            yield name, b""
            at = _space(document, at + 1)
            while document[at : at + 1] != b"]":
                end = _whole(document, at)
                yield name, TOO_LARGE if end is None else bytes(document[at:end])
                at = _next(document, _beyond(document, at) if end is None else end, b"]")
            at += 1
        elif name in lists:
            raise Unreadable(f"`{name}` is not a list.")
        else:
            at = _beyond(document, at)
        at = _next(document, at, b"}")
    if _space(document, at + 1) != len(document):
        raise Unreadable("There is data after its end.")


def _value(document: Document, at: int) -> int:
    """Where a value ends that is no larger than an element may be."""
    end = _whole(document, at)
    if end is None:
        raise Unreadable(f"A string or number in it has more than {MAX_ELEMENT_BYTES:,} bytes.")
    return end


def _whole(document: Document, at: int) -> int | None:
    """Where a value ends; None if it is larger than an element may be."""
    limit = at + MAX_ELEMENT_BYTES + 1
    found = _VALUE.match(document, at, limit)
    if found is not None and (found.end() < limit or limit > len(document)):
        return found.end()
    if limit >= len(document):
        raise Unreadable("It is not valid JSON.")
    return None


def _beyond(document: Document, at: int, depth: int = 0) -> int:
    """Where a value of any size ends. What is large is gone through piece by piece."""
    end = _whole(document, at)
    if end is not None:
        return end
    opening = bytes(document[at : at + 1])
    if opening == b'"':
        return _end_of_text(document, at + 1)
    if opening not in _CLOSING or depth > _DEPTH:
        return _value(document, at)
    closing = _CLOSING[opening]
    at = _space(document, at + 1)
    while document[at : at + 1] != closing:
        if closing == b"}":
            at = _behind(document, _space(document, _beyond(document, at, depth + 1)), b":")
        at = _next(document, _beyond(document, at, depth + 1), closing)
    return at + 1


def _end_of_text(document: Document, at: int) -> int:
    """Behind the mark that ends the text."""
    while document[at : at + 1] != b'"':
        found = _TEXT.match(document, at, at + MAX_ELEMENT_BYTES)
        if found is None or found.end() == at:
            raise Unreadable("It is not valid JSON.")
        at = found.end()
    return at + 1


def _name(text: bytes) -> str:
    try:
        name = orjson.loads(text)
    except orjson.JSONDecodeError:
        name = None
    if not isinstance(name, str):
        raise Unreadable("It is not a JSON object.")
    return name


def _next(document: Document, at: int, end: bytes) -> int:
    """Where the next entry begins, or the end."""
    at = _space(document, at)
    if document[at : at + 1] == end:
        return at
    at = _behind(document, at, b",")
    if document[at : at + 1] == end:
        raise Unreadable("It is not valid JSON.")
    return at


def _behind(document: Document, at: int, sign: bytes) -> int:
    if document[at : at + 1] != sign:
        raise Unreadable("It is not a JSON object.")
    return _space(document, at + 1)


def _space(document: Document, at: int) -> int:
    while (found := _SPACE.match(document, at, at + MAX_ELEMENT_BYTES)) is not None:
        if found.end() < at + MAX_ELEMENT_BYTES:
            return found.end()
        at = found.end()
    return at
