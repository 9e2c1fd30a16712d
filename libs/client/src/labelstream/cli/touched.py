"""What a deletion or a removal would touch, for `--dry-run`."""

import msgspec

from labelstream.cli.output import emit_json, tell
from labelstream.models import Touched


def show_touched(touched: Touched, *, as_json: bool) -> None:
    fields = {name: value for name, value in msgspec.structs.asdict(touched).items() if value is not None}
    if as_json:
        emit_json(fields)
        return
    numbers = {name: value for name, value in fields.items() if not isinstance(value, bool)}
    counts = {name: len(value) if isinstance(value, list) else value for name, value in numbers.items()}
    tell("Nothing was deleted. Deletion would touch: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    if touched.more_versions:
        tell("There may be more versions: there is too much to look at all of it.")


def show_removal(touched: Touched, who: str, what: str, *, as_json: bool) -> None:
    """`who` would be removed from `what`."""
    if as_json:
        show_touched(touched, as_json=True)
    else:
        tell(f"Nobody was removed. {who} would be removed from {what}.")
