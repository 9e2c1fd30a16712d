"""People's edits of items, which are commands from the route to the lane. They can be stored for an operation to go on.

A command that is stored, or waits for its items, has none of its own yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final, TypeAlias

from label_service.application.lanes import Lanes
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import Annotate, Assign, Confirm, Outcome, Reject, ReviewItems
from label_service.domain.filters import ItemFilter
from label_service.domain.labels import in_nfc
from label_service.domain.reviewing import Judgement
from label_service.domain.working_copy import Origin
from labelstream_common.ids import new_id
from labelstream_contracts.label_sets import MAX_LABELS_OF_ITEM

ItemEdit: TypeAlias = Annotate | Confirm | Reject | ReviewItems | Assign

_KINDS: Final[Mapping[str, type[ItemEdit]]] = {
    "annotate": Annotate,
    "confirm": Confirm,
    "reject": Reject,
    "review": ReviewItems,
    "assign": Assign,
}
_DECISION: Final = ("labels", "confidence_above")
_STORED: Final[Mapping[str, Sequence[str]]] = {
    "annotate": ("add", "remove", "choice", "replacing", "hard", "create_labels", "may_create_labels", "decides"),
    "confirm": (*_DECISION, "decides"),
    "reject": (*_DECISION, "decides"),
    "review": ("judgement",),
    "assign": ("to",),
}


def person_origin(
    account_id: str, cause: Cause, at: datetime, change_id: str | None = None, *, own_only: bool = False
) -> Origin:
    """Where a person's edit comes from; a change of its own unless it goes on with `change_id`."""
    return Origin(change_id or new_id(), Actor(ActorKind.PERSON, account_id), cause, at, own_only)


async def edit_items(job_id: str, edit: ItemEdit, *, lanes: Lanes) -> Outcome:
    """Makes an edit on up to 1,000 items, all or nothing."""
    return await lanes.submit(job_id, with_new_labels(edit))


def with_new_labels(edit: ItemEdit) -> ItemEdit:
    """The command with ids for the labels that it may have to create."""
    if not isinstance(edit, Annotate):
        return edit
    most = MAX_LABELS_OF_ITEM + 1  # with more it is refused
    names = [*edit.add[:most], *(edit.choice or ())[:most], *(edit.replacing[1:] if edit.replacing else ())]
    return replace(edit, label_ids={in_nfc(name): new_id() for name in names})


def resolved(edit: ItemEdit, ids: Mapping[str, str]) -> ItemEdit:
    """The same edit with ids in place of the names that are keys of `ids`, so that a rename cannot split it."""

    def known(references: Sequence[str]) -> list[str]:
        return [ids.get(in_nfc(reference), reference) for reference in references]

    if isinstance(edit, ReviewItems | Assign):
        return edit
    if not isinstance(edit, Annotate):
        return replace(edit, labels=None if edit.labels is None else known(edit.labels))
    return replace(
        edit,
        add=known(edit.add),
        remove=known(edit.remove),
        choice=None if edit.choice is None else known(edit.choice),
        replacing=None if edit.replacing is None else (known(edit.replacing)[0], known(edit.replacing)[1]),
    )


def stored(edit: ItemEdit) -> dict[str, Any]:
    """What is asked for, whichever the items."""
    kind = next(kind for kind, command in _KINDS.items() if isinstance(edit, command))
    fields = {"kind": kind, **{name: getattr(edit, name) for name in _STORED[kind]}}
    if isinstance(edit, ReviewItems):
        fields["judgement"] = asdict(edit.judgement)
    return fields


def restored(
    fields: Mapping[str, Any],
    origin: Origin,
    sample_ids: Sequence[str],
    *,
    expect: Mapping[str, int],
    only: ItemFilter | None,
) -> ItemEdit:
    """A stored edit, for these items of all that it is for. What its release did not know of has its default."""
    kind = fields["kind"]
    own = {name: fields[name] for name in _STORED[kind] if name in fields}
    if kind == "annotate":
        own["is_piece"] = True
    if own.get("replacing"):
        own["replacing"] = tuple(own["replacing"])
    if "judgement" in own:
        own["judgement"] = Judgement(**own["judgement"])
    return _KINDS[kind](origin=origin, sample_ids=sample_ids, expect=expect, only=only, **own)


def cause_of(fields: Mapping[str, Any]) -> Cause:
    """The cause of a stored edit."""
    causes = {"confirm": Cause.CONFIRM, "reject": Cause.REJECT, "review": Cause.REVIEW}
    return causes.get(fields["kind"], Cause.REPLACE if fields.get("replacing") else Cause.ANNOTATE)
