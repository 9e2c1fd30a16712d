"""Splits a JSON document into the elements of some of its lists, without building it: a document may have gigabytes.

Nothing but the outer structure is looked at here. Whoever decodes an element finds out whether it is valid.
"""

import re
from collections.abc import Collection, Iterator
from mmap import mmap
from typing import TypeAlias

import orjson

Document: TypeAlias = bytes | bytearray | mmap

_DEPTH = 16
_STRING = rb'"(?:[^"\\]++|\\.)*+"'


def _balanced(depth: int) -> bytes:
    """What stands between two brackets. Repeats are possessive, so that no document takes more than one look."""
    inner = rb"[\[{]" + _balanced(depth - 1) + rb"[\]}]" if depth else rb"(?!)"
    return rb'(?:[^\[\]{}"]++|' + _STRING + rb"|" + inner + rb")*+"


_VALUE = re.compile(_STRING + rb"|[\[{]" + _balanced(_DEPTH) + rb'[\]}]|[^\s\[\]{},:"]++', re.DOTALL)
_SPACE = re.compile(rb"[ \t\r\n]*+")


class Unreadable(ValueError):
    """It is no JSON object; the message is a sentence."""


def elements(document: Document, lists: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """The name of a list that the document holds, with each of its elements. An empty text comes first for each list.

    Raises Unreadable.
    """
    at = _behind(document, _space(document, 0), b"{")
    while document[at : at + 1] != b"}":
        begin, at = at, _value(document, at)
        name = _name(bytes(document[begin:at]))
        at = _behind(document, _space(document, at), b":")
        if name in lists and document[at : at + 1] == b"[":
            yield name, b""
            at = _space(document, at + 1)
            while document[at : at + 1] != b"]":
                begin, at = at, _value(document, at)
                yield name, bytes(document[begin:at])
                at = _next(document, at, b"]")
            at += 1
        elif name in lists:
            raise Unreadable(f"`{name}` is not a list.")
        else:
            at = _value(document, at)
        at = _next(document, at, b"}")
    if _space(document, at + 1) != len(document):
        raise Unreadable("There is data after its end.")


def _value(document: Document, at: int) -> int:
    found = _VALUE.match(document, at)
    if found is None:
        raise Unreadable("It is not valid JSON.")
    return found.end()


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
    found = _SPACE.match(document, at)
    return at if found is None else found.end()
