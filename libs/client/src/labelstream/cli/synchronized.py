"""What `labelstream datasets sync` and `labelstream jobs sync` print."""

from labelstream.cli.output import emit_json, tell
from labelstream.models import Operation


def print_synchronized(operation: Operation, *, as_json: bool) -> None:
    if as_json:
        emit_json(operation)
        return
    counts = operation.result or {}
    tell(", ".join(f"{counts.get(each, 0)} {each}" for each in ("added", "updated", "removed", "renamed", "unchanged")))
