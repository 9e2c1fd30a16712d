"""A migrated database of the test module's own, also through a client whose commands are counted."""

from collections.abc import AsyncIterator

import pytest_asyncio
from pymongo import AsyncMongoClient
from tests.support.counting import Counting

from labelstream_common.access import ACCESS_COLLECTIONS, ACCESS_INDEXES
from labelstream_common.messaging.records import CHANGES, RECORD_INDEXES, STREAMS
from labelstream_common.messaging.request_scope import IDEMPOTENCY
from labelstream_common.mongo import Client, Database, Document, connect, database_of, migrate
from labelstream_common.operations import OPERATION_COLLECTIONS, OPERATION_INDEXES

_COLLECTIONS = (CHANGES, STREAMS, IDEMPOTENCY, *OPERATION_COLLECTIONS, *ACCESS_COLLECTIONS, "things")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def mongo_client(mongodb_url: str) -> AsyncIterator[Client]:
    client = connect(mongodb_url, app_name="integration-common")
    yield client
    await client.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(mongo_client: Client, database_name: str) -> AsyncIterator[Database]:
    database = database_of(mongo_client, database_name)
    await migrate(database, (*ACCESS_INDEXES, *OPERATION_INDEXES, *RECORD_INDEXES), _COLLECTIONS)
    yield database
    await mongo_client.drop_database(database_name)


@pytest_asyncio.fixture(loop_scope="session")
async def watched(mongodb_url: str, database: Database) -> AsyncIterator[tuple[Database, Counting]]:
    """The module's database through a client whose commands are counted."""
    counting = Counting()
    client: AsyncMongoClient[Document] = AsyncMongoClient(mongodb_url, event_listeners=[counting], tz_aware=True)
    yield database_of(client, database.name), counting
    await client.close()
