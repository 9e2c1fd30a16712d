"""An account's preferences: reading and changing them."""

from collections.abc import Mapping
from dataclasses import dataclass

from labelstream_common.mongo import retried
from team_service.application.accounts import CheckVersion
from team_service.application.ports import Ports
from team_service.domain.accounts import AccountId
from team_service.domain.preferences import Language, Preferences, Theme


@dataclass(frozen=True, slots=True)
class ChangePreferences:
    account_id: AccountId
    theme: Theme | None = None
    language: Language | None = None
    thumbnail_size: int | None = None
    page_size: int | None = None
    keys: Mapping[str, str | None] | None = None
    console: Mapping[str, object | None] | None = None


@retried
async def change_preferences(
    command: ChangePreferences, *, ports: Ports, check_version: CheckVersion | None = None
) -> Preferences:
    """Raises InvalidPreferences or Stale."""
    async with ports.unit_of_work() as work:
        before = await ports.preferences.get(command.account_id, work)
        if check_version is not None:
            check_version(before.version)
        after = before.changed(
            theme=command.theme,
            language=command.language,
            thumbnail_size=command.thumbnail_size,
            page_size=command.page_size,
            keys=command.keys,
            console=command.console,
        )
        if after.version != before.version:
            await ports.preferences.save(command.account_id, after, work)
        work.returns(after)
    return after
