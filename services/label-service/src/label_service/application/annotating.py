"""People's edits of items: from what a request says to a command on a lane."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from label_service.application.lanes import Lanes
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import Annotate, Command, Confirm, Outcome, Reject
from label_service.domain.filters import ItemFilter
from label_service.domain.labels import in_nfc
from label_service.domain.working_copy import Origin
from labelstream_common.ids import new_id


@dataclass(frozen=True, slots=True)
class Edit:
    """What a request does to each of its items, whichever they are. It can be stored, so that an operation goes on."""

    kind: str
    add: Sequence[str] = ()
    remove: Sequence[str] = ()
    choice: Sequence[str] | None = None
    replacing: tuple[str, str] | None = None
    hard: bool | None = None
    labels: Sequence[str] | None = None
    confidence_above: float | None = None
    create_labels: bool = True
    may_create_labels: bool = True

    def resolved(self, ids: Mapping[str, str]) -> "Edit":
        """The same edit with ids in place of the names that are keys of `ids`, so that a rename cannot split it."""

        def known(references: Sequence[str]) -> list[str]:
            return [ids.get(in_nfc(reference), reference) for reference in references]

        return replace(
            self,
            add=known(self.add),
            remove=known(self.remove),
            choice=None if self.choice is None else known(self.choice),
            replacing=None if self.replacing is None else (known(self.replacing)[0], known(self.replacing)[1]),
            labels=None if self.labels is None else known(self.labels),
        )

    def new_names(self) -> list[str]:
        """The names that may become labels."""
        names = [*self.add, *(self.choice or ()), *(self.replacing[1:] if self.replacing else ())]
        return [in_nfc(name) for name in names]

    def stored(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    @staticmethod
    def restored(fields: Mapping[str, Any]) -> "Edit":
        replacing = fields["replacing"]
        return Edit(**{**fields, "replacing": tuple(replacing) if replacing else None})


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a person about items of a job."""

    job_id: str
    change_id: str
    account_id: str
    at: datetime
    edit: Edit
    expect: Mapping[str, int] = field(default_factory=dict)
    only: ItemFilter | None = None


def command_of(request: Request, sample_ids: Sequence[str]) -> Command:
    """The command that makes the request's edit on these items."""
    edit = request.edit
    origin = origin_of(request)
    if edit.kind == "confirm":
        return Confirm(origin, sample_ids, edit.labels, request.expect, edit.confidence_above, request.only)
    if edit.kind == "reject":
        return Reject(origin, sample_ids, edit.labels, request.expect, edit.confidence_above, request.only)
    return Annotate(
        origin=origin,
        sample_ids=sample_ids,
        add=edit.add,
        remove=edit.remove,
        choice=edit.choice,
        replacing=edit.replacing,
        hard=edit.hard,
        expect=request.expect,
        create_labels=edit.create_labels,
        may_create_labels=edit.may_create_labels,
        label_ids={name: new_id() for name in edit.new_names()},
        only=request.only,
    )


def origin_of(request: Request) -> Origin:
    causes = {"confirm": Cause.CONFIRM, "reject": Cause.REJECT}
    cause = causes.get(request.edit.kind, Cause.REPLACE if request.edit.replacing else Cause.ANNOTATE)
    return Origin(request.change_id, Actor(ActorKind.PERSON, request.account_id), cause, request.at)


async def edit_items(request: Request, sample_ids: Sequence[str], *, lanes: Lanes) -> Outcome:
    """Makes an edit on up to 1,000 items, all or nothing."""
    return await lanes.submit(request.job_id, command_of(request, sample_ids))
