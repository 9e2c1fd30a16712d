"""Work that may outgrow a request: 200 with its result if one commit or 10 s are enough, else 202 and an operation."""

from contextlib import suppress
from typing import Any

import orjson
from fastapi.responses import Response

from label_service.application.editing import ItemEdit, edit_items
from label_service.application.lanes import MAX_ITEMS_OF_COMMIT
from label_service.application.ports import CommandTooLarge
from label_service.domain.commands import Outcome
from label_service.entrypoints.http import arriving
from label_service.entrypoints.http.parts import Parts
from label_service.entrypoints.http.views import outcome_view
from labelstream_common.http import JsonReply
from labelstream_common.messaging import StoredAnswer
from labelstream_common.operations import Operation, Operations, OperationState, OperationView, operation_reply

SECONDS_TO_WAIT = 10.0


async def edited_at_once(job_id: str, edit: ItemEdit, parts: Parts) -> Response | None:
    """Edits the items that `edit` names in one commit. None if that takes more than one: nothing was done then."""
    await arriving.items_there(parts, job_id, edit.sample_ids)
    if len(edit.sample_ids) <= MAX_ITEMS_OF_COMMIT:
        with suppress(CommandTooLarge):  # by its bytes or labels; an operation does it in pieces
            return JsonReply(outcome_view(await edit_items(job_id, edit, lanes=parts.lanes)))
    return None


async def result_or_operation(operation: Operation, operations: Operations) -> Response:
    """Waits up to 10 s for the operation."""
    ended = await operations.wait(operation.id, SECONDS_TO_WAIT)
    if ended.state is OperationState.SUCCEEDED and ended.result is not None:
        return JsonReply(ended.result)
    return operation_reply(ended)


def present_work(value: Outcome | Operation) -> Any:
    """What is kept under an idempotency key: the outcome, or (202) the operation."""
    if isinstance(value, Outcome):
        return outcome_view(value)
    body = orjson.dumps(OperationView.of(value).model_dump(mode="json"))
    return StoredAnswer(202, body, {"content-type": "application/json"})
