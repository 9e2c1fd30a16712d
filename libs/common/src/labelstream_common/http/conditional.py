"""ETag, If-Match and If-None-Match (RFC 9110, section 13)."""

import re

from starlette.requests import Request

from labelstream_common.http.errors import PreconditionFailed

_TAG = re.compile(r'(W/)?"([^"]*)"')


def etag_of(version: int | str) -> str:
    """The strong entity tag of a state: its version, quoted."""
    return f'"{version}"'


def check_if_match(request: Request, etag: str) -> None:
    """Raises PreconditionFailed if the request names a state that is not `etag`. Without If-Match all is well.

    Compare inside the transaction that writes, or two writers may both pass.
    """
    header = request.headers.get("if-match")
    if header is not None and not if_match_holds(header, etag):
        raise PreconditionFailed(etag)


def if_match_holds(header: str, etag: str) -> bool:
    """Whether an If-Match header allows the state `etag`: `*`, or a list with this tag (weak tags never match)."""
    tags = _allowed(header)
    return tags is None or etag in {f'"{tag}"' for tag in tags}


def if_match_tags(request: Request) -> frozenset[str] | None:
    """The strong tags of the request's If-Match, without their quotes; None if it allows any state."""
    header = request.headers.get("if-match")
    return None if header is None else _allowed(header)


def _allowed(header: str) -> frozenset[str] | None:
    if header.strip() == "*":
        return None
    return frozenset(tag for weak, tag in _TAG.findall(header) if not weak)


def not_modified(request: Request, etag: str) -> bool:
    """Whether the caller already has the state `etag` (If-None-Match): answer 304 then."""
    header = request.headers.get("if-none-match")
    if header is None:
        return False
    return header.strip() == "*" or any(f'"{tag}"' == etag for _, tag in _TAG.findall(header))
