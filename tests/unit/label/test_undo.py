"""What an undo puts back, and what it leaves alone."""

from typing import Any

from tests.unit.label.scene import BOB, Scene, numbered

from label_service.domain.actors import Cause
from label_service.domain.commands import Outcome, Restore, Undone
from label_service.domain.items import state_of
from label_service.domain.working_copy import ItemChange

ONE = numbered(1)


class Desk:
    """Remembers what each step did, as the log does."""

    def __init__(self) -> None:
        self.scene = Scene(2)
        self.done: list[dict[str, Undone]] = []

    def does(self, *samples: str, **edit: Any) -> None:
        self.scene.annotate(*samples, **edit)
        self._note()

    def undoes(self, step: int) -> Outcome:
        outcome = self.scene.apply(Restore(self.scene.origin(cause=Cause.UNDO), self.done[step]))
        self._note()
        return outcome

    def _note(self) -> None:
        changes = [one for one in self.scene.work.changes if isinstance(one, ItemChange)]
        self.done.append(
            {
                one.sample_id: Undone(one.version, one.decision.before, one.decision.after)
                for one in changes
                if one.decision.before is not None and one.decision.after is not None
            }
        )


def test_steps_are_undone_one_after_the_other_to_the_first_state_and_back() -> None:
    desk = Desk()
    first = {sample_id: state_of(item) for sample_id, item in desk.scene.items.items()}
    desk.does(add=["cat"])
    desk.does(ONE, add=["dog"], hard=True)
    desk.does(choice=["bird"])
    last = {sample_id: state_of(item) for sample_id, item in desk.scene.items.items()}
    for step in (2, 1, 0):
        assert not desk.undoes(step).conflicts
    assert {sample_id: state_of(item) for sample_id, item in desk.scene.items.items()} == first
    for undo in (5, 4, 3):
        assert not desk.undoes(undo).conflicts
    assert {sample_id: state_of(item) for sample_id, item in desk.scene.items.items()} == last
    assert desk.scene.counted() == desk.scene.recounted()


def test_what_somebody_changed_since_is_a_conflict() -> None:
    desk = Desk()
    desk.does(add=["cat"])
    desk.does(ONE, add=["dog"], actor=BOB)
    outcome = desk.undoes(0)
    assert [(one.sample_id, one.version) for one in outcome.conflicts] == [(ONE, 2)]
    assert outcome.changed == 1


def test_same_state_made_anew_by_somebody_else_is_still_their_change() -> None:
    desk = Desk()
    desk.does(ONE, hard=True)
    desk.does(ONE, hard=False, actor=BOB)
    desk.does(ONE, hard=True, actor=BOB)
    assert len(desk.undoes(0).conflicts) == 1
