"""What is kept of jobs between commits is bounded by its bytes, whatever the jobs hold."""

from hypothesis import given
from hypothesis import strategies as st

from label_service.application.committed_jobs import CommittedJob, CommittedJobs
from label_service.domain.decisions import Totals
from label_service.domain.job_head import JobHead
from label_service.domain.label_set import LabelSet
from label_service.domain.labels import Label


def label(number: int, name: str = "", *, hidden: bool = False) -> Label:
    return Label(f"id-{number}", name or f"label-{number}", "#000000", hidden=hidden)


def job(job_id: str, labels: int) -> CommittedJob:
    found = LabelSet([label(number, f"{number}-{'x' * 1_000}") for number in range(labels)])
    return CommittedJob(JobHead(job_id, "dataset", 0, 0), Totals(), found)


def test_many_small_jobs_are_kept_and_few_large_ones() -> None:
    kept = CommittedJobs(most_bytes=1_000_000)
    for number in range(300):
        kept.keep(job(f"small-{number}", 0))
    assert all(kept.get(f"small-{number}") for number in range(300))
    for number in range(3):
        kept.keep(job(f"large-{number}", 100))  # nearly half of it each
    assert [kept.get(f"large-{number}") is not None for number in range(3)] == [False, True, True]
    assert kept.get("small-0") is None


def test_a_job_that_is_too_large_for_others_is_kept_alone() -> None:
    kept = CommittedJobs(most_bytes=10_000)
    kept.keep(job("small", 0))
    kept.keep(job("large", 100))
    assert kept.get("large") is not None
    assert kept.get("small") is None
    kept.keep(job("small", 0))
    assert kept.get("large") is None
    assert kept.get("small") is not None


def test_what_is_kept_anew_counts_once() -> None:
    kept = CommittedJobs(most_bytes=1_000_000)
    kept.keep(job("first", 0))
    for _ in range(20):
        kept.keep(job("again", 100))
    assert kept.get("first") is not None


@given(st.lists(st.tuples(st.integers(0, 5), st.text("ab", min_size=1, max_size=9), st.booleans()), max_size=30))
def test_size_of_a_label_set_follows_its_labels(steps: list[tuple[int, str, bool]]) -> None:
    labels = LabelSet([])
    for number, name, goes in steps:
        if goes and labels.hides(f"id-{number}"):
            labels.drop(f"id-{number}")
        elif not labels.has_name(name):
            labels.put(label(number, name, hidden=goes))
        assert labels.size == LabelSet(list(labels)).size == labels.copy().size
