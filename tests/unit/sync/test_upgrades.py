"""Operations of an earlier release in the form that this one carries on."""

from datetime import UTC, datetime

from labelstream_common.operations import Operation, OperationState
from sync_service.adapters.mongo.upgrades import in_present_form
from sync_service.application.synchronization_progress import progress_of

NOW = datetime(2026, 1, 31, tzinfo=UTC)


def test_list_and_counts_of_a_deletion_under_way() -> None:
    params = {"dataset_id": "dataset", "path": None, "sample_ids": ["a", "b", "c"], "delete_source": True}
    cursor = {"after": "2", "changed": 1, "unchanged": 0, "missing": ["b"], "failed": []}
    fields, entries = in_present_form({"params": params, "cursor": cursor})
    assert entries == ["a", "b", "c"]
    assert fields == {
        "params": {"dataset_id": "dataset", "path": None, "delete_source": True, "named": True},
        "cursor": {
            "after": "2",
            "changed": 1,
            "unchanged": 0,
            "missing": {"count": 1, "examples": ["b"]},
            "failed": {"count": 0, "examples": []},
        },
    }


def test_restoration_of_what_matches_that_has_not_begun() -> None:
    params = {"dataset_id": "dataset", "path": "cats/*", "sample_ids": None}
    fields, entries = in_present_form({"params": params})
    assert entries is None
    assert fields == {"params": {"dataset_id": "dataset", "path": "cats/*", "named": False}}


def test_what_a_synchronization_had_settled_by_another_count_is_settled_again() -> None:
    cursor = {"after": "z", "began_at": NOW, "tally": [1, 2, 3, 4, 5], "sets_aside": True, "skipped": [0, []]}
    for kept, settled in (({"settled": 7}, 0), ({"settled": None}, None), ({"settled_ranges": 7}, 7), ({}, None)):
        operation = Operation(
            id="sync-1",
            kind="synchronize",
            state=OperationState.RUNNING,
            created_by="somebody",
            created_at=NOW,
            params={},
            cursor={**cursor, **kept},
        )
        progress = progress_of(operation)
        assert progress is not None
        assert progress.settled == settled
