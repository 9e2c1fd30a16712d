"""A commit tells what the hardness of its images was, also where no event tells of them."""

from collections.abc import Mapping

from tests.unit.label.scene import ALICE, START, Ids, Scene, numbered

from label_service.adapters import hardness_moves
from label_service.adapters.item_keys import as_text
from label_service.application.commit_plan import CommitPlan, FoundItems, planned
from label_service.application.committed_jobs import CommittedJob
from label_service.application.ports import Submission
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import Annotate, Command, Predict, Prediction
from label_service.domain.items import Item
from label_service.domain.job_head import JobHead
from label_service.domain.label_set import LabelSet
from label_service.domain.working_copy import Origin

MODEL = Origin("predicting", Actor(ActorKind.MODEL, "net"), Cause.PREDICT, START)
PERSON = Origin("labeling", ALICE, Cause.ANNOTATE, START)
FIRST, SECOND, THIRD = (numbered(number) for number in range(3))


def item(hardness: float | None) -> Item:
    fields = {"labels": [], "hard": False, "hardness": hardness, "version": 0, "hash": 0, "put_back": False}
    return {"path": "a.png", "content_changed": False, **fields}


def plan(items: Mapping[str, Item], *commands: Command) -> CommitPlan:
    committed = CommittedJob(JobHead("job", "dataset", 0, 0), Scene().totals, LabelSet(()))
    return planned(committed, FoundItems(dict(items), {}), [Submission(one) for one in commands], set())


def test_what_moves_is_told_once_with_what_it_was_before_the_commit() -> None:
    items = {FIRST: item(0.2), SECOND: item(None), THIRD: item(0.4)}
    predictions = [Prediction(one, [("cat", 0.5), ("dog", 0.5)], "net") for one in (FIRST, SECOND)]
    found = plan(
        items,
        Predict(MODEL, predictions, label_ids=Ids()),
        Annotate(PERSON, [FIRST, THIRD], add=["bird"], label_ids=Ids()),
    )
    assert found.hardness_before == {FIRST: 0.2, SECOND: None}


def test_a_prediction_that_nobody_sees_is_told_too_and_one_that_says_the_same_is_not() -> None:
    unseen = plan({FIRST: item(0.2)}, Predict(MODEL, [Prediction(FIRST, [], "net")], label_ids=Ids()))
    assert (unseen.work.changes, unseen.hardness_before) == ([], {FIRST: 0.2})
    same = plan({FIRST: item(1.0)}, Predict(MODEL, [Prediction(FIRST, [], "net")], label_ids=Ids()))
    assert same.hardness_before == {}


def test_what_is_kept_gives_samples_and_values_back_in_the_order_of_commits() -> None:
    kept = [hardness_moves.document("job", commit, {FIRST: 0.1, SECOND: None}) for commit in (2, 10, 900)]
    assert sorted(kept, key=lambda row: row["_id"]) == kept
    raw = kept[0]["samples"]
    assert [as_text(raw[:16]), as_text(raw[16:])] == [FIRST, SECOND]
    assert kept[0]["was"] == [0.1, None]
    bounds = hardness_moves.of_job("job")["_id"]
    assert all(bounds["$gte"] <= row["_id"] < bounds["$lt"] for row in kept)
