"""Names of files that are downloaded: of any script, and harmless on every file system."""

import re
import unicodedata
from urllib.parse import quote

_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069/\\:*?"<>|]+')
_LONGEST = 150


def attachment(name: str, ending: str) -> str:
    """`Content-Disposition` that saves the reply as `name` (shortened where it is long) and `ending`.

    The name is given twice: in ASCII for old readers, and whole. Source: RFC 6266, section 5, and RFC 8187.
    """
    whole = _UNSAFE.sub("_", name).strip().lstrip(".")[:_LONGEST].strip() + ending
    plain = unicodedata.normalize("NFKD", whole).encode("ascii", "ignore").decode()
    fallback = re.sub(r"[%;']", "_", plain).strip()
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(whole, safe='')}"
