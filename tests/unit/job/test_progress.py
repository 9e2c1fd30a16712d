"""A job's progress: every record counts once, whatever is sent again."""

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from job_service.domain.progress import Actor, Advance, Contribution, ProgressRecord, Totals, WorkDone

ADA, BOB = Actor("person", "ada"), Actor("person", "bob")
MONDAY, TUESDAY = date(2026, 2, 2), date(2026, 2, 3)


def record(seq: int, labeled: int = 0, labels: dict[str, int] | None = None, *by: Contribution) -> ProgressRecord:
    return ProgressRecord(seq, Totals(10, labeled, 10 - labeled, 0), labels or {}, by)


def test_last_totals_and_last_counts_hold() -> None:
    advance = Advance.over([record(5, 1, {"cat": 1, "dog": 4}), record(9, 2, {"cat": 2})], after=4)
    assert advance is not None
    assert (advance.seq, advance.totals.labeled, advance.labels) == (9, 2, {"cat": 2, "dog": 4})


def test_work_adds_up_by_actor_and_by_day() -> None:
    advance = Advance.over(
        [
            record(
                1, 1, None, Contribution(ADA, MONDAY, WorkDone(3, 1, 0)), Contribution(BOB, MONDAY, WorkDone(1, 0, 0))
            ),
            record(2, 1, None, Contribution(ADA, TUESDAY, WorkDone(2, 0, 4))),
        ],
        after=0,
    )
    assert advance is not None
    assert advance.by_actor == {ADA: WorkDone(5, 1, 4), BOB: WorkDone(1, 0, 0)}
    assert advance.by_day == {MONDAY: WorkDone(4, 1, 0), TUESDAY: WorkDone(2, 0, 4)}
    assert advance.by_actor_and_day == {
        (ADA, MONDAY): WorkDone(3, 1, 0),
        (BOB, MONDAY): WorkDone(1, 0, 0),
        (ADA, TUESDAY): WorkDone(2, 0, 4),
    }


def test_nothing_new_is_no_advance() -> None:
    assert Advance.over([record(3), record(4)], after=4) is None


commits = st.lists(st.integers(1, 5), min_size=1, max_size=12)


@given(commits, st.data())
def test_repeated_and_regrouped_records_count_once(sizes: list[int], data: st.DataObject) -> None:
    stream, seq = [], 0
    for size in sizes:
        seq += size
        stream.append(record(seq, 0, None, Contribution(ADA, MONDAY, WorkDone(added=size))))
    done, seen, added = 0, 0, Counter[Actor]()
    while seen < len(stream):
        start = data.draw(st.integers(0, seen), label="sent again from")
        end = data.draw(st.integers(seen + 1, len(stream)), label="sent up to")
        advance = Advance.over(stream[start:end], after=done)
        assert advance is not None
        done, seen = advance.seq, end
        added.update({actor: work.added for actor, work in advance.by_actor.items()})
    assert added == {ADA: sum(sizes)}
