"""The history of an image that carries labels which are being merged or deleted ends where everybody sees the image."""

from dataclasses import replace
from typing import Any

from tests.unit.label.scene import given, numbered

from label_service.application.events import shown_state
from label_service.application.item_history import pending_changes
from label_service.domain.items import State
from label_service.domain.label_set import LabelSet
from label_service.domain.labels import Label

CAT, KITTY, DOG = (Label(numbered(at), name, f"#00000{at}") for at, name in enumerate(("cat", "kitty", "dog")))
MERGED = replace(KITTY, hidden=True, merged_into=CAT.id, hidden_by="merging")
DELETED = replace(DOG, hidden=True, hidden_by="deleting")
ACTOR = {"kind": "person", "id": "alice"}


def hiding(seq: int, change_id: str, **what: Any) -> dict[str, Any]:
    return {"kind": "label", "seq": seq, "change_id": change_id, "actor": ACTOR, "at": "2026-01-31T12:00:00Z", **what}


MERGE = hiding(8, "merging", **{"from": [{"label_id": KITTY.id}], "into": {"label_id": CAT.id}})
DELETION = hiding(9, "deleting", label={"label_id": DOG.id})


def newest(*labels: Label) -> dict[str, Any]:
    names = {label.id: label.name for label in (CAT, KITTY, DOG)}
    state = shown_state(State([given(label.id) for label in labels], False, None), names)
    place = {"job_id": "job", "dataset_id": "dataset", "sample_id": "sample", "path": "a.png"}
    return {"kind": "item", **place, "version": 4, "seq": 7, "before": None, "after": state}


def names(state: dict[str, Any]) -> list[str]:
    return [label["name"] for label in state["labels"]]


def test_each_deletion_and_merge_is_a_step_of_its_own_in_their_order() -> None:
    found = pending_changes(newest(KITTY, CAT, DOG), [DELETION, MERGE], LabelSet([CAT, MERGED, DELETED]))
    assert [(each["cause"], each["version"], each["seq"]) for each in found] == [
        ("label-merged", 5, 8),
        ("label-deleted", 6, 9),
    ]
    assert [names(each["before"]) for each in found] == [["kitty", "cat", "dog"], ["cat", "dog"]]
    assert [names(each["after"]) for each in found] == [["cat", "dog"], ["cat"]]
    assert all(each["pending"] and each["actor"] == ACTOR for each in found)


def test_what_the_image_does_not_carry_makes_no_step() -> None:
    assert pending_changes(newest(CAT), [MERGE, DELETION], LabelSet([CAT, MERGED, DELETED])) == []


def test_a_label_that_was_put_back_is_nothing_to_wait_for() -> None:
    assert pending_changes(newest(KITTY, DOG), [MERGE], LabelSet([CAT, KITTY, DOG])) == []
