"""What label-service follows. Each event becomes a change of a projection, in the transaction of its offset."""

from labelstream_common.messaging import Follower
from labelstream_common.messaging.received import Apply
from labelstream_contracts import topics


def followers(*, jobs: Apply, samples: Apply, datasets: Apply) -> tuple[Follower, ...]:
    return (
        Follower("job-follower", (topics.JOB.name,), jobs),
        Follower("sample-follower", (topics.SAMPLE.name,), samples),
        Follower("dataset-follower", (topics.DATASET.name,), datasets),
    )
