"""The caller's preferences, which follow them to every browser."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Response
from pydantic import Field, StringConstraints

from labelstream_common.http import (
    Body,
    CurrentCaller,
    Omittable,
    PreconditionFailed,
    Router,
    View,
    etag_of,
    policies,
)
from team_service.application.preferences import ChangePreferences, change_preferences
from team_service.domain.accounts import AccountId
from team_service.domain.preferences import (
    LONGEST_ACTION,
    LONGEST_KEY,
    PAGE_SIZES,
    THUMBNAIL_SIZES,
    InvalidPreferences,
    Language,
    Preferences,
    Theme,
)
from team_service.entrypoints.http.parameters import IfMatch, ThePorts

router = Router(tags=["me"])

Action = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ACTION)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_KEY)]
ThumbnailSize = Annotated[int, Field(ge=THUMBNAIL_SIZES[0], le=THUMBNAIL_SIZES[1], description="pixels")]
PageSize = Annotated[int, Field(ge=PAGE_SIZES[0], le=PAGE_SIZES[1], description="images on a page")]


class PreferencesView(View):
    """`keys` maps an action to its key; `console` is for the console's own use."""

    theme: Theme
    language: Language
    thumbnail_size: int
    page_size: int
    keys: Mapping[str, str]
    console: Mapping[str, Any]


class PreferencesChange(Body):
    """`keys` and `console` are merged entry by entry; null takes an entry away."""

    theme: Omittable[Theme] = None
    language: Omittable[Language] = None
    thumbnail_size: Omittable[ThumbnailSize] = None
    page_size: Omittable[PageSize] = None
    keys: Omittable[dict[Action, Key | None]] = None
    console: Omittable[dict[str, Any]] = None


def _view(preferences: Preferences) -> PreferencesView:
    return PreferencesView.model_validate(preferences)


@router.get("/me/preferences", policy=policies.signed_in())
async def get_preferences(caller: CurrentCaller, response: Response, ports: ThePorts) -> PreferencesView:
    """The caller's preferences; defaults for what was never chosen."""
    preferences = await ports.preferences.get(AccountId(caller.account_id))
    response.headers["ETag"] = etag_of(preferences.version)
    return _view(preferences)


@router.patch(
    "/me/preferences",
    policy=policies.signed_in(),
    present=_view,
    errors=(InvalidPreferences, PreconditionFailed),
)
async def patch_preferences(
    body: PreferencesChange, caller: CurrentCaller, response: Response, ports: ThePorts, check_version: IfMatch
) -> PreferencesView:
    """Change the caller's preferences."""
    command = ChangePreferences(
        AccountId(caller.account_id),
        body.theme,
        body.language,
        body.thumbnail_size,
        body.page_size,
        body.keys,
        body.console,
    )
    preferences = await change_preferences(command, ports=ports, check_version=check_version)
    response.headers["ETag"] = etag_of(preferences.version)
    return _view(preferences)
