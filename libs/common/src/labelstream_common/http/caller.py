"""What a route's guard found out, for the handler."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from labelstream_common.access import JobRole
from labelstream_common.auth import Caller
from labelstream_common.http.policies import CALLER, JOB_ROLE


async def caller_of(request: Request) -> Caller:
    """The authenticated caller. Only for routes whose policy is not public."""
    caller = request.scope[CALLER]
    assert isinstance(caller, Caller)  # noqa: S101 - the guard put it there
    return caller


async def job_role_of(request: Request) -> JobRole:
    """The caller's role in the job that the path names. Only for routes with a `policies.job(…)`."""
    role = request.scope[JOB_ROLE]
    assert isinstance(role, JobRole)  # noqa: S101 - the policy put it there
    return role


CurrentCaller = Annotated[Caller, Depends(caller_of)]
"""A route parameter: `caller: CurrentCaller`."""

CurrentJobRole = Annotated[JobRole, Depends(job_role_of)]
"""A route parameter: `role: CurrentJobRole`."""
