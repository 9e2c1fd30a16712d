"""The policy that answers a label's deletion with its images: they are deleted as a person deletes samples."""

from collections.abc import Sequence
from dataclasses import dataclass

from labelstream_common.telemetry import get_logger
from sync_service.application.deleting_samples import delete
from sync_service.application.ports import Ports, Transaction
from sync_service.domain.dataset import DatasetId, DatasetNotFound, JobId
from sync_service.domain.sample import Presence, SampleId

log = get_logger(__name__)


@dataclass(frozen=True)
class DiscardImages:
    """At `seq` of a job, these images of its dataset carried only a label that was deleted with its images."""

    job_id: JobId
    seq: int
    dataset_id: DatasetId
    sample_ids: Sequence[SampleId]


async def discard_images(command: DiscardImages, work: Transaction, *, ports: Ports) -> None:
    """Leaves the objects where they are; the samples stay deleted until somebody restores or imports them.

    What has been seen of a job is not done again: an image that was restored since must not go by a duplicate.
    """
    if not await ports.discards.advance(command.job_id, command.seq, work):
        return
    try:
        await ports.datasets.get(command.dataset_id, work)
    except DatasetNotFound:
        return  # it is deleted, and takes all of its samples along
    deleted = await delete(command.dataset_id, command.sample_ids, Presence.DELETED, work, ports=ports)
    log.info("sync.images.discarded", job=command.job_id, seq=command.seq, deleted=deleted)
