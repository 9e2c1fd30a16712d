"""A new job is told, behind all samples that were there before it, in every partition."""

from collections.abc import Sequence

from tests.integration.sync.people import Publish, SignIn, image, job
from tests.support.topics import Message, read_whole
from tests.support.waiting import eventually

from labelstream_common.object_storage import ObjectStore
from labelstream_contracts import SamplePayload, SampleTold, topics

PARTITIONS = topics.SAMPLE.partitions


async def markers_of(kafka: str, job_id: str) -> Sequence[Message]:
    found = await read_whole(kafka, [topics.SAMPLE.name])
    own = [each for each in found if isinstance(each.payload, SampleTold) and each.payload.job_id == job_id]
    assert len(own) == PARTITIONS
    return own


async def test_markers_stand_behind_every_sample_that_was_there_before(
    somebody: SignIn, bucket: str, store: ObjectStore, publish: Publish, kafka_bootstrap: str
) -> None:
    for number in range(40):
        await store.put(bucket, f"{number:02}.png", image())
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    opened = job(dataset_id, owner.id)
    await publish(opened)
    markers = await eventually(lambda: markers_of(kafka_bootstrap, opened.job_id))
    assert [each.payload.partitions for each in markers if isinstance(each.payload, SampleTold)] == [PARTITIONS] * 12
    places = {each.partition: each for each in markers}
    assert {at: each.payload.partition for at, each in places.items() if isinstance(each.payload, SampleTold)} == {
        number: number for number in range(PARTITIONS)
    }
    assert len({each.key for each in markers}) == PARTITIONS  # compaction keeps each
    samples = [
        each
        for each in await read_whole(kafka_bootstrap, [topics.SAMPLE.name])
        if isinstance(each.payload, SamplePayload) and each.payload.dataset_id == dataset_id
    ]
    assert len(samples) == 40
    assert all(each.offset < places[each.partition].offset for each in samples)


async def test_job_on_an_empty_or_unknown_dataset_is_told_too(
    somebody: SignIn, publish: Publish, kafka_bootstrap: str, bucket: str
) -> None:
    owner = somebody()
    empty = job(await owner.makes_dataset(bucket), owner.id)
    unknown = job("0199c1a0-0002-7000-8000-00000000ffff", owner.id)
    await publish(empty, unknown)
    for one in (empty, unknown):
        await eventually(lambda one=one: markers_of(kafka_bootstrap, one.job_id))  # type: ignore[misc]  # of this turn
