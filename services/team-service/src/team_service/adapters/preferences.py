"""Preferences in MongoDB, one document an account. The two maps are stored as text: their names are free, and a
document's field names are not.
"""

import orjson

from labelstream_common.mongo import Database, Document
from team_service.adapters.collections import PREFERENCES
from team_service.adapters.sessions import session_of
from team_service.application.ports import Work
from team_service.domain.accounts import AccountId
from team_service.domain.preferences import Preferences


class MongoPreferences:
    def __init__(self, database: Database) -> None:
        self._preferences = database[PREFERENCES]

    async def get(self, account_id: AccountId, work: Work | None = None) -> Preferences:
        found = await self._preferences.find_one({"_id": account_id}, session=session_of(work))
        return Preferences() if found is None else _preferences(found)

    async def save(self, account_id: AccountId, preferences: Preferences, work: Work) -> None:
        await self._preferences.replace_one(
            {"_id": account_id}, _document(account_id, preferences), upsert=True, session=work.session
        )


def _document(account_id: AccountId, preferences: Preferences) -> Document:
    return {
        "_id": account_id,
        "theme": preferences.theme,
        "language": preferences.language,
        "thumbnail_size": preferences.thumbnail_size,
        "page_size": preferences.page_size,
        "keys": orjson.dumps(preferences.keys).decode(),
        "console": orjson.dumps(preferences.console).decode(),
        "version": preferences.version,
    }


def _preferences(found: Document) -> Preferences:
    return Preferences(
        theme=found["theme"],
        language=found["language"],
        thumbnail_size=found["thumbnail_size"],
        page_size=found["page_size"],
        keys=orjson.loads(found["keys"]),
        console=orjson.loads(found["console"]),
        version=found["version"],
    )
