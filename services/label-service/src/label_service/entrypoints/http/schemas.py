"""Bodies of requests."""

from datetime import datetime
from typing import Annotated, Literal, Self, TypeVar

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from label_service.domain.filters import ItemFilter
from label_service.domain.reviewing import Judgement
from labelstream_common.http import BODY_RULES, Body, Omittable, Time
from labelstream_contracts.label_sets import MAX_LABELS_OF_ITEM, MAX_LABELS_OF_JOB

Text = Annotated[str, Field(min_length=1, max_length=4096)]
SampleId = Annotated[str, Field(min_length=1, max_length=128)]
SampleIds = Annotated[list[SampleId], Field(min_length=1, max_length=10_000)]
Expected = Annotated[dict[SampleId, Annotated[int, Field(ge=0, le=2**53)]], Field(max_length=10_000)]
Labels = Annotated[list[Text], Field(max_length=1_000)]
Status = Literal["all", "unlabeled", "labeled", "to_confirm"]
Source = Literal["person", "import", "model"]
SampleState = Literal["new", "ok", "unreadable"]
ReviewFilter = Literal["pending", "accepted", "rejected", "none"]
_MOST_OF_ITEM = f"at most {MAX_LABELS_OF_ITEM}"
_MOST_OF_JOB = f"at most {MAX_LABELS_OF_JOB:,}"
Reason = Annotated[str, Field(min_length=1, max_length=1_024)]


class NewLabelBody(Body):
    name: str
    color: str | None = None
    shortcut: str | None = None
    description: Annotated[str, Field(max_length=1_024)] = ""


class LabelChangeBody(Body):
    """What is to be changed; a `shortcut` of null takes it away."""

    name: Omittable[str] = None
    color: Omittable[str] = None
    shortcut: str | None = None
    description: Omittable[Annotated[str, Field(max_length=1_024)]] = None


class FilterBody(Body):
    """The filters of `GET …/items`; all that are given must hold."""

    status: Status = "all"
    hard: bool | None = None
    label: Text | Labels | None = None
    label_match: Literal["any", "all"] = "any"
    path: Text | None = None
    labeled_by: Text | None = None
    labeled_after: Time | None = None
    labeled_before: Time | None = None
    assignee: Text | None = None
    review: ReviewFilter | None = None
    source: Source | None = None
    confidence_above: Annotated[float, Field(ge=0, le=1)] | None = None
    content_changed: bool | None = None
    agreement_below: Annotated[float, Field(ge=0, le=1)] | None = None
    state: SampleState | None = None

    def wanted(self) -> ItemFilter:
        labels = [self.label] if isinstance(self.label, str) else self.label or []
        return item_filter(labels=labels, **self.model_dump(exclude={"label"}))


def item_filter(
    *,
    status: str = "all",
    labels: list[str] | None = None,
    labeled_after: datetime | None = None,
    labeled_before: datetime | None = None,
    **others: object,
) -> ItemFilter:
    return ItemFilter(
        status=None if status == "all" else status,
        labels=tuple(labels or ()),
        labeled_after=labeled_after,
        labeled_before=labeled_before,
        **others,  # type: ignore[arg-type]  # the other filters, as both schemas name them
    )


class Selection(Body):
    """Which items: by id, or everything that matches."""

    sample_ids: SampleIds | None = None
    filter: FilterBody | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.sample_ids is None) == (self.filter is None):
            raise ValueError("Give either sample_ids or filter.")
        return self


S = TypeVar("S", bound=Selection)


def _without_expectations_of_a_filter(body: S, expect: dict[str, int]) -> S:
    if expect and body.filter is not None:
        raise ValueError("expect can be used only with sample_ids.")
    return body


class Replacement(Body):
    from_: Annotated[Text, Field(alias="from")]
    to: Text


class AnnotationBody(Selection):
    """An edit: `add` and `remove`, or `set`, or `replace`; `hard` with any of them or alone."""

    add: list[Text] = Field(default_factory=list, description=_MOST_OF_ITEM)
    remove: list[Text] = Field(default_factory=list, description=_MOST_OF_JOB)
    set_: Annotated[list[Text] | None, Field(alias="set", description=_MOST_OF_ITEM)] = None
    replace: Replacement | None = None
    hard: bool | None = None
    expect: Expected = Field(default_factory=dict)
    create_labels: bool = True

    @model_validator(mode="after")
    def _one_kind_of_edit(self) -> Self:
        ways = [bool(self.add or self.remove), self.set_ is not None, self.replace is not None]
        if sum(ways) > 1:
            raise ValueError("Give add and remove, or set, or replace.")
        if not any(ways) and self.hard is None:
            raise ValueError("Nothing to do: give add, remove, set, replace or hard.")
        return _without_expectations_of_a_filter(self, self.expect)


class DecisionBody(Selection):
    """Confirm or reject what waits; `labels`, or a filter by confidence, limits it to some of what is proposed."""

    labels: Annotated[list[Text], Field(min_length=1, max_length=MAX_LABELS_OF_JOB)] | None = None
    expect: Expected = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        return _without_expectations_of_a_filter(self, self.expect)


class JudgementBody(Body):
    """`grade` says how good what is accepted is, `reason` why something is rejected."""

    decision: Literal["accept", "reject"]
    grade: Literal["A", "B", "C", "D"] | None = None
    reason: Reason | None = None

    def judgement(self) -> Judgement:
        return Judgement(self.decision, self.grade, self.reason)


class ReviewBody(Selection, JudgementBody):
    """A judgement on the annotations of images."""

    expect: Expected = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        return _without_expectations_of_a_filter(self, self.expect)


class NextBody(Body):
    limit: Annotated[int, Field(ge=1, le=100)] = 10


class ReleaseBody(Body):
    """`skip`: the images are not offered to the caller again."""

    sample_ids: SampleIds
    skip: bool = False


class AssignBody(Selection):
    """`to` is the account of somebody who works in the job, or null for nobody."""

    to: SampleId | None


class SelectionBody(Body):
    sample_ids: SampleIds


@dataclass(frozen=True, slots=True, config=BODY_RULES)
class PredictedLabel:
    name: Text
    confidence: Annotated[float, Field(ge=0, le=1, strict=False)]


class PredictionBody(Body):
    sample_id: SampleId
    labels: Annotated[list[PredictedLabel], Field(description=_MOST_OF_ITEM)]
    model: Annotated[str, Field(min_length=1, max_length=256)]
    version: Annotated[str, Field(max_length=128)] | int | None = None


class MergeBody(Body):
    from_: Annotated[list[Text], Field(alias="from", min_length=1, max_length=MAX_LABELS_OF_JOB)]
    into: Text
