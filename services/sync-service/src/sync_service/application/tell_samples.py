"""The policy that answers a job's creation: followers learn where the samples that came before it end.

Topics have no order among each other. So the markers go the way of the samples: into the dataset's own stream, one for
each partition. What is committed before them is published before them.
"""

from dataclasses import dataclass

from sync_service.application.ports import Ports, Transaction
from sync_service.domain.dataset import DatasetId, JobId
from sync_service.domain.events import SamplesTold


@dataclass(frozen=True)
class TellSamples:
    """A job was opened on the dataset."""

    dataset_id: DatasetId
    job_id: JobId


async def tell_samples(command: TellSamples, work: Transaction, *, ports: Ports) -> None:
    """Told also for a dataset that is deleted by now: a follower waits for the markers, whatever became of it."""
    partitions = await ports.sample_topic.partitions()
    work.record(SamplesTold(command.dataset_id, command.job_id, partitions, ports.clock.now()))
