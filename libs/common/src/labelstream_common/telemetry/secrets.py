"""Keeps secrets out of log lines: by the name of the field, and by what a secret looks like in text."""

import re
from collections.abc import Mapping

HIDDEN = "[hidden]"

_SECRET_NAMES = re.compile(
    r"password|passwd|secret|token|authorization|cookie|csrf|api_?key|access_?key|credential|private_?key|signature",
    re.IGNORECASE,
)
# Names that only look secret: a fencing token and a count of tokens are numbers, and are kept.
_SECRET_TEXT = (
    (re.compile(r"([a-z][a-z0-9+.-]*://)[^/@\s]+@", re.IGNORECASE), rf"\1{HIDDEN}@"),
    (re.compile(r"\bBearer\s+[\w.~+/=-]+", re.IGNORECASE), f"Bearer {HIDDEN}"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), HIDDEN),
    (re.compile(r"(X-Amz-(?:Signature|Credential|Security-Token)=)[^&\s\"']+", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(r"(/(?:invitations|password-reset)/)[\w-]{20,}"), rf"\1{HIDDEN}"),
)


def without_secrets(fields: Mapping[str, object]) -> dict[str, object]:
    """The same fields with every secret value replaced, at any depth of mappings and lists. Numbers stay."""
    return {name: HIDDEN if _is_secret(name, value) else _clean(value) for name, value in fields.items()}


def clean_text(text: str) -> str:
    """`text` without passwords in URLs, bearer tokens, JWTs, signatures of presigned URLs and one-time links."""
    for pattern, replacement in _SECRET_TEXT:
        text = pattern.sub(replacement, text)
    return text


def _is_secret(name: str, value: object) -> bool:
    return not isinstance(value, int | float | None) and _SECRET_NAMES.search(name) is not None


def _clean(value: object) -> object:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Mapping):
        return without_secrets({str(name): inner for name, inner in value.items()})
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(inner) for inner in value]
    return value
