"""Labels that came with the data, and for which the job has no room."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from tests.unit.label.scene import ALICE, DATASET, START, Ids, Scene, arriving, numbered

from label_service.application.left_out import BringIn, ImageLeftOut
from label_service.domain.actors import Cause
from label_service.domain.commands import ArrivingSample, BringLeftOut, Outcome
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
    return bringing_in(scene, *samples).changed


def bringing_in(scene: Scene, *samples: ArrivingSample, after_rev: int | None = None) -> Outcome:
    read_at = scene.rev if after_rev is None else after_rev
    return scene.apply(BringLeftOut(scene.origin(DATASET, Cause.IMPORT), read_at, samples, Ids()))


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
    assert (scene.names(ONE), left_out(scene, TWO)) == (["own-7"], ["cat"])
    assert left_out(scene) == [], "what the person decided holds, so nobody is asked to make room for it"


def test_samples_that_were_read_before_the_job_followed_on_bring_nothing() -> None:
    scene = with_room_for(0)
    read = arriving(1, "cat", "dog")
    scene.follow(read)
    read_at = scene.rev
    scene.follow(arriving(1, "dog", version=2))
    scene.labels = LabelSet([label for label in scene.labels if label.name not in ("own-7", "own-8")])
    outcome = bringing_in(scene, read, after_rev=read_at)
    assert (outcome.read_again, outcome.changed, scene.names(ONE), left_out(scene)) == (True, 0, [], ["dog"])
    outcome = bringing_in(scene, arriving(1, "dog", version=2))
    assert (outcome.read_again, outcome.still_left_out, scene.names(ONE)) == (False, 0, ["dog"])


class Run:
    """Two images of a job with labels left out. Commits leave so many of them so."""

    def __init__(self, **outcome: Any) -> None:
        self.outcome = Outcome("change", **outcome)
        self.advanced: list[dict[str, Any]] = []

    async def page(self, job_id: str, after: str | None, limit: int) -> list[ImageLeftOut]:
        return [ImageLeftOut(one, "a.png", ["cat"]) for one in (ONE, TWO)]

    async def applied_rev(self, job_id: str) -> int:
        return 5

    async def samples(self, sample_ids: Sequence[str]) -> list[ArrivingSample]:
        return [arriving(1, "cat"), arriving(2, "cat")]

    def piece(self, job_id: str) -> int:
        return 2

    async def submit_piece(self, job_id: str, command: BringLeftOut, *, alongside: Any) -> None:
        assert command.after_rev == 5
        await alongside(None, self.outcome)

    async def advance(self, session: object, operation: object, fence: object, **noted: Any) -> None:
        self.advanced.append(noted)

    async def step(self, cursor: dict[str, Any] | None) -> list[dict[str, Any]]:
        part: Any = self
        operation: Any = SimpleNamespace(
            params={"job_id": "job", "change_id": "change", "at": START}, cursor=cursor, total=7
        )
        fence: Any = None
        assert not await BringIn(part, part, part, part).step(operation, fence)
        return self.advanced


async def test_each_step_notes_what_shows_if_the_operation_is_canceled_then() -> None:
    (noted,) = await Run(changed=2, still_left_out=1).step(None)
    assert noted["result"] == {"changed": 2, "left_out": 6}
    (noted,) = await Run(changed=1, still_left_out=0).step(noted["cursor"])
    assert noted["result"] == {"changed": 3, "left_out": 4}


async def test_a_step_whose_samples_were_overtaken_is_taken_again() -> None:
    assert await Run(read_again=True).step(None) == []
