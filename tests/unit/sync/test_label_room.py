"""Data brings no more labels than a labeling job can have, and what is left out says why."""

from sync_service.domain.import_entries import Found
from sync_service.domain.imports import Rejection
from sync_service.domain.label_room import LabelRoom
from sync_service.domain.sample import SampleLabel


def found(*labels: str) -> Found:
    return Found("b", "a.png", tuple(SampleLabel(name) for name in labels), line=7)


def test_a_label_too_many_rejects_its_image_and_the_rest_goes_on() -> None:
    room = LabelRoom(most=3)
    room.has(["cat"])
    assert room.admit(found("dog", "cat")) == found("dog", "cat")
    refused = room.admit(found("cat", "bird", "fish"))
    assert refused == Rejection(
        "a.png", 7, "Its label 'bird' is one too many: the dataset's data may bring 3 different labels."
    )
    assert room.admit(found("bird")) == found("bird")
    assert isinstance(room.admit(found("fish")), Rejection)
    assert room.admit(found("dog", "bird", "cat")) == found("dog", "bird", "cat")
    assert room.admit(found()) == found()


def test_a_dataset_that_has_too_many_already_takes_what_it_knows() -> None:
    room = LabelRoom(most=1)
    room.has(["cat", "dog"])
    assert room.admit(found("dog")) == found("dog")
    assert isinstance(room.admit(found("bird")), Rejection)
