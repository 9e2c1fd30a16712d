"""The samples that a command names, by id or by filter, a thousand at a time: each is looked at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sync_service.application.ports import Samples, Transaction
from sync_service.domain.dataset import DatasetId
from sync_service.domain.sample import Sample, SampleId

CHUNK = 1_000


@dataclass(frozen=True)
class Selection:
    """Samples by `sample_ids`, or (None) all whose path fits `path`: a prefix when it ends in `*`, else contained."""

    sample_ids: Sequence[str] | None = None
    path: str | None = None

    def as_params(self) -> Mapping[str, Any]:
        ids = None if self.sample_ids is None else list(dict.fromkeys(self.sample_ids))
        return {"sample_ids": ids, "path": self.path}

    @classmethod
    def of_params(cls, params: Mapping[str, Any]) -> "Selection":
        return cls(params["sample_ids"], params["path"])

    @property
    def total(self) -> int | None:
        return None if self.sample_ids is None else len(set(self.sample_ids))


class Chunk(NamedTuple):
    """Some of the selected samples; `after` is where the next chunk begins (None: this was the last)."""

    samples: Sequence[Sample]
    missing: Sequence[str]
    after: str | None


async def next_chunk(
    selection: Selection, dataset_id: DatasetId, after: str, samples: Samples, work: Transaction | None = None
) -> Chunk:
    """The chunk after `after` (an empty text: the first), as its samples stand now."""
    if selection.sample_ids is None:
        found = await samples.matching(
            dataset_id, presence=None, path=selection.path, after=after, limit=CHUNK, work=work
        )
        return Chunk(found, (), found[-1].id if len(found) == CHUNK else None)
    begin = int(after or 0)
    ids = [SampleId(each) for each in selection.sample_ids[begin : begin + CHUNK]]
    loaded = await samples.load(dataset_id, ids, work)
    more = begin + CHUNK < len(selection.sample_ids)
    missing = [each for each in ids if each not in loaded]
    return Chunk([loaded[each] for each in ids if each in loaded], missing, str(begin + CHUNK) if more else None)
