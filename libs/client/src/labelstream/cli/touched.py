"""What a deletion or a removal would touch, for `--dry-run` and before a confirmation."""

from collections.abc import Iterator

import msgspec

from labelstream.cli.output import counted, emit_json, say, tell
from labelstream.models import Touched

_NOUNS = {
    "items": "item",
    "labeled": "labeled item",
    "labels": "label",
    "samples": "sample",
    "jobs": "job",
    "datasets": "dataset",
    "images": "image",
    "members": "member",
    "versions": "version",
}


def show_touched(touched: Touched, *, as_json: bool) -> None:
    fields = {name: value for name, value in msgspec.structs.asdict(touched).items() if value is not None}
    if as_json:
        emit_json(fields)
        return
    counts = {name: len(value) if isinstance(value, list) else value for name, value in fields.items()}
    found = ", ".join(counted(counts[name], noun) for name, noun in _NOUNS.items() if name in counts)
    tell(f"Nothing was deleted. Deletion would touch: {found}")
    say_who_shares_files(touched)


def say_who_shares_files(touched: Touched) -> None:
    """Which datasets and versions use the files that would be deleted."""
    for sentence in _sharing(touched):
        say(sentence)


def _sharing(touched: Touched) -> Iterator[str]:
    for other in touched.datasets if isinstance(touched.datasets, list) else ():
        yield f"The dataset {other.name} uses these files, too."
    if touched.more_datasets:
        yield f"Datasets that you cannot see also use these files: {touched.more_datasets}"
    for name in touched.versions if isinstance(touched.versions, list) else ():
        yield f"The version {name} will lack files."
    for version in touched.other_versions or ():
        yield f"The version {version.name} of the dataset {version.dataset} will lack files."
    if touched.more_versions:
        yield "More versions may lack files; there were too many to check them all."


def show_removal(touched: Touched, who: str, what: str, *, as_json: bool) -> None:
    """`who` would be removed from `what`."""
    if as_json:
        show_touched(touched, as_json=True)
    else:
        tell(f"Nobody was removed. {who} would be removed from {what}.")
