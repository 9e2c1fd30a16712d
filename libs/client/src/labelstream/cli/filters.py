"""Options that choose items of a job."""

from collections.abc import Sequence
from typing import Annotated, Literal, NamedTuple

import typer

from labelstream.models import ItemFilter

StatusName = Literal["all", "unlabeled", "labeled", "to_confirm"]
MatchName = Literal["any", "all"]
ReviewName = Literal["pending", "accepted", "rejected", "none"]

Status = Annotated[StatusName | None, typer.Option("--status", help="Only items with this status.")]
WithLabel = Annotated[
    list[str] | None, typer.Option("--with-label", help="Only items with this label, by id or name; repeatable.")
]
LabelMatch = Annotated[
    MatchName | None, typer.Option("--label-match", help="With several labels: items with any of them, or with all.")
]
Path = Annotated[
    str | None, typer.Option("--path", help="Only items whose path contains this; `train/*` means a prefix.")
]
Review = Annotated[
    ReviewName | None, typer.Option("--review", help="Only items whose review is so; `none` for those without one.")
]
Hard = Annotated[bool | None, typer.Option("--hard/--not-hard", help="Only hard examples, or only others.")]


AgreementBelow = Annotated[
    float | None,
    typer.Option("--agreement-below", min=0, max=1, help="Only items on which several people agree less than this."),
]


class Filters(NamedTuple):
    """The options as they were given."""

    status: StatusName | None
    with_label: Sequence[str] | None
    label_match: MatchName | None
    path: str | None
    hard: bool | None
    review: ReviewName | None = None
    assignee: str | None = None
    agreement_below: float | None = None

    def where(self) -> ItemFilter:
        return ItemFilter(
            status=self.status,
            label=list(self.with_label) if self.with_label else None,
            label_match=self.label_match,
            path=self.path,
            hard=self.hard,
            review=self.review,
            assignee=self.assignee,
            agreement_below=self.agreement_below,
        )
