"""The change log for labelers who have only their own items: entries about other people's items are left out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from label_service.application.change_feed import Entry
from label_service.application.reading import Items

_IDS = "_ids"


async def own_entries(
    items: Items, job_id: str, account_id: str, entries: Sequence[Entry], *, at: datetime
) -> list[Entry]:
    """Entries about labels, and about items that are somebody's, or were when they were removed."""
    batches = {entry.seq: orjson.loads(entry.json) for entry in entries if _is_batch(entry)}
    named = {entry.subject.partition(":")[2] for entry in entries if ":" in entry.subject}
    named |= {one for batch in batches.values() for ids in _lists(batch).values() for one in ids}
    own = await items.held(job_id, account_id, sorted(named), at, removed=True)
    seen = (_seen(entry, batches.get(entry.seq), own) for entry in entries)
    return [entry for entry in seen if entry is not None]


def _seen(entry: Entry, batch: dict[str, Any] | None, own: set[str]) -> Entry | None:
    if batch is None:
        _, is_item, sample_id = entry.subject.partition(":")
        return entry if not is_item or sample_id in own else None
    lists = {name: [one for one in ids if one in own] for name, ids in _lists(batch).items()}
    if not any(lists.values()):
        return None
    counts = {name.removesuffix(_IDS): len(ids) for name, ids in lists.items()}
    return entry._replace(json=orjson.dumps({**batch, **lists, **counts}))


def _is_batch(entry: Entry) -> bool:
    return ":" not in entry.subject and entry.json.startswith(b'{"kind":"items"')


def _lists(batch: Mapping[str, Any]) -> dict[str, Iterable[str]]:
    return {name: ids for name, ids in batch.items() if name.endswith(_IDS)}
