"""What a command does to the state of one item: plain functions from state to state.

A function gives back the very state it was given when nothing changes; then there is no change and no event.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from label_service.domain.items import IMPORT, IMPORTED, MODEL, PERSON, Entry, State, entry, waits
from label_service.domain.labels import TooManyLabels
from label_service.domain.settling import Edit
from labelstream_contracts.label_sets import MAX_LABELS_OF_ITEM


@dataclass(frozen=True, slots=True)
class LabelEdit:
    """A person's edit, with labels as ids. `replacing` is (from, to); `choice` replaces all labels.

    `remove` may be empty, where the job has none of the labels to be removed: what waits is dropped all the same.
    """

    by: str
    at: datetime
    add: Sequence[str] = ()
    remove: Collection[str] | None = None
    choice: Sequence[str] | None = None
    replacing: tuple[str, str] | None = None
    hard: bool | None = None

    def __call__(self, state: State) -> State:
        labels = self._labels(state.labels)
        if len(labels) > MAX_LABELS_OF_ITEM:
            pointer = "/add" if self.choice is None else "/set"
            raise TooManyLabels.of_item(pointer)
        hard = state.hard if self.hard is None else self.hard
        if labels == state.labels and hard == state.hard and not state.content_changed:
            return state
        return state._replace(labels=labels, hard=hard, content_changed=False)

    def _labels(self, before: Sequence[Entry]) -> Sequence[Entry]:
        if self.replacing is not None:
            return self._replaced(before, *self.replacing)
        if self.choice is None and not self.add and self.remove is None:
            return before
        kept = [one for one in before if not waits(one)]
        if self.choice is not None:
            wanted = set(self.choice)
            kept = [one for one in kept if one["label_id"] in wanted]
            return self._with(kept, self.choice, before)
        if self.remove:
            kept = [one for one in kept if one["label_id"] not in self.remove]
        return self._with(kept, self.add, before)

    def _replaced(self, before: Sequence[Entry], old: str, new: str) -> Sequence[Entry]:
        if old == new or all(one["label_id"] != old for one in before):
            return before
        kept = [one for one in before if not waits(one) and one["label_id"] != old]
        return self._with(kept, (new,), before)

    def _with(self, kept: list[Entry], added: Sequence[str], before: Sequence[Entry]) -> list[Entry]:
        present = {one["label_id"] for one in kept}
        predicted = {one["label_id"]: one for one in before if waits(one)}
        for label_id in added:
            if label_id not in present:
                present.add(label_id)
                kept.append(given_by_person(label_id, self.by, self.at, predicted.get(label_id)))
        return kept


def given_by_person(label_id: str, by: str, at: datetime, predicted: Entry | None = None) -> Entry:
    """A label that a person gave or, where a model had proposed it, confirmed: then what proposed it is kept."""
    if predicted is None:
        return entry(label_id, by, at, PERSON)
    return entry(label_id, by, at, PERSON, confidence=predicted["confidence"], model=predicted["model"])


@dataclass(frozen=True, slots=True)
class Proposals:
    """Which of an item's waiting labels are decided: all, or those of some labels, or of more than some confidence."""

    labels: Collection[str] | None = None
    confidence_above: float | None = None

    def __contains__(self, one: Entry) -> bool:
        return (
            waits(one)
            and (self.labels is None or one["label_id"] in self.labels)
            and (self.confidence_above is None or (one["confidence"] or 0.0) > self.confidence_above)
        )


ALL_PROPOSALS = Proposals()


def confirming(by: str, at: datetime, which: Proposals = ALL_PROPOSALS) -> Edit:
    """Makes labels that wait the person's own."""

    def edit(state: State) -> State:
        labels = [given_by_person(one["label_id"], by, at, one) if one in which else one for one in state.labels]
        if labels == list(state.labels) and not state.content_changed:
            return state
        return state._replace(labels=labels, content_changed=False)

    return edit


def rejecting(which: Proposals = ALL_PROPOSALS) -> Edit:
    """Takes labels that wait off."""

    def edit(state: State) -> State:
        labels = [one for one in state.labels if one not in which]
        if len(labels) == len(state.labels):
            return state
        return state._replace(labels=labels, content_changed=False)

    return edit


def predicting(
    labels: Sequence[tuple[str, float]], model: str, at: datetime, *, hard_above: float | None = None
) -> Edit:
    """Puts a model's proposals in place of earlier ones. A label that counts already is not proposed again."""
    hardness = uncertainty([confidence for _, confidence in labels])
    hard = hard_above is not None and hardness >= hard_above

    def edit(state: State) -> State:
        kept = [one for one in state.labels if not waits(one)]
        present = {one["label_id"] for one in kept}
        proposed = [
            entry(label_id, model, at, MODEL, confidence=confidence, model=model)
            for label_id, confidence in labels
            if label_id not in present
        ]
        if len(kept) + len(proposed) > MAX_LABELS_OF_ITEM:
            raise TooManyLabels.of_item()
        if not _same_proposals(proposed, [one for one in state.labels if waits(one)]):
            return state._replace(labels=kept + proposed, hard=state.hard or hard, hardness=hardness)
        unmoved = state.hardness == hardness and (state.hard or not hard)
        return state if unmoved else state._replace(hard=state.hard or hard, hardness=hardness)

    return edit


def _same_proposals(one: Sequence[Entry], other: Sequence[Entry]) -> bool:
    def essence(entries: Sequence[Entry]) -> list[tuple[str, float | None, str | None]]:
        return [(each["label_id"], each["confidence"], each["model"]) for each in entries]

    return essence(one) == essence(other)


def uncertainty(confidences: Sequence[float]) -> float:
    """How uncertain a model was: 1 less the margin between its best two confidences (smallest margin first).

    Source: Scheffer et al., Active Hidden Markov Models for Information Extraction (2001): margin sampling.
    """
    best = sorted(confidences, reverse=True)[:2]
    if not best:
        return 1.0
    second = best[1] if len(best) > 1 else min(best[0], 1 - best[0])
    return round(1 - (best[0] - second), 6)


def importing(
    added: Sequence[str],
    gone: Collection[str],
    at: datetime,
    by: str,
    *,
    hard: bool | None = None,
    source: str = IMPORT,
    confidences: Mapping[str, float] = MappingProxyType({}),
) -> Edit:
    """What the data brings newly (`added`, `hard`) and brings no more (`gone`).

    What people gave stays as it is. `source` says whether the labels wait to be confirmed.
    """

    def edit(state: State) -> State:
        kept = [one for one in state.labels if one["source"] not in IMPORTED or one["label_id"] not in gone]
        present = {one["label_id"] for one in kept if not waits(one)}
        room = MAX_LABELS_OF_ITEM - len(present)
        fresh = [label_id for label_id in dict.fromkeys(added) if label_id not in present][:room]
        if fresh:
            waiting = [one for one in kept if waits(one) and one["label_id"] not in fresh]
            dropped = [id(one) for one in waiting[room - len(fresh) :]]
            kept = [one for one in kept if one["label_id"] not in fresh and id(one) not in dropped]
            kept += [entry(label_id, by, at, source, confidence=confidences.get(label_id)) for label_id in fresh]
        new_hard = state.hard if hard is None else hard
        if kept == list(state.labels) and new_hard == state.hard:
            return state
        return state._replace(labels=kept, hard=new_hard)

    return edit


def taking_over(other: State, *, is_persons: bool) -> Edit:
    """What an image takes over from its duplicate. `is_persons`: a person has changed the image that takes over.

    Labels that people gave come as if given here: what waits to be confirmed goes then. Others come as from an import:
    only to an image that no person has changed. What there is no room for stays behind.
    """
    given = [one for one in other.labels if one["source"] == PERSON]
    others = [] if is_persons else [one for one in other.labels if one["source"] != PERSON]

    def edit(state: State) -> State:
        kept = [one for one in state.labels if not (given and waits(one))]
        for one in [*given, *(one for one in others if not (given and waits(one)))]:
            same = next((each for each in kept if each["label_id"] == one["label_id"]), None)
            if same is None and len(kept) < MAX_LABELS_OF_ITEM:
                kept.append(one)
            elif same is not None and waits(same) and not waits(one):
                kept[kept.index(same)] = one
        hard = state.hard or (other.hard and not is_persons)
        if kept == list(state.labels) and hard == state.hard:
            return state
        return state._replace(labels=kept, hard=hard)

    return edit


def marking_changed(state: State) -> State:
    """The object shows something else by now: somebody should look."""
    return state if state.content_changed else state._replace(content_changed=True)


def nothing(state: State) -> State:
    """Leaves everything as it is."""
    return state


def both(first: Edit, second: Edit) -> Edit:
    """One edit after the other."""

    def edit(state: State) -> State:
        return second(first(state))

    return edit


def restoring(wanted: State) -> Edit:
    """Puts an earlier state back."""

    def edit(state: State) -> State:
        before = (list(state.labels), state.hard, state.content_changed, state.review)
        if before == (list(wanted.labels), wanted.hard, wanted.content_changed, wanted.review):
            return state
        return state._replace(
            labels=wanted.labels, hard=wanted.hard, content_changed=wanted.content_changed, review=wanted.review
        )

    return edit
