"""Every payload that label-service makes is one of the published language, and says what happened."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
import pytest
from hypothesis import given as holds_for
from hypothesis import settings
from hypothesis import strategies as st
from tests.unit.label.scene import Ids, Scene, arriving, numbered
from tests.unit.label.team_scene import Team

from label_service.application.events import Encoder, prepared_message, progress_message, shares_messages
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import (
    ChangeLabel,
    Conclude,
    Confirm,
    HideLabel,
    HideMerged,
    Merged,
    Predict,
    Prediction,
    PurgeLabels,
    ReviewItems,
    TakeLabelOff,
    TurnInto,
)
from label_service.domain.reviewing import Judgement
from labelstream_common.messaging import Message
from labelstream_contracts import AnnotationChanged, LabelMerged, ProgressChanged, decode, topics

ONE, TWO = numbered(1), numbered(2)


def messages_of(scene: Scene) -> list[Message]:
    """What the last commit of the scene publishes."""
    work = scene.work
    if not work.changes:
        return []
    counts = {label_id: scene.counts[label_id] for label_id, by in work.label_counts.items() if by}
    messages = [*Encoder("job", "dataset", {}).messages(work), progress_message(work, counts)]
    return [*messages, prepared_message(work)] if work.prepared else messages


def check(messages: Sequence[Message], last: int) -> int:
    """Each published message decodes as its type, loses nothing, and is numbered after `last`; the new last."""
    for message in messages:
        if message.part:
            assert message.seq == last or message.topic == topics.PROGRESS.name
        else:
            last += 1
            assert message.seq == last
        if message.topic and message.value is not None:
            payload = decode(message.type, message.value)
            assert without_nulls(orjson.loads(payload.to_json())) == without_nulls(orjson.loads(message.value))
            assert (payload.topic.name, payload.key(), payload.subject()) == (
                message.topic,
                message.key,
                message.subject,
            )
            assert payload.sequence() == message.version
        elif message.topic:
            assert message.part == "end"
    return last


def without_nulls(value: object) -> object:
    """What a payload says; a field that is absent and one that is null say the same."""
    if isinstance(value, dict):
        return {name: without_nulls(each) for name, each in value.items() if each is not None}
    return [without_nulls(each) for each in value] if isinstance(value, list) else value


def everything() -> Scene:
    scene = Scene()
    scene.follow(arriving(1, "cat", "dog", hard=True), arriving(2), prepares=True)
    return scene


STEPS: Mapping[str, Callable[[Scene], object]] = {
    "annotate": lambda scene: scene.annotate(ONE, TWO, add=["bird", "ünï"], hard=True),
    "replace": lambda scene: scene.annotate(replacing=("cat", "dog")),
    "predict": lambda scene: scene.apply(
        Predict(
            scene.origin(Actor(ActorKind.MODEL, "net"), Cause.PREDICT),
            [Prediction(ONE, [("fish", 0.7)], "net@1"), Prediction(TWO, [("fish", 0.4)], "net@1")],
            label_ids=Ids(),
        )
    ),
    "confirm": lambda scene: scene.apply(Confirm(scene.origin(cause=Cause.CONFIRM), [ONE, TWO])),
    "review": lambda scene: scene.apply(
        ReviewItems(scene.origin(cause=Cause.REVIEW), [ONE, TWO], Judgement("reject", "D", "blurred \u732b"))
    ),
    "acceptance": lambda scene: scene.apply(
        Conclude(scene.origin(cause=Cause.ACCEPTANCE), {ONE: Judgement("accept"), TWO: Judgement("reject")})
    ),
    "rename": lambda scene: scene.apply(ChangeLabel(scene.origin(), id_of(scene, "dog"), name="hound")),
    "recolor": lambda scene: scene.apply(ChangeLabel(scene.origin(), id_of(scene, "hound"), color="#00ff00")),
    "merge": lambda scene: scene.apply(HideMerged(scene.origin(), [id_of(scene, "bird")], id_of(scene, "hound"))),
    "turn": lambda scene: scene.apply(
        TurnInto(scene.origin(cause=Cause.LABEL_MERGED), hidden(scene), id_of(scene, "hound"), [ONE, TWO])
    ),
    "purge": lambda scene: scene.apply(PurgeLabels(scene.origin(), [hidden(scene)[0]], 2)),
    "only one": lambda scene: scene.annotate(ONE, choice=["hound"]),
    "delete": lambda scene: scene.apply(HideLabel(scene.origin(), id_of(scene, "hound"), takes_images=True)),
    "off": lambda scene: scene.apply(TakeLabelOff(scene.origin(cause=Cause.LABEL_DELETED), hidden(scene)[0], [ONE])),
    "remove": lambda scene: scene.follow(arriving(1, version=2, removed=True)),
    "return": lambda scene: scene.follow(arriving(1, "cow", version=3)),
}


def id_of(scene: Scene, name: str) -> str:
    label = scene.labels.named(name)
    assert label is not None
    return label.id


def hidden(scene: Scene) -> list[str]:
    return [label.id for label in scene.labels if label.hidden]


def test_whatever_happens_is_told_in_the_published_language() -> None:
    scene = everything()
    last = check(messages_of(scene), 0)
    told = set[str]()
    for name, step in STEPS.items():
        step(scene)
        messages = messages_of(scene)
        assert messages, name
        last = check(messages, last)
        assert last == scene.seq
        told |= {message.type for message in messages}
    kinds = {
        f"labeling.label.{kind}.v1"
        for kind in ("created", "renamed", "updated", "merged", "deleted", "images-discarded", "purged")
    }
    assert kinds <= told


def test_payload_says_what_was_before_and_after() -> None:
    scene = everything()
    scene.annotate(ONE, remove=["cat"], add=["猫"], hard=False)
    message = next(one for one in messages_of(scene) if one.topic == topics.ANNOTATION.name)
    assert message.value is not None
    payload = decode(message.type, message.value)
    assert isinstance(payload, AnnotationChanged)
    assert payload.before is not None
    assert payload.after is not None
    assert [one.name for one in payload.before.labels] == ["cat", "dog"]
    assert [one.name for one in payload.after.labels] == ["dog", "猫"]
    assert (payload.before.hard, payload.after.hard) == (True, False)
    assert (payload.version, payload.cause, payload.actor.id) == (2, "annotate", "alice")
    assert payload.path == "img/0001.png"
    assert payload.after.labels[0].source == "import"


def test_confirmed_prediction_says_who_confirmed_what_of_which_model() -> None:
    scene = Scene(1)
    origin = scene.origin(Actor(ActorKind.MODEL, "net@7"), Cause.PREDICT)
    scene.apply(Predict(origin, [Prediction(ONE, [("cat", 0.75)], "net@7")], label_ids=Ids()))
    scene.apply(Confirm(scene.origin(cause=Cause.CONFIRM), [ONE]))
    message = messages_of(scene)[0]
    assert message.value is not None
    payload = decode(message.type, message.value)
    assert isinstance(payload, AnnotationChanged)
    assert payload.before is not None
    assert payload.after is not None
    (proposed,), (confirmed,) = payload.before.labels, payload.after.labels
    assert (proposed.source, proposed.by, proposed.model) == ("model", "net@7", "net@7")
    assert (confirmed.source, confirmed.by, confirmed.model) == ("person", "alice", "net@7")
    assert confirmed.confidence == 0.75


def test_end_of_an_item_is_a_change_and_then_a_null_value() -> None:
    scene = everything()
    scene.follow(arriving(1, version=2, removed=True))
    first, second, *_ = messages_of(scene)
    assert first.value is not None
    payload = decode(first.type, first.value)
    assert isinstance(payload, AnnotationChanged)
    assert payload.after is None
    assert (second.key, second.value, second.version, second.seq) == (first.key, None, first.version, first.seq)


def test_merge_names_all_labels() -> None:
    scene = everything()
    scene.apply(HideMerged(scene.origin(), [id_of(scene, "cat")], id_of(scene, "dog")))
    message = messages_of(scene)[0]
    assert message.value is not None
    payload = decode(message.type, message.value)
    assert isinstance(payload, LabelMerged)
    assert ([one.name for one in payload.from_], payload.into.name) == (["cat"], "dog")


def test_labels_of_a_merged_duplicate_were_put_on_by_whoever_merged_it() -> None:
    scene = Scene(2)
    scene.annotate(TWO, add=["cat"])
    scene.follow(arriving(2, removed=True, version=2, merged=Merged(ONE, "carol", "merge")))
    told = [decode(one.type, one.value) for one in messages_of(scene) if one.topic and one.value]
    (carried,) = [one for one in told if isinstance(one, AnnotationChanged) and one.sample_id == ONE]
    assert (carried.cause, carried.actor.id, carried.change_id) == ("annotate", "carol", "merge")


@pytest.mark.parametrize("labels", [0, 1, 5])
def test_progress_tells_totals_counts_and_contributions(labels: int) -> None:
    scene = Scene(3)
    scene.annotate(add=[f"l{number}" for number in range(labels)], hard=True)
    message = messages_of(scene)[-1]
    assert message.value is not None
    progress = decode(message.type, message.value)
    assert isinstance(progress, ProgressChanged)
    assert progress.totals.labeled == (3 if labels else 0)
    assert sorted(progress.labels.values()) == [3] * labels
    assert sum(by.added for by in progress.by) == 3 * labels


@settings(max_examples=60)
@holds_for(st.lists(st.tuples(st.sets(st.sampled_from("abcd"), min_size=1), st.booleans(), st.booleans()), max_size=6))
def test_increments_of_progress_add_up_to_the_counts(steps: list[tuple[set[str], bool, bool]]) -> None:
    scene = Scene(3)
    given = 0
    for names, adds, hard in steps:
        edit: dict[str, Any] = {"add": sorted(names)} if adds else {"remove": sorted(names)}
        scene.annotate(ONE, TWO, **edit, hard=hard)
        for message in messages_of(scene):
            if message.topic == topics.PROGRESS.name and message.value is not None:
                progress = decode(message.type, message.value)
                assert isinstance(progress, ProgressChanged)
                given += sum(by.added - by.removed for by in progress.by)
                assert progress.totals.model_dump() == {**scene.totals.by_status(), "unreadable": 0}
    assert given == sum(scene.recounted()[2].values())


def test_what_people_have_is_a_subject_of_its_own_with_one_numbering() -> None:
    """Of one subject nothing with a lower number is news: what takes no `seq` is numbered apart from what does."""
    team = Team(4, assignment="even")
    team.deal(("ada",), piece=9)
    dealt = shares_messages(team.work)
    assert not team.work.changes
    team.follow(arriving(9))
    followed = [progress_message(team.work, {}), *shares_messages(team.work)]
    check([*dealt, *followed], team.seq)
    numbers: dict[str, list[int]] = {}
    for message in (*dealt, *followed):
        numbers.setdefault(message.subject, []).append(message.version)
    assert numbers == {"job": [team.seq], "job:shares": [team.head.commits - 1, team.head.commits]}
