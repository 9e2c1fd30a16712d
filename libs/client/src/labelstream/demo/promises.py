"""What the demonstration promises, and a sentence for each promise that was broken. No I/O."""

from collections.abc import Iterator, Mapping, Sequence

from labelstream.demo.ledger import Findings
from labelstream.errors import LabelstreamError
from labelstream.models import Stats


class DemoFailed(LabelstreamError):
    """The demonstration cannot go on, because something that it promises is not so."""

    code = "demo-failed"


def check_items(paths: Sequence[str], images: Sequence[str]) -> None:
    """Each image must be exactly one item before labeling begins. Raises DemoFailed."""
    missing, surplus = set(images) - set(paths), len(paths) - len(set(paths) & set(images))
    if missing:
        raise DemoFailed(
            f"The job is active, but only {len(images) - len(missing):,} of {len(images):,} images are in it; "
            f"{min(missing)} is missing."
        )
    if surplus:
        raise DemoFailed(f"The job has {surplus:,} items that are no image of the demo, or have the same image.")


def broken(
    findings: Findings, stats: Stats, expected: Mapping[str, int], *, images: int, labeled: int, renames: int = 1
) -> Iterator[str]:
    """A sentence for each promise that was broken; none means that all of them were kept."""
    if stats.total != images:
        yield f"The job has {stats.total:,} items instead of {images:,}."
    if stats.labeled != labeled:
        yield f"{stats.labeled:,} images are labeled instead of {labeled:,}."
    if (changes := labeled + renames) != findings.changes:
        yield f"{findings.changes:,} changes were acknowledged instead of {changes:,}."
    if findings.lost:
        yield f"{len(findings.lost):,} changes never arrived as an event, for example that of {findings.lost[0]}."
    if findings.ghosts:
        yield f"{len(findings.ghosts):,} events arrived for images that nobody labeled."
    if findings.twice:
        yield f"{findings.twice:,} events arrived twice."
    if findings.out_of_order:
        yield f"{findings.out_of_order:,} events arrived out of order."
    if findings.wrong:
        yield f"{len(findings.wrong):,} events carried another label than the one that was given."
    if findings.events != findings.changes and not (findings.lost or findings.ghosts or findings.twice):
        yield f"{findings.events:,} events arrived for {findings.changes:,} changes."
    counted = {each.name: each.count for each in stats.labels}
    for name in sorted(counted.keys() | expected.keys()):
        if counted.get(name, 0) != expected.get(name, 0):
            yield f"Label {name} is counted on {counted.get(name, 0):,} images, but {expected.get(name, 0):,} show it."
