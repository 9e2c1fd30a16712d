"""Replies of reading routes as the API description shows them; `views` and the change log make what is sent."""

from typing import Any, Literal

from pydantic import ConfigDict

from label_service.entrypoints.http.views import LabelView
from labelstream_common.http import Moment, PageView, View

_ID = "01a21ada-cbd4-7242-b94a-83095890c983"
_SAMPLE = "01a21ada-c997-772a-9ae9-fe2f04c88177"
_LABEL = {
    "label_id": _ID,
    "name": "cat",
    "by": _ID,
    "at": "2026-01-31T12:00:00.000Z",
    "source": "person",
    "confidence": None,
    "model": None,
}
_REVIEW = {"state": "accepted", "grade": "A", "reason": None, "by": _ID, "at": "2026-01-31T12:00:00.000Z"}
_ITEM = {
    "sample_id": _SAMPLE,
    "path": "photos/red.png",
    "name": "red.png",
    "status": "labeled",
    "labels": [_LABEL],
    "hard": False,
    "hardness": None,
    "version": 3,
    "thumbnail_url": f"https://labels.example.org/api/v1/datasets/{_ID}/samples/{_SAMPLE}/thumbnail",
    "content_url": f"https://labels.example.org/api/v1/datasets/{_ID}/samples/{_SAMPLE}/content",
    "assignee": _ID,
    "assignees": [{"account_id": _ID, "state": "done"}],
    "review": _REVIEW,
    "content_changed": False,
    "agreement": None,
    "state": "ok",
    "reason": None,
}
_CHANGE: dict[str, Any] = {
    "kind": "label",
    "seq": 7,
    "type": "labeling.label.created.v1",
    "label_id": _ID,
    "name": "cat",
}
_STATE = {"labels": [_LABEL], "status": "labeled", "hard": False}
_ITEM_CHANGE: dict[str, Any] = {
    "kind": "item",
    "seq": 8,
    "change_id": _ID,
    "at": "2026-01-31T12:00:00.000Z",
    "actor": {"kind": "person", "id": _ID},
    "cause": "annotate",
    "dataset_id": _ID,
    "sample_id": _SAMPLE,
    "path": "photos/red.png",
    "version": 3,
    "before": {"labels": [], "status": "unlabeled", "hard": False},
    "after": _STATE,
}


def _shown_as(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(frozen=True, json_schema_extra={"examples": [example]})


class ItemLabelView(View):
    """A label on an item. Proposed labels have the source `model` and a confidence, and wait to be confirmed.

    So do imported ones that were imported to be confirmed: they have `to_confirm`.
    """

    model_config = _shown_as(_LABEL)

    label_id: str
    name: str
    by: str | None
    at: Moment
    source: Literal["person", "import", "model"]
    confidence: float | None
    model: str | None
    to_confirm: bool = False


class ReviewView(View):
    """A judgement on an item's annotation. `pending` waits for one since `at`; then `by` is null."""

    model_config = _shown_as(_REVIEW)

    state: Literal["pending", "accepted", "rejected"]
    grade: Literal["A", "B", "C", "D"] | None
    reason: str | None
    by: str | None
    at: Moment


class AssigneeView(View):
    """One of those whose item it is. `done`: it is labeled, or they have given their answer."""

    model_config = _shown_as({"account_id": _ID, "state": "open"})

    account_id: str
    state: Literal["open", "done"]


class ItemView(View):
    """A sample in a labeling job. `state` is what inspection says of its file, `reason` why it cannot be read."""

    model_config = _shown_as(_ITEM)

    sample_id: str
    path: str
    name: str
    status: Literal["unlabeled", "labeled", "to_confirm"]
    labels: list[ItemLabelView]
    hard: bool
    hardness: float | None
    version: int
    thumbnail_url: str
    content_url: str
    assignee: str | None
    assignees: list[AssigneeView]
    review: ReviewView | None
    content_changed: bool
    agreement: float | None
    state: Literal["new", "ok", "unreadable"]
    reason: str | None


class ItemStateView(View):
    """What an item carried at one `seq`."""

    model_config = _shown_as(_STATE)

    labels: list[ItemLabelView]
    status: Literal["unlabeled", "labeled", "to_confirm"]
    hard: bool
    review: ReviewView | None = None


class ChangeView(View):
    """An entry of the change log. An `item` entry is the payload of its event, as docs/events.md describes it."""

    model_config = ConfigDict(frozen=True, extra="allow", json_schema_extra={"examples": [_CHANGE]})

    kind: Literal["item", "label", "items"]
    seq: int


class ActorView(View):
    """Who or what made a change."""

    kind: Literal["person", "import", "model", "system"]
    id: str


class ItemChangeView(View):
    """A change of one item, as its event tells it. `before` is null at an item's beginning, `after` at its end.

    `pending`: a label is being merged or deleted, and no event has told of this item yet. Then `seq` is where that
    began, and `version` is the one that comes next.
    """

    model_config = ConfigDict(frozen=True, extra="allow", json_schema_extra={"examples": [_ITEM_CHANGE]})

    kind: Literal["item"]
    seq: int
    change_id: str
    at: Moment
    actor: ActorView
    cause: str
    dataset_id: str
    sample_id: str
    path: str
    version: int
    before: ItemStateView | None
    after: ItemStateView | None
    pending: bool = False


class ItemDetailView(ItemView):
    """An item with its latest 20 changes, newest first."""

    model_config = _shown_as({**_ITEM, "changes": [_ITEM_CHANGE]})

    changes: list[ItemChangeView]


class TakenView(View):
    """What the caller has from the queue, in the order in which to label it, and how much they could still take."""

    model_config = _shown_as({"items": [_ITEM], "lease_expires_at": "2026-01-31T12:30:00.000Z", "remaining": 40})

    items: list[ItemView]
    lease_expires_at: Moment | None
    remaining: int


class ReleasedView(View):
    """How many images went back to the queue, and which were not the caller's to give."""

    model_config = _shown_as({"released": 2, "missing": []})

    released: int
    missing: list[str]


class ChangesView(View):
    """The next entries in order. Ask again with `after=` `next_after`."""

    model_config = _shown_as({"items": [_CHANGE], "next_after": 7})

    items: list[ChangeView]
    next_after: int


class DifferenceView(View):
    """An item that differs between two `seq`. `before` is null if it was added since, `after` if it is gone."""

    model_config = _shown_as({"sample_id": _SAMPLE, "path": "photos/red.png", "before": None, "after": _STATE})

    sample_id: str
    path: str
    before: ItemStateView | None
    after: ItemStateView | None


ItemsPage = PageView[ItemView]
LabelsPage = PageView[LabelView]
DifferencesPage = PageView[DifferenceView]
