"""The `_id` of an item: the job's 16 bytes, then the sample's.

Half the size of text in every index, unique, in the order of ids within a job, and one range a job.
"""

from collections.abc import Iterable
from uuid import UUID

from bson.binary import Binary

_UUID_TEXT = 36


def job_bytes(job_id: str) -> bytes:
    return UUID(job_id).bytes


def sample_bytes(sample_id: str) -> bytes | None:
    """The bytes of a canonical id; None for any other text, which then names no item."""
    if len(sample_id) != _UUID_TEXT:
        return None
    try:
        raw = bytes.fromhex(sample_id.replace("-", ""))
    except ValueError:
        return None
    return raw if len(raw) == 16 and as_text(raw) == sample_id else None


def keys_of(job_id: str, sample_ids: Iterable[str]) -> list[Binary]:
    """The `_id`s of these samples' items; what is no id has none."""
    prefix = job_bytes(job_id)
    return [Binary(prefix + raw) for raw in map(sample_bytes, sample_ids) if raw is not None]


def job_in(key: bytes) -> bytes:
    """The job's bytes in an item's `_id`."""
    return bytes(key[:16])


def sample_of(key: bytes) -> str:
    """The sample id in an item's `_id`."""
    return as_text(key[16:])


def as_text(raw: bytes) -> str:
    """The canonical text of 16 bytes: several times faster than `uuid.UUID`, and a commit needs a thousand."""
    digits = raw.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def job_range(job: bytes) -> tuple[bytes, bytes]:
    """The smallest and the largest `_id` of a job's items."""
    return job + b"\x00" * 16, job + b"\xff" * 16
