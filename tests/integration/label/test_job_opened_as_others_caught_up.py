"""A job that is opened at the moment when its dataset's other jobs have caught up."""

import asyncio

from label_service.adapters.collections import COLLECTIONS, DATASETS, INDEXES
from label_service.adapters.committer import MongoCommitter
from label_service.adapters.follow_reader import MongoFollowed
from label_service.adapters.job_projection import MongoFollowedJobs
from label_service.application.committing import GroupCommitter
from label_service.application.job_events import JobPolicy
from label_service.entrypoints.consumers import following_jobs
from labelstream_common.clock import SystemClock
from labelstream_common.ids import new_id
from labelstream_common.messaging import Received
from labelstream_common.mongo import connect, database_of, in_transaction, migrate
from labelstream_common.mongo.client import Session
from labelstream_common.operations import Operations
from labelstream_contracts import Actor, JobCreated


def opened(dataset_id: str) -> Received:
    now = SystemClock().now()
    payload = JobCreated(
        job_id=new_id(),
        dataset_id=dataset_id,
        name="Digits",
        type="image_classification",
        state="preparing",
        owner_id=new_id(),
        is_team=False,
        created_at=now,
        updated_at=now,
        version=1,
        actor=Actor(kind="person", id=new_id()),
    )
    return Received(
        topic=payload.topic.name,
        partition=0,
        offset=0,
        key=payload.key(),
        type=payload.event_type,
        id=new_id(),
        subject=payload.subject(),
        version=1,
        time=now,
        payload=payload,
        correlation_id="",
        traceparent="",
    )


async def test_job_is_followed_that_was_opened_while_the_last_one_caught_up(
    mongodb_url: str, database_name: str
) -> None:
    client = connect(mongodb_url, app_name="test")
    database = database_of(client, database_name)
    await migrate(database, INDEXES, COLLECTIONS)
    followed = MongoFollowed(database)
    policy = JobPolicy(
        MongoFollowedJobs(database),
        GroupCommitter(MongoCommitter(client, database, SystemClock())),
        Operations(database, prefix="label"),
        SystemClock(),
    )
    follow = following_jobs(policy)
    await database[DATASETS].insert_one({"_id": "dataset", "rev": 3, "moves": 7, "behind": True})
    finishing: list[asyncio.Task[None]] = []
    before = await followed.behind("dataset")
    assert (before.moves, before.jobs) == (7, [])

    async def open_while_another_finishes(session: Session) -> None:
        await follow([opened("dataset")], session)
        finishing.append(asyncio.create_task(followed.caught_up("dataset", before.moves)))
        await asyncio.sleep(0.3)

    await in_transaction(client, open_while_another_finishes)
    await asyncio.gather(*finishing)
    assert await followed.datasets_behind([]) == ["dataset"]
    behind = await followed.behind("dataset")
    assert [(job.applied_rev, job.prepared, job.prepared_rev) for job in behind.jobs] == [(0, False, None)]
    await client.drop_database(database_name)
    await client.close()
