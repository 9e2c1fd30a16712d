"""The demonstration fails, with a sentence, for each promise that is broken."""

from dataclasses import replace

import pytest

from labelstream.demo.ledger import Findings
from labelstream.demo.promises import DemoFailed, broken, check_items
from labelstream.models import LabelCount, Stats

KEPT = Findings(changes=3, events=3, lost=[], ghosts=[], twice=0, out_of_order=0, wrong=[], latencies=[])
STATS = Stats(total=4, labeled=2, labels=[LabelCount(label_id="l", name="zero", count=2)])
EXPECTED = {"zero": 2}


def sentences(findings: Findings = KEPT, stats: Stats = STATS) -> list[str]:
    return list(broken(findings, stats, EXPECTED, images=4, labeled=2))


def test_nothing_is_said_when_all_promises_are_kept() -> None:
    assert sentences() == []
    check_items(["a", "b"], ["b", "a"])


@pytest.mark.parametrize(
    ("findings", "stats", "sentence"),
    [
        (KEPT, Stats(total=3, labeled=2, labels=STATS.labels), "The job has 3 items instead of 4."),
        (KEPT, Stats(total=4, labeled=1, labels=STATS.labels), "1 images are labeled instead of 2."),
        (replace(KEPT, changes=2, events=2), STATS, "2 changes were acknowledged instead of 3."),
        (replace(KEPT, lost=["s"], events=2), STATS, "1 changes never arrived as an event, for example that of s."),
        (replace(KEPT, ghosts=["s"]), STATS, "1 events arrived for images that nobody labeled."),
        (replace(KEPT, twice=1), STATS, "1 events arrived twice."),
        (replace(KEPT, out_of_order=1), STATS, "1 events arrived out of order."),
        (replace(KEPT, wrong=["s"]), STATS, "1 events carried another label than the one that was given."),
        (replace(KEPT, events=4), STATS, "4 events arrived for 3 changes."),
        (KEPT, Stats(total=4, labeled=2), "Label zero is counted on 0 images, but 2 show it."),
    ],
)
def test_a_broken_promise_is_a_sentence(findings: Findings, stats: Stats, sentence: str) -> None:
    assert sentences(findings, stats) == [sentence]


def test_a_job_without_all_images_ends_the_demo_before_it_labels() -> None:
    with pytest.raises(DemoFailed, match=r"only 1 of 2 images are in it; b is missing"):
        check_items(["a"], ["a", "b"])
    with pytest.raises(DemoFailed, match=r"1 items that are no image of the demo"):
        check_items(["a", "a"], ["a"])
