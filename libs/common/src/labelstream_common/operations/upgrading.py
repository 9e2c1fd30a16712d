"""Operations that an earlier release has begun, put into the form in which this one carries them on."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from labelstream_common.mongo import Database, Document, Session, in_transaction, majority
from labelstream_common.operations.documents import ENTRIES, OPERATIONS


class PresentForm(NamedTuple):
    """An operation's fields as they are to be, and its list, if it works through one."""

    fields: Mapping[str, Any]
    entries: Sequence[Any] | None = None


async def upgrade_open(
    database: Database, of_earlier_form: Mapping[str, Any], present: Callable[[Document], PresentForm]
) -> None:
    """Rewrites the open operations that match `of_earlier_form`, which nothing that is rewritten may match.

    Whoever holds one loses it: what has not committed by then is done again, in the present form.
    """
    operations, lists = majority(database[OPERATIONS]), majority(database[ENTRIES])
    query = {**of_earlier_form, "open": True}

    async def one(session: Session) -> bool:
        found = await operations.find_one(query, session=session)
        if found is None:
            return False
        fields, entries = present(found)
        taken = {"leased_until": datetime.fromtimestamp(0, UTC)}
        update = {"$set": {**fields, **taken}, "$inc": {"token": 1}}
        await operations.update_one({"_id": found["_id"]}, update, session=session)
        if entries is not None:
            await lists.insert_one({"_id": found["_id"], "entries": list(entries)}, session=session)
        return True

    while await in_transaction(database.client, one):
        pass
