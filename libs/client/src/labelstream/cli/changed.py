"""What labeling, confirming, rejecting, predicting and undoing print."""

from collections.abc import Sequence

import msgspec

from labelstream.cli.output import emit_json, tell
from labelstream.models import ChangeResult

_NAMED = 5


def show_changed(results: Sequence[ChangeResult], *, as_json: bool) -> None:
    """The results of one command as one: its pieces are requests of at most 10,000 samples."""
    whole = msgspec.structs.replace(
        results[-1],
        changed=sum(each.changed for each in results),
        unchanged=sum(each.unchanged for each in results),
        created_labels=[each for result in results for each in result.created_labels],
        conflicts=[each for result in results for each in result.conflicts],
        missing=[each for result in results for each in result.missing],
    )
    if as_json:
        emit_json(whole)
        return
    tell(f"{whole.changed} changed, {whole.unchanged} unchanged (change {whole.change_id})")
    if whole.conflicts:
        tell(f"{len(whole.conflicts)} changed meanwhile and were left alone: {_some(whole.conflicts)}")
    if whole.missing:
        tell(f"{len(whole.missing)} are not in this job: {', '.join(whole.missing[:_NAMED])}")
    counts = whole.counts
    tell(f"The job now: {counts.labeled} of {counts.total} labeled, {counts.to_confirm} to confirm.")


def _some(conflicts: Sequence[object]) -> str:
    return ", ".join(str(getattr(each, "sample_id", each)) for each in conflicts[:_NAMED])
