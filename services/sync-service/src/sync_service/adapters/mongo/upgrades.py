"""What an earlier release has stored, brought into the present form by `migrate`. Each part bears repetition."""

from collections.abc import Mapping
from typing import Any

from labelstream_common.mongo import Database
from labelstream_common.operations import PresentForm, upgrade_open
from sync_service.application.delete_samples import DELETE, RESTORE


async def upgrade(database: Database) -> None:
    earlier = {"kind": {"$in": [DELETE, RESTORE]}, "params.sample_ids": {"$exists": True}}
    await upgrade_open(database, earlier, in_present_form)


def in_present_form(document: Mapping[str, Any]) -> PresentForm:
    """A deletion or restoration had its list in `params`, and listed in its cursor what it only counts by now."""
    params = dict(document["params"])
    sample_ids = params.pop("sample_ids")
    fields: dict[str, Any] = {"params": {**params, "named": sample_ids is not None}}
    cursor = document.get("cursor")
    if cursor is not None:
        counted = {name: {"count": len(cursor[name]), "examples": list(cursor[name])} for name in ("missing", "failed")}
        fields["cursor"] = {**cursor, **counted}
    return PresentForm(fields, sample_ids)
