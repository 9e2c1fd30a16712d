"""Labels that came with the data, and for which the job has no room."""

from tests.unit.label.scene import ALICE, DATASET, Ids, Scene, arriving, numbered

from label_service.domain.actors import Cause
from label_service.domain.commands import ArrivingSample, BringLeftOut
from label_service.domain.label_set import LabelSet
from label_service.domain.labels import Label
from label_service.domain.ownership import LEFT_OUT, all_facets
from labelstream_contracts.label_sets import MAX_LABELS_OF_JOB

ONE, TWO = numbered(1), numbered(2)


def with_room_for(labels: int) -> Scene:
    scene = Scene()
    own = range(MAX_LABELS_OF_JOB - labels)
    scene.labels = LabelSet([Label(numbered(100_000 + n), f"own-{n}", "#123456", None, "") for n in own])
    return scene


def left_out(scene: Scene, sample_id: str = ONE) -> list[str]:
    item = scene.items[sample_id]
    assert (LEFT_OUT in all_facets(item)) == bool(item.get("left_out"))
    return list(item.get("left_out") or ())


def test_all_labels_come_as_long_as_the_job_has_room() -> None:
    scene = with_room_for(2)
    scene.follow(arriving(1, "cat", "dog"))
    assert (scene.names(ONE), left_out(scene)) == (["cat", "dog"], [])


def test_one_label_too_many_is_remembered_at_its_item_and_the_others_come() -> None:
    scene = with_room_for(1)
    scene.follow(arriving(1, "cat", "dog", "own-7"), arriving(2, "cat"))
    assert (scene.names(ONE), left_out(scene)) == (["cat", "own-7"], ["dog"])
    assert (scene.names(TWO), left_out(scene, TWO)) == (["cat"], [])


def test_it_comes_with_the_next_change_of_the_sample_once_there_is_room() -> None:
    scene = with_room_for(1)
    scene.follow(arriving(1, "cat", "dog"))
    scene.follow(arriving(1, "cat", "dog", version=2))
    assert (scene.names(ONE), left_out(scene)) == (["cat"], ["dog"])
    scene.labels = LabelSet([label for label in scene.labels if label.name != "own-7"])
    scene.follow(arriving(1, "cat", "dog", version=3))
    assert (scene.names(ONE), left_out(scene)) == (["cat", "dog"], [])


def test_nothing_is_left_out_any_more_once_the_data_does_not_bring_it() -> None:
    scene = with_room_for(0)
    scene.follow(arriving(1, "cat"), arriving(2, "cat"))
    assert (left_out(scene), left_out(scene, TWO)) == (["cat"], ["cat"])
    scene.annotate(TWO, add=["own-7"], actor=ALICE)
    scene.follow(arriving(1, version=2), arriving(2, "cat", "dog", version=2))
    assert (left_out(scene), left_out(scene, TWO)) == ([], ["cat"])
    scene.follow(arriving(2, version=3))
    assert left_out(scene, TWO) == []


def test_an_image_that_returns_tells_again_what_is_left_out() -> None:
    scene = with_room_for(0)
    scene.follow(arriving(1, "cat"))
    scene.follow(arriving(1, version=2, removed=True))
    scene.follow(arriving(1, "cat", version=3))
    assert left_out(scene) == ["cat"]


def bring_in(scene: Scene, *samples: ArrivingSample) -> int:
    return scene.apply(BringLeftOut(scene.origin(DATASET, Cause.IMPORT), samples, Ids())).changed


def test_it_comes_once_somebody_asks_for_it_and_there_is_room() -> None:
    scene = with_room_for(1)
    one, two = arriving(1, "cat", "dog", "hen"), arriving(2, "own-8")
    scene.follow(one, two)
    assert bring_in(scene, one, two) == 0
    assert left_out(scene) == ["dog", "hen"]
    scene.labels = LabelSet([label for label in scene.labels if label.name != "own-7"])
    version = scene.items[TWO]["version"]
    assert bring_in(scene, one, two) == 1
    assert (scene.names(ONE), left_out(scene)) == (["cat", "dog"], ["hen"])
    assert scene.sources(ONE) == {"cat": "import", "dog": "import"}
    assert scene.items[TWO]["version"] == version
    assert scene.counted() == scene.recounted()


def test_nothing_comes_to_what_a_person_changed_or_to_an_image_that_has_left() -> None:
    scene = with_room_for(0)
    scene.follow(arriving(1, "cat"), arriving(2, "cat"))
    scene.annotate(ONE, add=["own-7"], actor=ALICE)
    scene.labels = LabelSet([label for label in scene.labels if label.name != "own-8"])
    assert bring_in(scene, arriving(1, "cat"), arriving(2, "cat", removed=True)) == 0
    assert (scene.names(ONE), left_out(scene), left_out(scene, TWO)) == (["own-7"], ["cat"], ["cat"])
