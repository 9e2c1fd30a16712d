"""The checker finds nothing where all is well, and finds every kind of broken promise."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.support.checker import Evidence, StoredItem, findings
from tests.support.ledger import Attempt, Ledger
from tests.support.topics import Message

from labelstream_contracts import (
    Actor,
    AnnotationChanged,
    Envelope,
    ItemState,
    LabelCreated,
    LabelEntry,
    LabelState,
    Payload,
    ProgressChanged,
    Totals,
)

AT = datetime(2026, 1, 31, tzinfo=UTC)
ACTOR = Actor(kind="person", id="ann")
EMPTY = ItemState(labels=(), status="unlabeled", hard=False)
CAT, DOG = (LabelEntry(label_id=name, name=name, source="person") for name in ("cat", "dog"))


def message(payload: Payload, ce_id: str) -> Message:
    envelope = Envelope(
        ce_id, "/labelstream/label-service", payload.event_type, payload.subject(), AT, payload.sequence()
    )
    return Message(payload.topic.name, 0, 0, payload.key(), envelope, payload.to_json(), payload)


def changed(sample: str, version: int, seq: int, before: ItemState | None, *labels: LabelEntry) -> Message:
    after = ItemState(labels=labels, status="labeled" if labels else "unlabeled", hard=False)
    payload = AnnotationChanged(
        job_id="j", dataset_id="d", sample_id=sample, path=sample, version=version, seq=seq, change_id=f"c{seq}",
        before=before, after=after, actor=ACTOR, cause="annotate", at=AT,
    )  # fmt: skip
    return message(payload, f"j:{seq}")


def created(name: str, seq: int) -> Message:
    label = LabelState(label_id=name, name=name)
    return message(LabelCreated(job_id="j", seq=seq, change_id="c", actor=ACTOR, at=AT, label=label), f"j:{seq}")


FIRST = changed("a", 1, 3, EMPTY, CAT)
SECOND = changed("a", 2, 4, FIRST.payload.after, CAT, DOG)  # type: ignore[union-attr]  # a change of an item
OTHER = changed("b", 1, 5, EMPTY, DOG)
TOTALS = {"total": 3, "labeled": 2, "unlabeled": 1, "to_confirm": 0, "unreadable": 0}
PROGRESS = message(ProgressChanged(job_id="j", seq=5, totals=Totals(**TOTALS)), "j:5:progress")
MESSAGES = [created("cat", 1), created("dog", 2), FIRST, SECOND, OTHER, PROGRESS]

LEDGER = Ledger(
    "j",
    [
        Attempt("cat", ("a",), "ok", "c3", 1),
        Attempt("dog", ("a", "b"), "ok", "c4", 2),
        Attempt("refused", ("a",), "refused"),
        Attempt("unknown", ("a", "b"), "unknown"),
    ],
)
WELL = Evidence(
    messages=MESSAGES,
    feed=[
        {"kind": "label", "seq": 1},
        {"kind": "label", "seq": 2},
        {"kind": "item", "seq": 3, "sample_id": "a", "version": 1},
        {"kind": "item", "seq": 4, "sample_id": "a", "version": 2},
        {"kind": "item", "seq": 5, "sample_id": "b", "version": 1},
    ],
    items={
        "a": StoredItem(2, "labeled", hard=False, labels=frozenset({("cat", "person"), ("dog", "person")})),
        "b": StoredItem(1, "labeled", hard=False, labels=frozenset({("dog", "person")})),
        "c": StoredItem(0, "unlabeled", hard=False, labels=frozenset()),
    },
    totals=TOTALS,
    label_counts={"cat": 1, "dog": 2},
    job_progress=TOTALS,
    samples=frozenset("abc"),
)


def arriving(*messages: Message) -> Evidence:
    return replace(WELL, messages=messages)


def with_outcome(*attempts: Attempt) -> Ledger:
    kept = {attempt.label: attempt for attempt in (*LEDGER.attempts, *attempts)}
    return Ledger("j", list(kept.values()))


def test_nothing_is_found_where_all_is_well() -> None:
    assert findings(LEDGER, WELL) == []


def test_duplicates_are_well() -> None:
    assert findings(LEDGER, arriving(*MESSAGES[:4], FIRST, SECOND, *MESSAGES[4:])) == []


def test_events_of_other_jobs_are_left_alone() -> None:
    stranger = replace(OTHER, key="other:b")
    assert findings(LEDGER, arriving(*MESSAGES, stranger)) == []


TORN = changed("a", 3, 6, SECOND.payload.after, CAT, DOG, LabelEntry(label_id="u", name="unknown"))  # type: ignore[union-attr]
DONE_THOUGH_REFUSED = changed("b", 2, 6, OTHER.payload.after, DOG, LabelEntry(label_id="r", name="refused"))  # type: ignore[union-attr]
ITEM_A, ITEM_B = WELL.items["a"], WELL.items["b"]

BROKEN: dict[str, tuple[Callable[[], tuple[Ledger, Evidence]], str]] = {
    "an acknowledged change never arrives": (lambda: (LEDGER, arriving(*MESSAGES[:4], PROGRESS)), "lost: dog"),
    "a refused change arrives": (lambda: (LEDGER, arriving(*MESSAGES, DONE_THOUGH_REFUSED)), "ghost: refused"),
    "an unknown change arrives in part": (lambda: (LEDGER, arriving(*MESSAGES, TORN)), "torn: unknown"),
    "nobody asked": (lambda: (Ledger("j", LEDGER.attempts[1:]), WELL), "ghost: label cat"),
    "a change reaches more items": (
        lambda: (with_outcome(Attempt("dog", ("a",), "ok", "c4", 1)), WELL),
        "items that it was not asked for",
    ),
    "versions are out of order": (
        lambda: (LEDGER, arriving(*MESSAGES[:2], SECOND, FIRST, OTHER, PROGRESS)),
        "version 2 came after 0",
    ),
    "a version is missing": (
        lambda: (LEDGER, arriving(*MESSAGES[:2], SECOND, OTHER, PROGRESS)),
        "version 2 came after 0",
    ),
    "the topic ends on an old version": (lambda: (LEDGER, arriving(*MESSAGES, FIRST)), "ends on version 1, not 2"),
    "duplicates differ": (
        lambda: (LEDGER, arriving(*MESSAGES, replace(OTHER, value=b"{}"))),
        "duplicates of j:5 differ",
    ),
    "a version is given twice": (
        lambda: (LEDGER, arriving(*MESSAGES, message(OTHER.payload, "j:6"))),  # type: ignore[arg-type]  # it has one
        "version 1 is two events",
    ),
    "the feed has a hole": (lambda: (LEDGER, replace(WELL, feed=[*WELL.feed[:3], *WELL.feed[4:]])), "without a hole"),
    "the feed lacks a label event": (
        lambda: (LEDGER, replace(WELL, feed=WELL.feed[1:])),
        "label event 1 is on one side only",
    ),
    "an event is not in the feed": (lambda: (LEDGER, replace(WELL, feed=WELL.feed[:-1])), "ghost: ('b', 1, 5)"),
    "a feed entry has no event": (
        lambda: (LEDGER, replace(WELL, feed=[*WELL.feed, {"kind": "item", "seq": 6, "sample_id": "c", "version": 1}])),
        "lost: ('c', 1, 6)",
    ),
    "a change does not begin where the last ended": (
        lambda: (LEDGER, arriving(*MESSAGES[:3], changed("a", 2, 4, EMPTY, CAT, DOG), *MESSAGES[4:])),
        "does not begin where 1 ended",
    ),
    "another version is stored": (
        lambda: (LEDGER, replace(WELL, items={**WELL.items, "a": replace(ITEM_A, version=3)})),
        "version 3 is stored",
    ),
    "another state is stored": (
        lambda: (LEDGER, replace(WELL, items={**WELL.items, "b": replace(ITEM_B, hard=True)})),
        "not what is stored",
    ),
    "a counter is wrong": (
        lambda: (LEDGER, replace(WELL, totals={**TOTALS, "labeled": 3}, job_progress={**TOTALS, "labeled": 3})),
        "recount",
    ),
    "a label's count is wrong": (
        lambda: (LEDGER, replace(WELL, label_counts={"cat": 1, "dog": 1})),
        "label dog: counter 1, recount 2",
    ),
    "job-service shows something else": (
        lambda: (LEDGER, replace(WELL, job_progress={**TOTALS, "labeled": 0})),
        "job-service shows",
    ),
    "the last progress event is missing": (
        lambda: (
            LEDGER,
            arriving(*MESSAGES[:-1], message(ProgressChanged(job_id="j", seq=4, totals=_fewer()), "j:4:progress")),
        ),
        "newest progress event",
    ),
    "a sample is no item": (lambda: (LEDGER, replace(WELL, samples=frozenset("abcd"))), "1 missing, 0 too many"),
}


def _fewer() -> Totals:
    return Totals(total=3, labeled=1, unlabeled=2, to_confirm=0)


@pytest.mark.parametrize(("broken", "finding"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_broken_is_found(broken: Callable[[], tuple[Ledger, Evidence]], finding: str) -> None:
    ledger, evidence = broken()
    found: Sequence[str] = findings(ledger, evidence)
    assert any(finding in sentence for sentence in found), found
