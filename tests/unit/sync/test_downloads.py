"""What is streamed from the object store or the database counts as a download of its caller."""

from labelstream_common.http import DOWNLOADS
from sync_service.entrypoints.http import images, imports, synchronization

STREAMED = {
    "/datasets/{dataset_id}/samples/{sample_id}/content",
    "/datasets/{dataset_id}/imports/{import_id}/rejected",
    "/datasets/{dataset_id}/synchronizations/{synchronization_id}/rejected",
}


def test_a_caller_has_a_share_of_all_that_is_streamed() -> None:
    routes = [one for module in (images, imports, synchronization) for one in module.router.routes]
    shared = {one.path.removeprefix("/api/v1") for one in routes if one.guard.share is DOWNLOADS}
    assert shared == STREAMED
