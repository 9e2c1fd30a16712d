"""How labels, items and the job's head stand in their documents."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from label_service.adapters.item_keys import job_in
from label_service.domain import items
from label_service.domain.answers import ANSWER_FIELDS
from label_service.domain.dealing import Dealing, Round
from label_service.domain.decisions import Totals
from label_service.domain.items import Item, State
from label_service.domain.job_head import JobHead
from label_service.domain.labels import Label
from label_service.domain.matching import folded
from label_service.domain.ownership import Share, all_facets, assignees_of, facets_besides_state
from label_service.domain.reviews import review_fields
from labelstream_contracts.team_settings import TeamSettings

HISTORY_COMMITS = 20


def label_of(document: Mapping[str, Any]) -> Label:
    return Label(
        id=document["_id"],
        name=document["name"],
        color=document["color"],
        shortcut=document.get("shortcut"),
        description=document.get("description", ""),
        count=document["count"],
        hidden=document["hidden"],
        version=document["version"],
        merged_into=document.get("merged_into"),
        takes_images=document.get("takes_images", False),
        counted_hidden=document.get("counted_hidden", False),
        counted_into=document.get("counted_into"),
        hidden_by=document.get("hidden_by"),
    )


def label_fields(label: Label) -> dict[str, Any]:
    """What a label's document holds besides its count, which only moves by what is added to it."""
    return {
        "name": label.name,
        "color": label.color,
        "shortcut": label.shortcut,
        "description": label.description,
        **hiding_fields(label),
    }


def hiding_fields(label: Label) -> dict[str, Any]:
    """Whether people see a label, and what becomes of it on its items."""
    return {
        "hidden": label.hidden,
        "version": label.version,
        "merged_into": label.merged_into,
        "takes_images": label.takes_images,
        "counted_hidden": label.counted_hidden,
        "counted_into": label.counted_into,
        "hidden_by": label.hidden_by,
    }


def head_of(document: Mapping[str, Any]) -> JobHead:
    return JobHead(
        id=document["_id"],
        dataset_id=document["dataset_id"],
        seq=document["seq"],
        applied_rev=document["applied_rev"],
        commits=document["commits"],
        state=document["state"],
        team=team_of(document),
        dealing=dealing_of(document.get("dealing")),
        shares={account_id: Share(**share) for account_id, share in document.get("shares", {}).items()},
        worked=document.get("worked", {}),
        known_edits=document.get("known_edits", 0),
        shares_told=document.get("shares_told", False),
    )


def team_of(document: Mapping[str, Any]) -> TeamSettings:
    """Jobs that an earlier release has followed have one setting, in a field of its own."""
    may = document.get("labelers_may_create_labels", True)
    return TeamSettings.of(document.get("team"), labels_may_be_created=may)


def takes_answers(document: Mapping[str, Any]) -> bool:
    """Whether some of the job's items take answers; see `label_service.domain.answers`."""
    return team_of(document).overlap > 1 or bool(document.get("has_known"))


def totals_of(document: Mapping[str, Any]) -> Totals:
    totals = document["totals"]
    return Totals(
        totals["total"],
        totals["labeled"],
        totals["to_confirm"],
        totals["hard"],
        totals.get("unreadable", 0),
        totals.get("set_apart", 0),
    )


def totals_fields(totals: Totals) -> dict[str, int]:
    return {
        "total": totals.total,
        "labeled": totals.labeled,
        "to_confirm": totals.to_confirm,
        "hard": totals.hard,
        "unreadable": totals.unreadable,
        "set_apart": totals.set_apart,
    }


def path_fields(path: str) -> dict[str, str]:
    """The path, and the one form of its letters that it is compared in."""
    return {"path": path, "path_key": folded(path)}


def searched_path_fields(path: str) -> dict[str, str]:
    """`path_fields` of a sample, by which items are found and sorted: the last part of the path is searched as well."""
    fields = path_fields(path)
    return {**fields, "name_key": fields["path_key"].rpartition("/")[2]}


def ownership_fields(item: Item) -> dict[str, Any]:
    """Everything in an item's document that follows from whose it is, and its facets."""
    return {
        "assignees": list(assignees_of(item)),
        "skipped": list(item.get("skipped") or ()),
        "facets": all_facets(item),
    }


def dealing_fields(dealing: Dealing) -> dict[str, Any]:
    return {**asdict(dealing), "people": list(dealing.people), "keepers": list(dealing.keepers)}


def dealing_of(document: Mapping[str, Any] | None) -> Dealing | None:
    if document is None:
        return None
    round_ = document["round"]
    return Dealing(
        tuple(document["people"]),
        tuple(document["keepers"]),
        document["assignment"],
        document["overlap"],
        None if round_ is None else Round(**round_),
        document.get("rules", 0),
    )


def state_fields(state: State, others: Sequence[str] = ()) -> dict[str, Any]:
    """Everything in an item's document that follows from its state. `others`: the facets that do not."""
    return {
        "labels": list(state.labels),
        "hard": state.hard,
        "hardness": state.hardness,
        "content_changed": state.content_changed,
        "review": review_fields(state.review),
        "status": items.status_of(state.labels),
        "labeled_at": items.labeled_at(state.labels),
        "facets": [*items.facets(state), *others],
    }


def sample_state_fields(item: Item) -> dict[str, Any]:
    """What inspection says of the file. Nothing for what was not inspected yet."""
    if item.get("state") in {None, items.NEW}:
        return {}
    return {"state": item["state"], **({"reason": item["reason"]} if item.get("reason") else {})}


_NOTHING = State([], False, None)
_BARE = {name: value for name, value in state_fields(_NOTHING).items() if name != "review"}


def item_document(key: bytes, item: Item, commit: int) -> dict[str, Any]:
    """A new item, or one that returns. `commit` is the first `seq` of the commit that adds it."""
    state = items.state_of(item)
    commits = list(item.get("commits", ()))
    if item["version"] > 0:
        commits = [*commits, commit][-HISTORY_COMMITS:]
    return {
        "_id": key,
        "job": job_in(key),
        **path_fields(item["path"]),
        **({"etag": item["etag"]} if item.get("etag") else {}),
        **({"overwritten": item["overwritten"]} if item.get("overwritten") else {}),
        **sample_state_fields(item),
        "hash": item["hash"],
        "version": item["version"],
        "added_seq": item["added_seq"],
        **({"given": item["given"]} if item.get("given") else {}),
        **({"touched": True} if item.get("touched") else {}),
        **({"left_out": item["left_out"]} if item.get("left_out") else {}),
        **{name: item[name] for name in ANSWER_FIELDS if item.get(name) is not None},
        "commits": commits,
        **(_BARE if state == _NOTHING else state_fields(state)),
        **(ownership_fields(item) if facets_besides_state(item) else {}),
    }
