"""What a command will do to which items: decided first for all, so that a refusal changes nothing."""

from collections.abc import Mapping, Set

from label_service.domain import answering, discards
from label_service.domain.answering import Answered, Answering
from label_service.domain.commands import Conflicting, Outcome
from label_service.domain.decisions import Decision, Decisions
from label_service.domain.items import Item
from label_service.domain.labels import Label, TooManyLabels
from label_service.domain.naming import Naming
from label_service.domain.working_copy import Origin, WorkingCopy


class Plan:
    """What a command will do to which items. Nothing of it shows in the working copy before all is decided."""

    def __init__(self, work: WorkingCopy, *, on_stored: bool = False) -> None:
        self._work = work
        self._on_stored = on_stored
        self._steps: dict[str, Decision] = {}
        self._hardness: dict[str, float | None] = {}
        self._answers: dict[str, Answered] = {}
        self._unchanged = 0
        self._full: TooManyLabels | None = None
        self.conflicts: list[Conflicting] = []
        self.missing: list[str] = []

    def add(self, sample_id: str, item: Item, decisions: Decisions) -> None:
        """Decides about one item. One that has no room for its labels is left alone and listed."""
        try:
            decision = decisions.of(item)
        except TooManyLabels as full:
            self._full = full
            self.conflicts.append(Conflicting(sample_id, item["version"]))
            return
        if decision is not None and (self._on_stored or decision.shows):
            self._steps[sample_id] = decision
            return
        self._unchanged += 1
        if decision is not None and decision.after is not None:
            self._hardness[sample_id] = decision.after.hardness

    def answer(self, sample_id: str, item: Item, person: Answering) -> None:
        """Decides what a person answers about one item."""
        try:
            answered = person.of(item)
        except TooManyLabels as full:
            self._full = full
            self.conflicts.append(Conflicting(sample_id, item["version"]))
            return
        if answered is None:
            self._unchanged += 1
        else:
            self._answers[sample_id] = answered

    def carried_out(self, origin: Origin, naming: Naming | None, *, is_piece: bool = False) -> Outcome:
        """Raises TooManyLabels if that is why nothing at all can be done, unless it is a piece of more."""
        nothing = not self._steps and not self._answers and not self._unchanged
        if self._full is not None and nothing and not is_piece:
            raise self._full
        created = _create(self._work, self._carried(), origin, naming)
        _take(self._work, self._steps, origin)
        answering.take(self._work, self._answers, origin)
        images = discards.tell(self._work, discards.images_going(self._work.labels, self._steps), origin)
        for sample_id, hardness in self._hardness.items():
            self._work.set_fields(sample_id, hardness=hardness)
        return Outcome(
            origin.change_id,
            changed=len(self._steps) + len(self._answers),
            unchanged=self._unchanged,
            created_labels=created,
            conflicts=self.conflicts,
            missing=self.missing,
            counts=self._work.counts_for(origin),
            images=images,
        )

    def _carried(self) -> set[str]:
        """The labels that items will carry, or that people will have answered."""
        states = (decision.after for decision in self._steps.values() if decision.after)
        carried = {one["label_id"] for state in states for one in state.labels}
        return carried.union(*(one.labels for one in self._answers.values()))


def _create(work: WorkingCopy, carried: Set[str], origin: Origin, naming: Naming | None) -> list[Label]:
    """Creates those of the planned labels that are needed."""
    created = [label for label in naming.planned if label.id in carried] if naming else []
    for label in created:
        work.change_label("created", label, origin)
    return created


def _take(work: WorkingCopy, steps: Mapping[str, Decision], origin: Origin) -> None:
    """Carries the decisions out."""
    times: dict[int, tuple[Decision, int]] = {}
    for sample_id, decision in steps.items():
        work.change_item(sample_id, decision, origin)
        _, count = times.get(id(decision), (decision, 0))
        times[id(decision)] = (decision, count + 1)
    for decision, count in times.values():
        work.count(decision, count)
