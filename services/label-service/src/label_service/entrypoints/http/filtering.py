"""Filters and sorts in a query string."""

from typing import Annotated, Literal

from fastapi import Depends, Query

from label_service.domain.filters import ItemFilter, Sort, SortField
from label_service.entrypoints.http.schemas import ReviewFilter, SampleState, Source, Status, Text, item_filter
from labelstream_common.http import Time

_Text = Annotated[Text | None, Query()]


def filter_of(
    status: Status = "all",
    hard: bool | None = None,
    label: Annotated[list[Text] | None, Query(description="id or name; may be repeated")] = None,
    label_match: Literal["any", "all"] = "any",
    path: Annotated[
        Text | None,
        Query(description="a prefix of path or name if it ends in `*`, else text that they contain; ignoring case"),
    ] = None,
    labeled_by: _Text = None,
    labeled_after: Time | None = None,
    labeled_before: Time | None = None,
    assignee: _Text = None,
    review: Annotated[ReviewFilter | None, Query(description="`none`: what has no review")] = None,
    source: Source | None = None,
    confidence_above: Annotated[float | None, Query(ge=0, le=1)] = None,
    agreement_below: Annotated[
        float | None,
        Query(ge=0, le=1, description="only items that several people answered, with less agreement than this"),
    ] = None,
    content_changed: Annotated[
        bool | None, Query(description="whether the object was overwritten since a person last looked")
    ] = None,
    state: Annotated[
        SampleState | None, Query(description="the result of inspection; unreadable images do not count as unlabeled")
    ] = None,
) -> ItemFilter:
    return item_filter(
        status=status,
        labels=label,
        labeled_after=labeled_after,
        labeled_before=labeled_before,
        hard=hard,
        label_match=label_match,
        path=path,
        labeled_by=labeled_by,
        assignee=assignee,
        review=review,
        source=source,
        confidence_above=confidence_above,
        content_changed=content_changed,
        agreement_below=agreement_below,
        state=state,
    )


SortText = Literal["added", "-added", "path", "-path", "labeled_at", "-labeled_at", "hardness", "-hardness"]


def sort_of(sort: SortText = "added") -> Sort:
    field: SortField = sort.lstrip("-")  # type: ignore[assignment]  # what is left of a SortText
    return Sort(field, sort.startswith("-"))


Wanted = Annotated[ItemFilter, Depends(filter_of)]
Sorted = Annotated[Sort, Depends(sort_of)]
