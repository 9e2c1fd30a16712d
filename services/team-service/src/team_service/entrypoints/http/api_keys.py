"""The caller's API keys."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field, StringConstraints

from labelstream_common.auth import KeyScope
from labelstream_common.http import (
    Body,
    Caller,
    CurrentCaller,
    JsonReply,
    Moment,
    Omittable,
    PageView,
    Router,
    Time,
    View,
    page_reply,
    policies,
)
from team_service.application.api_keys import (
    CreateApiKey,
    api_key_of,
    create_api_key,
    delete_api_key,
    list_api_keys,
)
from team_service.domain.accounts import AccountId
from team_service.domain.api_keys import (
    MOST_JOBS,
    ApiKey,
    ApiKeyId,
    ApiKeyNotFound,
    ExpiryPassed,
    InvalidKeyLimits,
    TooManyApiKeys,
)
from team_service.domain.attempts import TooManyAttempts
from team_service.domain.names import InvalidName
from team_service.domain.passwords import LONGEST, WrongPassword
from team_service.entrypoints.http.parameters import Origin, ThePorts, Wish, ports_of

router = Router(tags=["me"])

JobId = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class NewApiKey(Body):
    name: str
    current_password: str = Field(repr=False, max_length=LONGEST, description="the caller's password, once more")
    scopes: Omittable[list[KeyScope]] = Field(
        default=None, description="what its tokens may do; by default everything that the account may"
    )
    job_ids: Omittable[list[JobId]] = Field(
        default=None, max_length=MOST_JOBS, description="jobs that its tokens may be used for; by default all"
    )
    expires_at: Time | None = Field(default=None, description="by default it never expires")


class ApiKeyView(View):
    id: str
    name: str
    scopes: Sequence[KeyScope]
    job_ids: Sequence[str] | None
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None


class NewApiKeyView(ApiKeyView):
    secret: str = Field(repr=False, description="shown this once")


class TouchedKeysView(View):
    """What a dry run would touch."""

    api_keys: int


async def _own(request: Request, caller: Caller) -> None:
    key_id = ApiKeyId(request.path_params["key_id"])
    await api_key_of(key_id, AccountId(caller.account_id), ports=ports_of(request))


@router.get("/me/api-keys", policy=policies.signed_in())
async def get_api_keys(caller: CurrentCaller, ports: ThePorts, wish: Wish) -> PageView[ApiKeyView]:
    """The caller's keys, without their secrets."""
    return page_reply(await list_api_keys(AccountId(caller.account_id), wish, ports=ports), _view)


@router.post(
    "/me/api-keys",
    policy=policies.in_person(),
    status_code=201,
    secret=True,
    errors=(InvalidName, ExpiryPassed, InvalidKeyLimits, WrongPassword, TooManyAttempts, TooManyApiKeys),
)
async def add_api_key(body: NewApiKey, caller: CurrentCaller, ports: ThePorts, origin: Origin) -> NewApiKeyView:
    """Make a key. Its secret is in this answer and nowhere else.

    `label` and `manage` include `read`. A key never changes keys, passwords or sessions.
    """
    command = CreateApiKey(
        account_id=AccountId(caller.account_id),
        name=body.name,
        current_password=body.current_password,
        expires_at=body.expires_at,
        scopes=body.scopes,
        job_ids=body.job_ids,
        origin=origin,
    )
    created = await create_api_key(command, ports=ports)
    return NewApiKeyView(**_view(created.key).model_dump(), secret=created.secret)


@router.delete(
    "/me/api-keys/{key_id}",
    policy=policies.custom("own-api-key", _own, errors=(ApiKeyNotFound,), in_person=True),
    status_code=204,
    replies={200: TouchedKeysView},
)
async def remove_api_key(
    key_id: str,
    caller: CurrentCaller,
    ports: ThePorts,
    dry_run: Annotated[bool, Query(description="only check whether it could be done")] = False,
) -> Response:
    """Delete a key. Its access tokens are invalid within a second."""
    owner = AccountId(caller.account_id)
    if dry_run:
        return JsonReply(TouchedKeysView(api_keys=1).model_dump())
    await delete_api_key(ApiKeyId(key_id), owner, ports=ports)
    return Response(status_code=204)


def _view(key: ApiKey) -> ApiKeyView:
    return ApiKeyView(
        id=key.id,
        name=key.name,
        scopes=sorted(key.limits.scopes),
        job_ids=None if key.limits.job_ids is None else sorted(key.limits.job_ids),
        created_at=key.created_at,
        expires_at=key.expires_at,
        last_used_at=key.last_used_at,
    )
