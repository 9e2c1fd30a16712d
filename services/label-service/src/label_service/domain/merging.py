"""Labels of images that were deleted as duplicates go to the image that is kept, in the same commit as the item ends.

Topics have many partitions: where the item of the kept image is not there yet, the removed item remembers whom it gives
its labels to, and the kept one takes them as it begins.
"""

from collections import defaultdict
from collections.abc import Sequence

from label_service.domain import edits
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import ArrivingSample, Merged
from label_service.domain.decisions import Decisions, decided
from label_service.domain.items import Item, is_touched, state_of
from label_service.domain.working_copy import Origin, WorkingCopy


def gives_labels(work: WorkingCopy, sample: ArrivingSample, origin: Origin) -> None:
    """The item of `sample` is about to end: its labels go to the item of the kept sample, if that is there."""
    if sample.merged is None:
        return
    item = work.items[sample.sample_id]
    if sample.merged.into in work.items:
        _take_over(work, item, sample.merged, origin)
    else:
        work.items[sample.sample_id] = {**item, "gives_to": sample.merged.into, "merged": list(sample.merged)}


def takes_waiting_labels(work: WorkingCopy, added: Sequence[str], origin: Origin) -> None:
    """These items have begun: they take what was left for them."""
    waiting: dict[str, list[str]] = defaultdict(list)
    for sample_id, item in work.removed.items():
        if item.get("gives_to"):
            waiting[item["gives_to"]].append(sample_id)
    for kept in added if waiting else ():
        for sample_id in sorted(waiting.get(kept, ())):
            item = work.removed[sample_id]
            _take_over(work, item, Merged(*item["merged"]), origin)
            work.removed[sample_id] = {**item, "gives_to": None}
            work.given_away.append(sample_id)


def _take_over(work: WorkingCopy, giver: Item, merged: Merged, origin: Origin) -> None:
    settled = work.labels.settling(state_of(giver))
    seen = settled.carrying([one for one in settled.labels if work.labels.sees(one["label_id"])])
    kept = work.items[merged.into]
    decision = Decisions(edits.taking_over(seen, is_persons=is_touched(kept)), work.labels).of(kept)
    if decision is None:
        return
    before = state_of(kept)
    by = Origin(merged.change_id, Actor(ActorKind.PERSON, merged.by), Cause.ANNOTATE, origin.at)
    work.change_item(merged.into, decision, by, touches=False)  # only a label that a person gave does
    work.count(decided(before, decision.after, work.labels), 1)
