"""What a command will do to which items: decided first for all, so that a refusal changes nothing."""

from collections.abc import Mapping

from label_service.domain import discards
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

    def carried_out(self, origin: Origin, naming: Naming | None) -> Outcome:
        """Raises TooManyLabels if that is why nothing at all can be done."""
        if self._full is not None and not self._steps and not self._unchanged:
            raise self._full
        created = _take(self._work, self._steps, origin, naming)
        images = discards.tell(self._work, discards.images_going(self._work.labels, self._steps), origin)
        for sample_id, hardness in self._hardness.items():
            self._work.set_fields(sample_id, hardness=hardness)
        return Outcome(
            origin.change_id,
            changed=len(self._steps),
            unchanged=self._unchanged,
            created_labels=created,
            conflicts=self.conflicts,
            missing=self.missing,
            counts=self._work.totals.by_status(),
            images=images,
        )


def _take(work: WorkingCopy, steps: Mapping[str, Decision], origin: Origin, naming: Naming | None) -> list[Label]:
    """Carries the decisions out, after the labels that they need."""
    carried = {one["label_id"] for decision in steps.values() if decision.after for one in decision.after.labels}
    created = [label for label in naming.planned if label.id in carried] if naming else []
    for label in created:
        work.change_label("created", label, origin)
    times: dict[int, tuple[Decision, int]] = {}
    for sample_id, decision in steps.items():
        work.change_item(sample_id, decision, origin)
        _, count = times.get(id(decision), (decision, 0))
        times[id(decision)] = (decision, count + 1)
    for decision, count in times.values():
        work.count(decision, count)
    return created
