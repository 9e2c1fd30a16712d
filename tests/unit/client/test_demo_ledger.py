"""The demonstration's verdict can fail: each broken promise is found."""

from labelstream.demo.ledger import Ledger
from labelstream.feed import ItemChanged, ItemState, LabelEntry, LabelFacts, LabelRenamed, NameBefore


def event(sample: str, version: int = 1, label: str = "cat") -> ItemChanged:
    after = ItemState(labels=(LabelEntry(label_id="l", name=label),), status="labeled")
    return ItemChanged(job_id="j", sample_id=sample, version=version, seq=version, after=after)


def ledger(*events: ItemChanged, samples: tuple[str, ...] = ("a", "b")) -> Ledger:
    made = Ledger()
    for sample in samples:
        made.labeled(sample, "cat", 1.0)
    for each in events:
        made.arrived(each, 1.5)
    return made


def test_all_is_well_when_each_change_came_once() -> None:
    found = ledger(event("a"), event("b")).findings()
    assert found.hold
    assert found.p50_and_p99 == (0.5, 0.5)


def test_a_lost_event_is_found() -> None:
    found = ledger(event("a")).findings()
    assert found.lost == ["b"]
    assert not found.hold


def test_a_repeated_event_is_found() -> None:
    found = ledger(event("a"), event("b"), event("a")).findings()
    assert found.twice == 1
    assert not found.hold


def test_an_event_without_a_change_is_found() -> None:
    found = ledger(event("a"), event("b"), event("c")).findings()
    assert found.ghosts == ["c"]
    assert not found.hold


def test_a_hole_and_a_step_back_are_found() -> None:
    assert ledger(event("a", 2), event("b")).findings().out_of_order == 1
    assert ledger(event("a"), event("a", 2), event("a", 1), event("b")).findings().out_of_order == 1


def test_another_label_is_found() -> None:
    assert not ledger(event("a", label="dog"), event("b")).findings().hold


def test_a_rename_is_a_change_with_one_event() -> None:
    made = ledger(event("a"), samples=("a",))
    made.renamed("0", "zero")
    assert not made.findings().hold
    renamed = LabelRenamed(job_id="j", seq=2, label=LabelFacts(label_id="l", name="zero"), before=NameBefore(name="0"))
    made.arrived(renamed, 2.0)
    assert made.findings().hold
    made.arrived(renamed, 2.0)
    assert made.findings().twice == 1
