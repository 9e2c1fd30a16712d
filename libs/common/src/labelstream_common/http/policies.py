"""Who may use a route. Every route names one; there is no default.

A path may name a second thing, inside the first. Its `finds` raises NotFound if that is not there, before a missing
right is told and the body is read; who may not even know of the first is told nothing of the second.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.requests import Request

from labelstream_common.access import AccountRight, JobNotFound, JobRight, RightMissing
from labelstream_common.access.access import may
from labelstream_common.auth import AccountRole, Caller
from labelstream_common.errors import DomainError, NotFound
from labelstream_common.http.errors import AccountRightMissing

if TYPE_CHECKING:
    from labelstream_common.access import Access

CALLER: Final = "labelstream.caller"
JOB_ROLE: Final = "labelstream.job_role"

Check = Callable[[Request, Caller], Awaitable[None]]


@dataclass(frozen=True)
class Policy:
    """`check` raises what the caller is told: NotFound for what they may not know of, Forbidden for what they may
    not do. Without a check any account passes; a public policy asks for no account at all."""

    name: str
    check: Check | None = None
    is_public: bool = False
    errors: tuple[type[DomainError], ...] = ()


def public() -> Policy:
    """Anybody, without a token."""
    return Policy("public", is_public=True)


def signed_in() -> Policy:
    """Any account that is not disabled."""
    return Policy("signed-in")


def account_role(*roles: str) -> Policy:
    """Accounts with one of these roles (`admin`, `member`, `annotator`); others get 403."""
    allowed = frozenset(AccountRole(role) for role in roles)

    async def check(_: Request, caller: Caller) -> None:
        if caller.role not in allowed:
            raise AccountRightMissing(" or ".join(sorted(allowed)))

    return Policy(f"account-role:{','.join(sorted(allowed))}", check, errors=(AccountRightMissing,))


def account_may(right: AccountRight, *, finds: Check | None = None) -> Policy:
    """Accounts whose role has `right`; others get 403, whether there is what `finds` looks for or not."""

    async def check(request: Request, caller: Caller) -> None:
        if not may(caller, right):
            raise AccountRightMissing(right.value)
        if finds is not None:
            await finds(request, caller)

    return Policy(f"account-may:{right.value}", check, errors=(AccountRightMissing,))


def job(right: JobRight, *, parameter: str = "job_id", finds: Check | None = None) -> Policy:
    """Those who have `right` in the job that the path names.

    No role in it: 404; then what `finds` does not find in it: 404; a role without the right: 403.
    """

    async def check(request: Request, caller: Caller) -> None:
        access: Access = request.app.state.access
        if finds is not None:
            await access.require(request.path_params[parameter], caller, JobRight.SEE)
            await finds(request, caller)
        role = await access.require(request.path_params[parameter], caller, right)
        request.scope[JOB_ROLE] = role

    return Policy(f"job:{right.value}", check, errors=(JobNotFound, RightMissing))


def custom(name: str, check: Check, *, errors: tuple[type[DomainError], ...] = (NotFound,)) -> Policy:
    """A rule of the service's own. `name` is shown in the OpenAPI document; `errors` are what `check` may raise."""
    return Policy(name, check, errors=errors)
