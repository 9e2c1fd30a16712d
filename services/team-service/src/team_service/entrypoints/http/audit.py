"""The audit, for administrators; that of a job, for its managers. It is only ever read."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query

from labelstream_common.access import AccountRight, JobRight
from labelstream_common.http import Moment, PageView, Paging, Router, Time, View, page_reply, policies
from labelstream_common.mongo import InvalidCursor
from labelstream_contracts import AuditAction
from team_service.domain.audit import AuditEntry, AuditFilter
from team_service.entrypoints.http.parameters import ThePorts

router = Router(tags=["audit"])

Action = Annotated[AuditAction | None, Query(description="what was done")]
Actor = Annotated[str | None, Query(max_length=128, description="the account that did it")]
After = Annotated[Time | None, Query(description="only what happened later")]
Before = Annotated[Time | None, Query(description="only what happened until then")]


class NamedView(View):
    """`id` is null where there is none, or none that is known."""

    kind: str
    id: str | None


class AuditEntryView(View):
    """`actor` is a `person`, a `service`, the `system`, or `anonymous`. `address` is where the request came from.
    `detail` depends on the action, and never holds what was typed."""

    id: str
    at: Moment
    action: str
    actor: NamedView
    subject: NamedView
    job_id: str | None
    address: str
    detail: Mapping[str, Any]


def _view(entry: AuditEntry) -> AuditEntryView:
    return AuditEntryView.model_validate(entry)


@router.get("/audit", policy=policies.account_may(AccountRight.AUDIT), errors=(InvalidCursor,))
async def get_audit(
    *,
    ports: ThePorts,
    paging: Paging,
    action: Action = None,
    actor: Actor = None,
    after: After = None,
    before: Before = None,
) -> PageView[AuditEntryView]:
    """Actions that matter for security or cannot be undone, in every service, newest first."""
    only = AuditFilter(None, action and action.value, actor, after, before)
    return page_reply(await ports.audit.page(only, paging), _view)


@router.get("/jobs/{job_id}/audit", policy=policies.job(JobRight.AUDIT), errors=(InvalidCursor,))
async def get_audit_of_job(
    *,
    job_id: str,
    ports: ThePorts,
    paging: Paging,
    action: Action = None,
    actor: Actor = None,
    after: After = None,
    before: Before = None,
) -> PageView[AuditEntryView]:
    """The same for one job: its annotators and their roles, its owner, exports, and what was deleted in it."""
    only = AuditFilter(job_id, action and action.value, actor, after, before)
    return page_reply(await ports.audit.page(only, paging), _view)
