"""Operations of an earlier release in the form that this one carries on."""

from sync_service.adapters.mongo.upgrades import in_present_form


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
