"""Who may use a route. Every route names one; there is no default.

A path may name a second thing, inside the first. Its `finds` raises NotFound if that is not there, before a missing
right is told and the body is read; who may not even know of the first is told nothing of the second.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from starlette.requests import Request

from labelstream_common.access import AccountRight, JobNotFound, JobRight, RightMissing
from labelstream_common.access.access import may
from labelstream_common.auth import AccountRole, Caller, KeyLimited, KeyScope
from labelstream_common.errors import DomainError, NotFound
from labelstream_common.http.errors import AccountRightMissing

if TYPE_CHECKING:
    from labelstream_common.access import Access

CALLER: Final = "labelstream.caller"
JOB_ROLE: Final = "labelstream.job_role"

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OF_LABELING: Final = frozenset({JobRight.LABEL, JobRight.PREDICT})

Check = Callable[[Request, Caller], Awaitable[None]]


@dataclass(frozen=True)
class Policy:
    """`check` raises what the caller is told: NotFound for what they may not know of, Forbidden for what they may
    not do. Without a check any account passes; a public policy asks for no account at all.

    `scope` is what an API key needs; by default `read` for requests that read and `manage` for those that change.
    `in_job` is a policy about the job in the path. `in_person` is for what no API key may do.
    """

    name: str
    check: Check | None = None
    is_public: bool = False
    errors: tuple[type[DomainError], ...] = ()
    scope: KeyScope | None = None
    in_job: bool = False
    in_person: bool = False


def public() -> Policy:
    """Anybody, without a token."""
    return Policy("public", is_public=True)


def signed_in() -> Policy:
    """Any account that is not disabled."""
    return Policy("signed-in")


def in_person() -> Policy:
    """Any account that is not disabled, signed in with a password or provider: keys, passwords and sessions are
    nothing that an API key may change."""
    return Policy("in-person", errors=(KeyLimited,), in_person=True)


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

    return Policy(f"job:{right.value}", check, errors=(JobNotFound, RightMissing), scope=_scope_of(right), in_job=True)


def _scope_of(right: JobRight) -> KeyScope | None:
    """A right that only reads needs `read` even where a request has a body. None: whether it changes something."""
    if right is JobRight.SEE:
        return KeyScope.READ
    return KeyScope.LABEL if right in _OF_LABELING else None


def custom(
    name: str,
    check: Check,
    *,
    errors: tuple[type[DomainError], ...] = (NotFound,),
    scope: KeyScope | None = None,
    in_job: bool = False,
    in_person: bool = False,
) -> Policy:
    """A rule of the service's own. `name` is shown in the OpenAPI document; `errors` are what `check` may raise."""
    return Policy(name, check, errors=errors, scope=scope, in_job=in_job, in_person=in_person)


def finding(policy: Policy, finds: Check) -> Policy:
    """The policy, for a path that names a second thing: whoever passes is told whether that is there."""

    async def check(request: Request, caller: Caller) -> None:
        if policy.check is not None:
            await policy.check(request, caller)
        await finds(request, caller)

    return replace(policy, check=check)


def check_key(policy: Policy, method: str, caller: Caller) -> None:
    """What the caller's API key allows. Raises KeyLimited; passes who did not come with one."""
    if caller.key is None:
        return
    if policy.in_person:
        raise KeyLimited("An API key cannot do this. Sign in with a password.")
    reads = method in _SAFE_METHODS
    needed = policy.scope or KeyScope.MANAGE
    if reads:
        needed = KeyScope.READ
    if not caller.key.allows(needed):
        raise KeyLimited(f"The API key needs the scope `{needed.value}` for this.", scope=needed.value)
    if caller.is_limited_to_jobs and not policy.in_job and not reads:
        raise KeyLimited("The API key is limited to certain jobs and cannot change anything else.")
