"""Callers judged by this service's own accounts: no event, true or forged, makes anybody an administrator here."""

from typing import Any

from labelstream_common.access.access import caller_now
from labelstream_common.auth import Caller
from labelstream_common.mongo import Database
from team_service.adapters.collections import ACCOUNTS

_FIELDS = {"role": 1, "disabled": 1, "epoch": 1, "ended": 1}


class OwnAccounts:
    """Read afresh for each request: what ends here ends at once."""

    def __init__(self, database: Database) -> None:
        self._accounts = database[ACCOUNTS]

    async def present(self, caller: Caller) -> Caller | None:
        found: dict[str, Any] | None = await self._accounts.find_one({"_id": caller.account_id}, _FIELDS)
        if found is None:
            return None
        return caller_now(caller, {**found, "ended": [each["id"] for each in found.get("ended", ())]})

    async def disabled(self, account_id: str) -> bool:
        return await self._accounts.find_one({"_id": account_id, "disabled": True}, {"_id": 1}) is not None
