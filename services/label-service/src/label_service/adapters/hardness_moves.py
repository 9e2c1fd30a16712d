"""What items' hardness was before it moved. No event tells of hardness, so a commit that moves some keeps this beside.

The clock is the number of commits of the job: a commit that moves nothing but hardness takes no `seq`.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

from bson.binary import Binary

from label_service.adapters.item_keys import as_text, sample_bytes
from labelstream_common.mongo import Collection, Session

_ID_BYTES = 16


def document(job_id: str, commit: int, before: Mapping[str, float | None]) -> dict[str, Any]:
    known = {raw: value for one, value in before.items() if (raw := sample_bytes(one)) is not None}
    return {"_id": _key(job_id, commit), "samples": Binary(b"".join(known)), "was": list(known.values())}


async def moved_since(
    moves: Collection, job_id: str, after: int, until: int, session: Session
) -> AsyncIterator[tuple[str, float | None]]:
    """Each move of the commits beyond `after`, up to `until`, in their order: the sample, and what it had before."""
    span = {"_id": {"$gt": _key(job_id, after), "$lte": _key(job_id, until)}}
    async for row in moves.find(span, session=session).sort("_id", 1):
        for sample_id, hardness in zip(_samples(row["samples"]), row["was"], strict=True):
            yield sample_id, hardness


def of_job(job_id: str) -> dict[str, Any]:
    """The query of all that is kept of a job."""
    return {"_id": {"$gte": _key(job_id, 0), "$lt": f"{job_id};"}}


def _key(job_id: str, commit: int) -> str:
    return f"{job_id}:{commit:016}"


def _samples(packed: bytes) -> Iterable[str]:
    return (as_text(packed[start : start + _ID_BYTES]) for start in range(0, len(packed), _ID_BYTES))
