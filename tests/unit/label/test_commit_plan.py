"""How much one commit may hold: bytes, not counts."""

import asyncio
from collections.abc import Sequence

import pytest
from tests.unit.label.scene import Scene, given, numbered

from label_service.application import commit_plan
from label_service.application.commit_plan import MAX_BYTES_OF_COMMAND, FoundItems, TooMuchTogether, planned
from label_service.application.committed_jobs import CommittedJob
from label_service.application.committing import GroupCommitter, Outcomes
from label_service.application.events import Encoder
from label_service.application.ports import CommandTooLarge, Following, Submission
from label_service.domain.commands import Annotate, Outcome
from label_service.domain.items import Item
from label_service.domain.job_head import JobHead
from label_service.domain.label_set import LabelSet
from label_service.domain.labels import Label
from labelstream_common.mongo import Session

LABELS = [Label(numbered(5_000 + at), f"label-{at}", f"#{at:06x}") for at in range(200)]


class Plans:
    """Plans each group as a store does, and commits nothing."""

    def __init__(self, items: dict[str, Item], labels: Sequence[Label] = LABELS) -> None:
        scene = Scene()
        self.committed = CommittedJob(JobHead("job", "dataset", 0, 0), scene.totals, LabelSet(labels))
        self.items = items
        self.sizes: list[int] = []

    async def commit(self, job_id: str, group: Sequence[Submission], following: Following) -> Outcomes:
        plan = planned(self.committed, FoundItems(self.items, {}), group, set())
        self.sizes.append(sum(len(message.value or b"") for message in plan.messages))
        return plan.outcomes

    async def commit_within(self, session: Session, job_id: str, group: Sequence[Submission]) -> Outcomes:
        return await self.commit(job_id, group, lambda: ())


def items(count: int, *, full: bool = False) -> dict[str, Item]:
    labels = [given(label.id) for label in LABELS] if full else []
    return {
        numbered(number): {
            "path": f"{number}.png",
            "labels": labels,
            "hard": False,
            "hardness": None,
            "version": 0,
            "hash": 1,
        }
        for number in range(count)
    }


def annotating(found: dict[str, Item], **edit: object) -> Submission:
    return Submission(Annotate(Scene().origin(), list(found), **edit))  # type: ignore[arg-type]


def test_two_hundred_labels_on_a_thousand_images_are_too_much_for_one_commit() -> None:
    found = items(1_000)
    plans = Plans(found)
    every = annotating(found, add=[label.id for label in LABELS])
    (refused,) = asyncio.run(GroupCommitter(plans).commit("job", [every]))
    assert isinstance(refused, CommandTooLarge)
    assert plans.sizes == []
    fitting = dict(list(found.items())[: refused.fits])
    (done,) = asyncio.run(GroupCommitter(plans).commit("job", [annotating(fitting, add=[one.id for one in LABELS])]))
    assert isinstance(done, Outcome)
    assert done.changed == refused.fits
    assert MAX_BYTES_OF_COMMAND / 2 < plans.sizes[0] <= MAX_BYTES_OF_COMMAND * 1.01


def test_what_images_carry_already_counts() -> None:
    found = items(1_000, full=True)
    (refused,) = asyncio.run(GroupCommitter(Plans(found)).commit("job", [annotating(found, hard=True)]))
    assert isinstance(refused, CommandTooLarge)


def test_several_commands_that_are_too_much_together_go_apart() -> None:
    found = items(40)
    group = [annotating({sample_id: item}, add=[label.id for label in LABELS]) for sample_id, item in found.items()]
    plans = Plans(found)
    outcomes = asyncio.run(GroupCommitter(plans).commit("job", group * 3))
    assert all(isinstance(outcome, Outcome) for outcome in outcomes)
    assert len(outcomes) == 120
    assert len(plans.sizes) > 1


def test_one_image_is_never_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commit_plan, "MAX_BYTES_OF_COMMAND", 10)
    found = items(1, full=True)
    (outcome,) = asyncio.run(GroupCommitter(Plans(found)).commit("job", [annotating(found, hard=True)]))
    assert isinstance(outcome, Outcome)


def test_encoding_stops_where_it_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command may change a hundred times more than fits: nobody has the memory for all of it."""
    asked: list[int] = []
    encoded = Encoder.messages

    def counting(self: Encoder, work: object) -> object:
        for message in encoded(self, work):  # type: ignore[arg-type]
            asked.append(1)
            yield message

    monkeypatch.setattr(Encoder, "messages", counting)
    found = items(1_000)
    with pytest.raises(TooMuchTogether) as refused:
        planned(
            Plans(found).committed, FoundItems(found, {}), [annotating(found, add=[one.id for one in LABELS])], set()
        )
    assert len(asked) <= refused.value.fits + 2
