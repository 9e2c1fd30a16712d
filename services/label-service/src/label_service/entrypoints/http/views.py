"""Replies as plain values, made for orjson: a page of a thousand items passes here."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from label_service.application.events import shown_review
from label_service.application.history import PastRow
from label_service.application.reading import ItemRow, Statistics
from label_service.domain.commands import Outcome
from label_service.domain.items import shown_entry
from label_service.domain.labels import Label
from label_service.entrypoints.http.own_items import Sight
from label_service.entrypoints.http.parts import Parts
from labelstream_common.auth.content_tickets import ContentTickets, Seen
from labelstream_common.clock import rfc3339
from labelstream_common.http import View, etag_of


class LabelView(View):
    id: str
    name: str
    color: str
    shortcut: str | None
    description: str
    count: int
    etag: str


class OutcomeView(View):
    """The reply to every edit of items."""

    change_id: str
    changed: int
    unchanged: int
    created_labels: list[dict[str, str]]
    conflicts: list[dict[str, str | int]]
    missing: list[str]
    counts: dict[str, int]


class LabelStatistics(View):
    """How many of the images carry a label."""

    label_id: str
    name: str
    count: int


class LabelerStatistics(View):
    """On how many of the images an account's labels are."""

    account_id: str
    count: int


class StatisticsView(View):
    total: int
    labeled: int
    unlabeled: int
    to_confirm: int
    hard: int
    unreadable: int
    labels: list[LabelStatistics]
    labelers: list[LabelerStatistics]


def label_view(label: Label) -> dict[str, Any]:
    return {
        "id": label.id,
        "name": label.name,
        "color": label.color,
        "shortcut": label.shortcut,
        "description": label.description,
        "count": label.count,
        "etag": etag_of(label.version),
    }


def outcome_view(outcome: Outcome) -> dict[str, Any]:
    return {
        "change_id": outcome.change_id,
        "changed": outcome.changed,
        "unchanged": outcome.unchanged,
        "created_labels": [
            {"id": label.id, "name": label.name, "color": label.color} for label in outcome.created_labels
        ],
        "conflicts": [{"sample_id": one.sample_id, "version": one.version} for one in outcome.conflicts],
        "missing": list(outcome.missing),
        "counts": dict(outcome.counts),
    }


def statistics_view(found: Statistics, labels: Iterable[Label]) -> dict[str, Any]:
    return {
        "total": found.total,
        "labeled": found.labeled,
        "unlabeled": found.unlabeled,
        "to_confirm": found.to_confirm,
        "hard": found.hard,
        "unreadable": found.unreadable,
        "labels": [
            {"label_id": label.id, "name": label.name, "count": found.labels.get(label.id, 0)} for label in labels
        ],
        "labelers": [
            {"account_id": person, "count": count} for person, count in sorted(found.labelers.items()) if count
        ],
    }


def _file(state: str, reason: str | None) -> dict[str, str | None]:
    return {"state": state, "reason": reason}


def item_views(parts: Parts, dataset_id: str, names: Mapping[str, str], sight: Sight) -> "ItemViews":
    return ItemViews(parts.public_url, dataset_id, names, sight, parts.tickets)


class ItemViews:
    """Items of one job as `sight` sees them. `names` has every label that they carry."""

    def __init__(
        self,
        public_url: str,
        dataset_id: str,
        names: Mapping[str, str],
        sight: Sight,
        tickets: ContentTickets | None = None,
    ) -> None:
        self._sight = sight
        self._tickets = tickets
        self._dataset_id = dataset_id
        self._samples = f"{public_url.rstrip('/')}/api/v1/datasets/{dataset_id}/samples/"
        self._names = names

    def view(self, row: ItemRow) -> dict[str, Any]:
        return {
            **self._view(row, row.hardness, row.etag),
            **self._assignees(row),
            "content_changed": row.content_changed,
            "agreement": row.agreement,
            **_file(row.state, row.reason),
        }

    def past(self, row: PastRow) -> dict[str, Any]:
        return {
            **self._view(row, None, None),
            "content_changed": row.content_changed,
            "agreement": None,
            **_file(row.sample_state, row.reason),
        }

    def _view(self, row: ItemRow | PastRow, hardness: float | None, etag: str | None) -> dict[str, Any]:
        """The URLs carry the etag of the bytes: they can be kept for long, and replaced bytes have others."""
        here = self._samples + row.sample_id
        tag = self._query(row.sample_id, etag)
        return {
            "sample_id": row.sample_id,
            "path": row.path,
            "name": row.path.rpartition("/")[2],
            "status": row.status,
            "labels": self._labels(row.labels),
            "hard": row.hard,
            "hardness": hardness,
            "version": row.version,
            "thumbnail_url": f"{here}/thumbnail{tag}",
            "content_url": f"{here}/content{tag}",
            "assignee": None,
            "assignees": [],
            "review": shown_review(row.review) if row.review else None,
        }

    def _assignees(self, row: ItemRow) -> dict[str, Any]:
        """Whose it is now. People who have only their own items see nobody else."""
        sight = self._sight
        valid = [one for one in row.assignees if one.until is None or one.until > sight.at]
        if sight.own_only:
            valid = [one for one in valid if one.account_id == sight.account_id]
        shown = [{"account_id": one.account_id, "state": "done" if one.is_done else "open"} for one in valid]
        sole = shown[0]["account_id"] if len(shown) == 1 and sight.team.overlap == 1 else None
        return {"assignee": sole, "assignees": shown}

    def _query(self, sample_id: str, etag: str | None) -> str:
        found = {"etag": etag} if etag else {}
        if self._sight.own_only and self._tickets is not None:
            seen = Seen(self._sight.account_id, self._dataset_id, sample_id, etag)
            found["ticket"] = self._tickets.ticket(seen, self._sight.at)
        return f"?{urlencode(found, quote_via=quote)}" if found else ""

    def _labels(self, entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [shown_entry(one, self._names[one["label_id"]], rfc3339(one["at"])) for one in entries]
