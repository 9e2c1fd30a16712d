"""The caller's API keys."""

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import Field

from labelstream_common.http import (
    Body,
    Caller,
    CurrentCaller,
    JsonReply,
    Moment,
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
from team_service.domain.api_keys import ApiKey, ApiKeyId, ApiKeyNotFound, ExpiryPassed, TooManyApiKeys
from team_service.domain.names import InvalidName
from team_service.entrypoints.http.parameters import ThePorts, Wish, ports_of

router = Router(tags=["me"])


class NewApiKey(Body):
    name: str
    expires_at: Time | None = Field(default=None, description="by default it never ends")


class ApiKeyView(View):
    id: str
    name: str
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
    policy=policies.signed_in(),
    status_code=201,
    secret=True,
    errors=(InvalidName, ExpiryPassed, TooManyApiKeys),
)
async def add_api_key(body: NewApiKey, caller: CurrentCaller, ports: ThePorts) -> NewApiKeyView:
    """Make a key. Its secret is in this answer and nowhere else."""
    command = CreateApiKey(AccountId(caller.account_id), body.name, body.expires_at)
    created = await create_api_key(command, ports=ports)
    return NewApiKeyView(**_view(created.key).model_dump(), secret=created.secret)


@router.delete(
    "/me/api-keys/{key_id}",
    policy=policies.custom("own-api-key", _own, errors=(ApiKeyNotFound,)),
    status_code=204,
    replies={200: TouchedKeysView},
)
async def remove_api_key(
    key_id: str,
    caller: CurrentCaller,
    ports: ThePorts,
    dry_run: Annotated[bool, Query(description="only look whether it could be done")] = False,
) -> Response:
    """Delete a key. Access tokens it got live on for 60 minutes at most."""
    owner = AccountId(caller.account_id)
    if dry_run:
        return JsonReply(TouchedKeysView(api_keys=1).model_dump())
    await delete_api_key(ApiKeyId(key_id), owner, ports=ports)
    return Response(status_code=204)


def _view(key: ApiKey) -> ApiKeyView:
    return ApiKeyView.model_validate(key)
