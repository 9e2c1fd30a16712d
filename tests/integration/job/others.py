"""Who uses job-service in these tests, and what the other services would tell it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import httpx

from labelstream_common.clock import SystemClock
from labelstream_common.ids import new_id
from labelstream_contracts import (
    AccountCreated,
    AccountPayload,
    AccountRole,
    Actor,
    Contribution,
    DatasetCreated,
    DatasetDeleted,
    DatasetPayload,
    DatasetSource,
    MemberAdded,
    MemberPayload,
    MemberRemoved,
    MemberRole,
    ProgressChanged,
    ProgressPrepared,
    ProgressShared,
    TeamCreated,
    TeamDeleted,
    TeamPayload,
    Totals,
)

Publish: TypeAlias = Callable[..., Awaitable[None]]
NOW = SystemClock().now


@dataclass(frozen=True)
class Somebody:
    """An account, and its HTTP client."""

    id: str
    http: httpx.AsyncClient

    async def opens(self, dataset_id: str, name: str = "Digits", **fields: Any) -> dict[str, Any]:
        """A new job on a dataset that is known."""
        body = {"name": name, "dataset_id": dataset_id, "type": "image_classification", **fields}
        answer = await self.http.post("/jobs", json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def sees(self, job_id: str) -> dict[str, Any]:
        answer = await self.http.get(f"/jobs/{job_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


SignIn: TypeAlias = Callable[..., Somebody]


def dataset(created_by: str, **fields: Any) -> DatasetPayload:
    """What sync-service says of a new dataset; with `deleted=True`, of its end."""
    event = DatasetDeleted if fields.pop("deleted", False) else DatasetCreated
    state: dict[str, Any] = {
        "dataset_id": new_id(),
        "name": "Digits",
        "labeling_description": "One digit each.",
        "source": DatasetSource(bucket="images", prefix="digits/"),
        "created_by": created_by,
        "created_at": NOW(),
        "version": 1,
        "actor": Actor(kind="person", id=created_by),
    }
    return event(**{**state, **fields})


def member(job_id: str, account_id: str, role: MemberRole = "labeler", **fields: Any) -> MemberPayload:
    """What team-service says of an annotator; with `removed=True`, of one who was taken out."""
    removed = fields.pop("removed", False)
    state: dict[str, Any] = {
        "scope": "job",
        "job_id": job_id,
        "member_id": f"member-of-{job_id}-{account_id}",
        "account_id": account_id,
        "email": "somebody@example.com",
        "name": "Somebody",
        "role": role,
        "state": "removed" if removed else "active",
        "version": 1,
        "actor": Actor(kind="person", id=account_id),
    }
    return (MemberRemoved if removed else MemberAdded)(**{**state, **fields})


def team(created_by: str, **fields: Any) -> TeamPayload:
    """What team-service says of a new team; with `deleted=True`, of its end."""
    event = TeamDeleted if fields.pop("deleted", False) else TeamCreated
    state: dict[str, Any] = {
        "team_id": new_id(),
        "name": "Night shift",
        "created_by": created_by,
        "version": 1,
        "actor": Actor(kind="person", id=created_by),
    }
    return event(**{**state, **fields})


def of_team(team_id: str, account_id: str, **fields: Any) -> MemberPayload:
    """What team-service says of a member of a team."""
    somebody = member("none", account_id).model_dump()
    identity = {"scope": "team", "job_id": None, "team_id": team_id, "member_id": f"member-of-{team_id}-{account_id}"}
    return MemberAdded(**{**somebody, **identity, **fields})


def account(account_id: str, role: AccountRole = "member", **fields: Any) -> AccountPayload:
    """What team-service says of an account."""
    state = {"email": "somebody@example.com", "name": "Somebody", "disabled": False, "version": 1}
    return AccountCreated(account_id=account_id, role=role, **{**state, **fields})


def prepared(job_id: str, seq: int = 1, total: int = 10) -> ProgressPrepared:
    return ProgressPrepared(job_id=job_id, seq=seq, totals=totals(total))


def progress(
    job_id: str, seq: int, labeled: int, labels: dict[str, int], *by: tuple[str, date, int]
) -> ProgressChanged:
    """`by`: who gave how many labels on which day."""
    contributions = tuple(
        Contribution(actor=Actor(kind="person", id=account), day=day, added=added) for account, day, added in by
    )
    return ProgressChanged(job_id=job_id, seq=seq, totals=totals(10, labeled), labels=labels, by=contributions)


def shared(job_id: str, commit: int, shares: dict[str, Totals]) -> ProgressShared:
    return ProgressShared(job_id=job_id, commit=commit, shares=shares)


def totals(total: int, labeled: int = 0) -> Totals:
    return Totals(total=total, labeled=labeled, unlabeled=total - labeled, to_confirm=0)
