"""`GET /operations`, `GET /operations/{id}`, `POST /operations/{id}:cancel`: the same in every service."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeAlias

from fastapi import Query, Request
from starlette.responses import Response

from labelstream_common.access import Access
from labelstream_common.access.rights import JobRight, rights_of
from labelstream_common.auth import Caller, KeyScope
from labelstream_common.errors import DomainError
from labelstream_common.http import (
    CurrentCaller,
    JsonReply,
    Moment,
    PageView,
    Paging,
    Router,
    View,
    etag_of,
    page_reply,
    policies,
)
from labelstream_common.mongo import Page
from labelstream_common.operations.errors import OperationFinished, OperationNotFound
from labelstream_common.operations.ledger import Operations
from labelstream_common.operations.operation import Operation, OperationState

_JOB = "job"

Sees = Callable[[Request, Operation, Caller], Awaitable[bool]]
"""Whether somebody who started or joined an operation may still see what it belongs to."""

Cancel: TypeAlias = Callable[[Operation, str], Awaitable[Operation]]
"""Cancels an open operation on behalf of an account, and gives it as it stands then; see `Operations.end_cancelled`."""


@dataclass(frozen=True)
class Cancelling:
    """Kinds of operations that cannot just stop where they are: how each is cancelled, and what may refuse that."""

    by_kind: Mapping[str, Cancel] = field(default_factory=dict)
    refusals: tuple[type[DomainError], ...] = ()


class OperationView(View):
    """Long work: what it is, how far it has got, how it ended."""

    id: str
    kind: str
    state: OperationState
    done: int
    total: int | None
    error: Mapping[str, Any] | None
    result: Mapping[str, Any] | None
    created_at: Moment
    finished_at: Moment | None

    @classmethod
    def of(cls, operation: Operation) -> "OperationView":
        """What an operation has done so far becomes its result when it ends, however it ends."""
        shown = operation if operation.state.is_final else replace(operation, result=None)
        return cls.model_validate(shown)


def operation_reply(operation: Operation, status: int = 202) -> Response:
    """The reply of a route that started an operation."""
    body = OperationView.of(operation).model_dump(mode="json")
    return JsonReply(body, status, headers={"Location": f"/api/v1/operations/{operation.id}"})


def operations_router(cancelling: Cancelling = Cancelling(), sees: Mapping[str, Sees] = MappingProxyType({})) -> Router:
    """The routes, over `request.app.state.operations` and `request.app.state.access`.

    An operation on a job is seen by those with a role in it, cancelled by whoever started it and those who may change
    its settings. Other operations are seen and cancelled by whoever started or joined them, as long as `sees` (by the
    kind of scope) allows it, and by administrators. One on a job is also seen by whoever joined it, if `sees["job"]`
    allows it.
    """
    router = Router(tags=["operations"])
    _add_list(router, sees)
    _add_one(router, sees)
    _add_cancel(router, cancelling, sees)
    return router


def _add_list(router: Router, sees: Mapping[str, Sees]) -> None:
    @router.get("/operations", policy=policies.signed_in())
    async def list_operations(
        *,
        request: Request,
        caller: CurrentCaller,
        paging: Paging,
        state: Annotated[OperationState | None, Query(description="only those in this state")] = None,
        sort: Annotated[Literal["added", "-added"], Query(description="`-added`: the newest first")] = "added",
    ) -> PageView[OperationView]:
        """The caller's operations (an administrator's: everybody's)."""
        page = await _operations(request).list(
            by=None if caller.is_admin else caller.account_id,
            state=state,
            limit=paging.limit,
            cursor=paging.cursor,
            newest_first=sort == "-added",
        )
        seen = [operation for operation in page.items if await _sees(request, operation, caller, sees)]
        return page_reply(Page(seen, page.next_cursor), OperationView.of)


def _add_one(router: Router, sees: Mapping[str, Sees]) -> None:
    async def may_see(request: Request, caller: Caller) -> None:
        operation = await _operations(request).get(request.path_params["operation_id"])
        if not await _sees(request, operation, caller, sees):
            raise OperationNotFound(operation.id)

    @router.get(
        "/operations/{operation_id}",
        policy=policies.custom("operation:see", may_see, errors=(OperationNotFound,)),
        errors=(OperationNotFound,),
    )
    async def get_operation(request: Request, operation_id: str, response: Response) -> OperationView:
        """One operation."""
        operation = await _operations(request).get(operation_id)
        response.headers["ETag"] = etag_of(f"{operation.state.value}-{operation.done}")
        return OperationView.of(operation)


def _add_cancel(router: Router, cancelling: Cancelling, sees: Mapping[str, Sees]) -> None:
    async def may_cancel(request: Request, caller: Caller) -> None:
        operation = await _operations(request).get(request.path_params["operation_id"])
        if not await _cancels(request, operation, caller, sees):
            raise OperationNotFound(operation.id)

    @router.post(
        "/operations/{operation_id}:cancel",
        policy=policies.custom(
            "operation:cancel", may_cancel, errors=(OperationNotFound,), scope=KeyScope.LABEL, in_job=True
        ),
        errors=(OperationFinished, *cancelling.refusals),
        sheds=False,
    )
    async def cancel_operation(request: Request, operation_id: str, caller: CurrentCaller) -> OperationView:
        """Cancels the operation. What was already done remains. It is safe to repeat."""
        operation = await _operations(request).get(operation_id)
        cancel = cancelling.by_kind.get(operation.kind)
        if cancel is not None and not operation.state.is_final:
            return OperationView.of(await cancel(operation, caller.account_id))
        return OperationView.of(await _operations(request).cancel(operation_id))


async def _sees(request: Request, operation: Operation, caller: Caller, sees: Mapping[str, Sees]) -> bool:
    kind, _, identifier = operation.scope.partition(":")
    joined = caller.account_id in operation.joined_by and not caller.is_limited_to_jobs
    if kind == _JOB:
        if await _has(request, identifier, caller, JobRight.SEE):
            return True
        return joined and _JOB in sees and await sees[_JOB](request, operation, caller)
    if caller.is_admin:
        return True
    if not joined and (caller.account_id != operation.created_by or caller.is_limited_to_jobs):
        return False
    return kind not in sees or await sees[kind](request, operation, caller)


async def _cancels(request: Request, operation: Operation, caller: Caller, sees: Mapping[str, Sees]) -> bool:
    if not await _sees(request, operation, caller, sees):
        return False
    kind, _, identifier = operation.scope.partition(":")
    if caller.account_id == operation.created_by or kind != _JOB:
        return True
    return caller.allows(KeyScope.MANAGE) and await _has(request, identifier, caller, JobRight.SETTINGS)


async def _has(request: Request, job_id: str, caller: Caller, right: JobRight) -> bool:
    access: Access | None = request.app.state.access
    role = None if access is None else await access.role(job_id, caller)
    return role is not None and right in rights_of(role)


def _operations(request: Request) -> Operations:
    operations: Operations = request.app.state.operations
    return operations
