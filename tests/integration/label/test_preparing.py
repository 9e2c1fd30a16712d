"""A job is prepared when everything that was there before it is in it: markers of every partition, whatever lags."""

from collections.abc import Sequence

from tests.integration.label.conftest import SignIn
from tests.integration.label.workplace import Publish, job_event, markers, sample
from tests.support.topics import read_whole
from tests.support.waiting import eventually

from label_service.adapters.collections import JOBS
from labelstream_common.ids import new_id
from labelstream_common.messaging.partitioning import key_hash
from labelstream_common.runtime import Service
from labelstream_contracts import JobPayload, ProgressPrepared, SamplePayload, SampleTold, topics

PARTITIONS = topics.SAMPLE.partitions


def partition_of(one: SamplePayload) -> int:
    return key_hash(one.key().encode()) % PARTITIONS


async def prepared(kafka: str, job: JobPayload) -> Sequence[int]:
    """The totals of each time that the job was said to be prepared."""
    payloads = [each.payload for each in await read_whole(kafka, [topics.PROGRESS.name])]
    own = [each for each in payloads if isinstance(each, ProgressPrepared) and each.job_id == job.job_id]
    return [each.totals.total for each in own]


async def becomes_prepared(kafka: str, job: JobPayload) -> int:
    async def told() -> int:
        found = await prepared(kafka, job)
        assert found
        return found[0]

    return await eventually(told)


async def follows(service: Service, job: JobPayload, total: int) -> None:
    async def there() -> None:
        head = await service.database[JOBS].find_one({"_id": job.job_id})
        assert head is not None
        assert head["totals"]["total"] == total

    await eventually(there)


async def test_job_is_not_prepared_while_one_partition_lags(
    service: Service, somebody: SignIn, publish: Publish, kafka_bootstrap: str
) -> None:
    dataset_id = new_id()
    job = job_event(dataset_id, somebody().id)
    samples = [sample(dataset_id, f"{number}.png") for number in range(60)]
    held = partition_of(samples[0])
    behind = [one for one in samples if partition_of(one) == held]
    told = markers(job)
    ahead = [one for one in samples if one not in behind]
    # Duplicates of what was read do not stand in for what was not.
    others = [one for one in told if one.partition != held]
    await publish(*ahead, job, *others, *others, *ahead)
    await follows(service, job, len(ahead))
    later = sample(dataset_id, "later.png", version=1)
    await publish(later if partition_of(later) != held else ahead[0])
    assert not await prepared(kafka_bootstrap, job)
    assert not (await service.database[JOBS].find_one({"_id": job.job_id}) or {})["prepared"]
    await publish(*behind, told[held])
    assert await becomes_prepared(kafka_bootstrap, job) >= len(samples)


async def test_markers_that_come_before_the_job_count(
    somebody: SignIn, publish: Publish, kafka_bootstrap: str, service: Service
) -> None:
    dataset_id = new_id()
    job = job_event(dataset_id, somebody().id)
    samples = [sample(dataset_id, f"{number}.png") for number in range(20)]
    await publish(*samples, *markers(job))

    async def counted() -> None:
        assert "rev" in (await service.database["preparations"].find_one({"_id": job.job_id}) or {})

    await eventually(counted)
    await publish(job)
    assert await becomes_prepared(kafka_bootstrap, job) == len(samples)


async def test_job_on_an_empty_dataset_is_prepared_by_its_markers_alone(
    somebody: SignIn, publish: Publish, kafka_bootstrap: str, service: Service
) -> None:
    job = job_event(new_id(), somebody().id)
    told = markers(job)
    await publish(job, *told[1:])
    await follows(service, job, 0)
    assert not await prepared(kafka_bootstrap, job)
    await publish(told[0])
    assert await becomes_prepared(kafka_bootstrap, job) == 0


async def test_jobs_on_one_dataset_are_prepared_each_by_its_own_markers(
    somebody: SignIn, publish: Publish, kafka_bootstrap: str, service: Service
) -> None:
    dataset_id, owner = new_id(), somebody()
    first, second = job_event(dataset_id, owner.id), job_event(dataset_id, owner.id)
    samples = [sample(dataset_id, f"{number}.png") for number in range(10)]
    await publish(first, second, *samples, *markers(first))
    assert await becomes_prepared(kafka_bootstrap, first) == len(samples)
    await follows(service, second, len(samples))
    assert not await prepared(kafka_bootstrap, second)
    more = sample(dataset_id, "more.png")
    await publish(more, *markers(second))
    assert await becomes_prepared(kafka_bootstrap, second) == len(samples) + 1


async def test_a_topic_with_more_partitions_than_ours_is_counted_whole(
    somebody: SignIn, publish: Publish, kafka_bootstrap: str, service: Service
) -> None:
    job = job_event(new_id(), somebody().id)
    more = [
        SampleTold(dataset_id=one.dataset_id, job_id=one.job_id, partition=one.partition, partitions=PARTITIONS + 1)
        for one in markers(job)
    ]
    await publish(job, *more)
    await follows(service, job, 0)

    async def counted() -> None:
        found = await service.database["preparations"].find_one({"_id": job.job_id})
        assert found is not None
        assert len(found["told"]) == PARTITIONS
        assert "rev" not in found

    await eventually(counted)
    assert not await prepared(kafka_bootstrap, job)


async def test_completed_job_does_not_follow_until_it_is_reopened(
    somebody: SignIn, publish: Publish, kafka_bootstrap: str, service: Service
) -> None:
    dataset_id, owner = new_id(), somebody()
    job = job_event(dataset_id, owner.id)
    witness = job_event(dataset_id, owner.id)
    await publish(job, witness, sample(dataset_id, "a.png"), *markers(job), *markers(witness))
    await becomes_prepared(kafka_bootstrap, job)
    await publish(job_event(dataset_id, owner.id, job_id=job.job_id, version=2, state="completed"))

    async def completed() -> None:
        assert (await service.database[JOBS].find_one({"_id": job.job_id}) or {})["state"] == "completed"

    await eventually(completed)
    await publish(sample(dataset_id, "b.png"))
    await follows(service, witness, 2)
    await follows(service, job, 1)
    await publish(job_event(dataset_id, owner.id, job_id=job.job_id, version=3, state="active"))
    await follows(service, job, 2)
