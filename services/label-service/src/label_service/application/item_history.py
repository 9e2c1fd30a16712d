"""An item's history as people read it.

The change log holds what happened, and is never rewritten. While a label is merged or deleted, an item that still
carries it is shown as it will be; its history then begins with the change that will make it so, as it was asked for. It
is `pending` until the item is tidied up and the log has it.
"""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import orjson

from label_service.application.change_feed import ChangeFeed
from label_service.application.events import shown_state
from label_service.application.told_states import state_in
from label_service.domain.actors import Cause
from label_service.domain.items import State
from label_service.domain.label_set import LabelSet
from label_service.domain.settling import Settling


async def item_history(
    log: ChangeFeed, job_id: str, sample_id: str, *, commits: Sequence[int], labels: LabelSet, limit: int
) -> list[orjson.Fragment | dict[str, Any]]:
    """The latest changes of an item, newest first, those that are pending before all others."""
    entries = await log.of_item(job_id, sample_id, commits, limit)
    logged = [orjson.Fragment(entry.json) for entry in entries]
    if not entries or not labels.settling:
        return list(logged)
    newest = orjson.loads(entries[0].json)
    if newest["after"] is None:
        return list(logged)
    hiding = await _hiding(log, job_id, labels, state_in(newest["after"]))
    return [*reversed(pending_changes(newest, hiding, labels)), *logged][:limit]


def pending_changes(
    newest: Mapping[str, Any], hiding: Sequence[Mapping[str, Any]], labels: LabelSet
) -> list[dict[str, Any]]:
    """The steps from what an item carries to what people see, in order.

    `newest` is its last change, `hiding` are the deletions and merges that are under way, as the log tells them.
    """
    state, versions, found = state_in(newest["after"]), count(newest["version"] + 1), list[dict[str, Any]]()
    ends, names = labels.settling.ends, {label.id: label.name for label in labels}
    for change in sorted(hiding, key=lambda each: each["seq"]):
        settled = Settling({one: ends[one] for one in _hidden_by(change) if one in ends})(state)
        if settled is not state:
            found.append(
                {
                    **{name: newest[name] for name in ("kind", "job_id", "dataset_id", "sample_id", "path")},
                    "version": next(versions),
                    **{name: change[name] for name in ("seq", "change_id", "actor", "at")},
                    "before": shown_state(state, names),
                    "after": shown_state(settled, names),
                    "cause": Cause.LABEL_MERGED if "from" in change else Cause.LABEL_DELETED,
                    "pending": True,
                }
            )
            state = settled
    return found


async def _hiding(log: ChangeFeed, job_id: str, labels: LabelSet, state: State) -> list[Mapping[str, Any]]:
    """The log's entries about the deletions and merges of the hidden labels that an item carries."""
    hidden = [labels.hidden(one["label_id"]) for one in state.labels if one["label_id"] in labels.settling.ends]
    found: list[Mapping[str, Any]] = []
    for change_id in dict.fromkeys(label.hidden_by for label in hidden if label.hidden_by):
        async for entry in log.of_change(job_id, change_id):
            found.append(orjson.loads(entry.json))
            break  # it begins with the label
    return [one for one in found if one["kind"] == "label"]


def _hidden_by(change: Mapping[str, Any]) -> list[str]:
    sources = change["from"] if "from" in change else [change["label"]]
    return [one["label_id"] for one in sources]
