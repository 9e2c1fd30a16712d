"""What label-service follows. Each event becomes a change of a projection, in the transaction of its offset."""

from label_service.adapters.job_projection import JobProjection
from label_service.adapters.sample_projection import SampleProjection
from labelstream_common.messaging import Follower
from labelstream_contracts import topics


def followers(jobs: JobProjection, samples: SampleProjection) -> tuple[Follower, ...]:
    return (
        Follower("job-follower", (topics.JOB.name,), jobs.apply),
        Follower("sample-follower", (topics.SAMPLE.name,), samples.apply_samples),
        Follower("dataset-follower", (topics.DATASET.name,), samples.apply_datasets),
    )
